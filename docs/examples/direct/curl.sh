#!/usr/bin/env bash
# 2-direct: two people write to each other and read it, newest first; then the token is revoked.
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
call GET /
call POST /user "{\"username\": \"$ada\", \"password\": \"$password\"}"
call POST /user "{\"username\": \"$ben\", \"password\": \"$password\"}"
ben_id=$(field id)
call POST /login "{\"username\": \"$ada\", \"password\": \"$password\"}"
token=$(field access_token)
call GET /user
call POST "/message/$ben_id" '{"body": "Hello, Ben"}'
call POST "/add_message/$ben" '{"body": "Are you there?"}'
call GET "/message/$ben_id"
[ "$(field body)" = "Are you there?" ] || { echo "the newest doesn’t come first" >&2 && exit 1; }
call GET /chats
holds "\"username\":\"$ben\""
call GET /logout
holds '"msg":"JWT revoked"'
