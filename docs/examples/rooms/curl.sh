#!/usr/bin/env bash
# 4-rooms: one makes a room, another joins it, and they talk.
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
  call POST /api/register "{\"username\": \"$name\", \"password\": \"$password\"}"
done
call POST /api/login "{\"username\": \"$ada\", \"password\": \"$password\"}"
token=$(field token)
call POST /api/chat/rooms "{\"name\": \"garden-$RANDOM$RANDOM\", \"description\": \"Plants\"}"
room=$(field id)
call POST "/api/chat/rooms/$room/messages" '{"content": "Mind the roses"}'
token=""
call POST /api/login "{\"username\": \"$ben\", \"password\": \"$password\"}"
token=$(field token)
call POST "/api/chat/rooms/$room/join"
call GET "/api/chat/rooms/$room"
holds "\"username\":\"$ben\""
call GET "/api/chat/rooms/$room/messages"
holds '"content":"Mind the roses"'
call POST /api/logout
