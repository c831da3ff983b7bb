#!/usr/bin/env bash
# 1-basic: two people register, one writes to the other, who finds it among the chats.
set -euo pipefail
url=${1:-${CONFAB_URL:-http://127.0.0.1:5000}}
token="" answer=""

# call METHOD PATH [JSON]: a refusal ends the script.
call() {
  answer=$(curl -sS --fail-with-body -X "$1" "$url$2" ${token:+-H "Authorization: Bearer $token"} \
    ${3:+-H "Content-Type: application/json" -d "$3"}) || { echo "$1 $2 failed: $answer" >&2 && exit 1; }
  echo "$1 $2: $answer"
}

# field NAME: its first value in the answer. holds TEXT: the answer has it, or the script ends.
field() { [[ $answer =~ \"$1\":\"?([^\",}]+) ]] && echo "${BASH_REMATCH[1]}"; }
holds() { [[ $answer == *"$1"* ]] || { echo "missing: $1" >&2 && exit 1; }; }

ada=ada-$RANDOM$RANDOM ben=ben-$RANDOM$RANDOM password="correct horse battery"
for name in "$ada" "$ben"; do
  call POST /register "{\"username\": \"$name\", \"password\": \"$password\"}"
done
call POST /login "{\"username\": \"$ada\", \"password\": \"$password\"}"
token=$(field token)
call POST /message '{"content": "Hello, all"}'
call POST /message "{\"content\": \"Hello, Ben\", \"to\": \"$ben\"}"
token=""
call POST /login "{\"username\": \"$ben\", \"password\": \"$password\"}"
token=$(field token)
call GET /chats
holds "\"username\":\"$ada\""
holds '"unread_count":1'
