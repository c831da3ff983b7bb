#!/usr/bin/env bash
# v1: an account, an access token for a program, a room, and a message that is sent twice and stored once.
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

call POST /api/v1/accounts "{\"username\": \"ada-$RANDOM$RANDOM\", \"password\": \"correct horse battery\"}"
token=$(field token)
call POST /api/v1/tokens '{"name": "An example", "days": 1}'
token=$(field token)
call POST /api/v1/rooms "{\"name\": \"garden-$RANDOM$RANDOM\", \"topic\": \"Plants\"}"
room=$(field id)
once='{"body": "Mind the *roses*", "client_id": "example-1"}'
call POST "/api/v1/conversations/$room/messages" "$once"
message=$(field id)
call POST "/api/v1/conversations/$room/messages" "$once"
[ "$(field id)" = "$message" ] || { echo "it was stored twice" >&2 && exit 1; }
call PUT "/api/v1/messages/$message/reactions/%F0%9F%8C%B9"
call GET "/api/v1/conversations/$room/messages?limit=1"
holds '"body":"Mind the *roses*"'
call DELETE "/api/v1/messages/$message"
