#!/usr/bin/env bash
# 3-projects: a project, a file in it, and its conversation; the sign-in is a cookie.
set -euo pipefail
url=${1:-${CONFAB_URL:-http://127.0.0.1:5000}}
folder=$(mktemp -d) answer=""
trap 'rm -r "$folder"' EXIT

# call METHOD PATH [curl options]: a refusal ends the script.
call() {
  answer=$(curl -sS --fail-with-body --cookie "$folder/cookies" --cookie-jar "$folder/cookies" -X "$1" "$url$2" "${@:3}") ||
    { echo "$1 $2 failed: $answer" >&2 && exit 1; }
  echo "$1 $2: $answer"
}
json() { call "$1" "$2" -H "Content-Type: application/json" -d "$3"; }

# field NAME: its first value in the answer. holds TEXT: the answer has it, or the script ends.
field() { [[ $answer =~ \"$1\":\"?([^\",}]+) ]] && echo "${BASH_REMATCH[1]}"; }
holds() { [[ $answer == *"$1"* ]] || { echo "missing: $1" >&2 && exit 1; }; }

ada=ada-$RANDOM$RANDOM
json POST /auth/register "{\"username\": \"$ada\", \"password\": \"correct horse battery\"}"
call GET /auth/check
holds '"authenticated":true'
json POST /projects '{"name": "Bridge", "description": "Across the river"}'
project=$(field project_id) conversation=$(field conversation_id)
echo "The bridge holds." > "$folder/plan.txt"
call POST "/projects/$project/files" --form "file=@$folder/plan.txt"
call GET "$(field url | sed "s|^$url||")"
[ "$answer" = "The bridge holds." ] || { echo "the file isn’t what it was" >&2 && exit 1; }
json POST "/conversations/$conversation/messages" '{"content": "See the plan"}'
call GET "/conversations/$conversation/messages?per_page=1"
holds '"content":"See the plan"'
call POST /auth/logout
