#!/usr/bin/env bash
# 5-messenger: a public message with a file, and a private one.
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
  call POST /api/auth/register "{\"username\": \"$name\", \"email\": \"$name@example.org\", \"password\": \"$password\"}"
done
ben_id=$(field id)
call POST /api/auth/login "{\"username\": \"$ada\", \"password\": \"$password\"}"
token=$(field access_token)
call POST /api/messages '{"content": "Hello everyone!"}'
message=$(field id)
call POST /api/files/ "{\"filename\": \"plan.pdf\", \"file_url\": \"https://example.org/plan.pdf\", \"file_size\": 102400,
  \"public_message_id\": $message}"
call GET "/api/files/public/$message"
holds '"filename":"plan.pdf"'
call POST "/api/messages/private/$ben_id" '{"content": "Private message"}'
call GET "/api/messages/private/$ben_id"
holds '"content":"Private message"'
call GET "/api/users/$ben_id"
holds "\"username\":\"$ben\""
call DELETE "/api/messages/$message"
holds '"message":"Message deleted"'
call POST /api/auth/logout
holds '"message":"Logout successful"'
