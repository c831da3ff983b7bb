# Sourced by every setup script: where things live, and how a step speaks.
# Tools go to .tools (git-ignored), so that they never clash with the versions that other projects of yours need.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools=$root/.tools
export PATH="$tools/bin:$PATH"

say() { printf '==> %s\n' "$*"; }

# fail "what went wrong" "what to do by hand" ...
fail() {
  printf '\nerror: %s\n' "$1" >&2
  shift
  if [ $# -gt 0 ]; then printf 'By hand:\n' >&2 && printf '  %s\n' "$@" >&2; fi
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# within SECONDS COMMAND...: a machine without the internet must get an answer, not a hang. macOS has no `timeout`.
within() {
  local seconds=$1
  shift
  if have timeout; then timeout "$seconds" "$@"; else "$@"; fi
}

# is_version PROGRAM VERSION: does the program that PATH finds say that it is this version?
is_version() { have "$1" && [[ " $("$1" --version 2>/dev/null) " == *" $2 "* ]]; }

# The administrator's rights, where this user has them; never waits for a password where nobody can type one.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif ! have sudo; then return 1
  elif [ -t 0 ]; then sudo "$@"
  else sudo -n "$@" 2>/dev/null; fi
}

# apt_install PACKAGE...: a fresh machine may have no package lists yet, or old ones; then they are fetched once.
apt_install() {
  have apt-get || return 1
  say "installing Debian's packages: $*"
  as_root true || { say "this needs root or sudo" && return 1; }
  local install=(as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends --no-remove "$@")
  "${install[@]}" >/dev/null 2>&1 && return
  as_root apt-get update -qq && "${install[@]}" >/dev/null
}

# python_environment FOLDER REQUIREMENTS: an environment of its own with exactly those packages. A copy of the file tells what was
# installed; where the two are alike, there is nothing to do.
python_environment() {
  local place=$1 wanted=$2
  cmp -s "$wanted" "$place/installed.txt" && [ -x "$place/bin/python" ] && return
  have python3 || fail "Python is missing." "sudo apt-get install python3 python3-venv        (or your system's package, 3.10 or newer)"
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
    fail "$(python3 --version) is too old: 3.10 or newer is needed." "put a newer python3 first on PATH"
  say "installing the Python packages of ${wanted#"$root/"}"
  rm -rf "$place"
  python3 -m venv "$place" >/dev/null 2>&1 || { apt_install python3-venv && rm -rf "$place" && python3 -m venv "$place"; } ||
    fail "Python can't make an environment of its own." "sudo apt-get install python3-venv"
  "$place/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --requirement "$wanted" ||
    fail "pip could not install the packages." "$place/bin/python -m pip install --requirement ${wanted#"$root/"}"
  cp "$wanted" "$place/installed.txt"
}

# Set where Debian's compiler had to step in for rustup's (see setup-wasm-target).
if [ -f "$tools/env" ]; then . "$tools/env"; fi
