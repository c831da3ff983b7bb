#!/bin/sh
# Prosody from its unpacked packages, which lie beside this script. The variables PROSODY_PORT and PROSODY_DATA say where it listens
# and what it works on.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
export PROSODY_PACKAGE="$here/prosody"
libraries=$(echo "$PROSODY_PACKAGE"/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH="$libraries"
export LUA_PATH="$PROSODY_PACKAGE/usr/share/lua/5.4/?.lua;$PROSODY_PACKAGE/usr/share/lua/5.4/?/init.lua"
export LUA_CPATH="$libraries/lua/5.4/?.so"
exec "$PROSODY_PACKAGE/usr/bin/lua5.4" "$PROSODY_PACKAGE/usr/bin/prosody" -F --config "$here/prosody.cfg.lua"
