#!/bin/sh
# Installs the system packages that the platform needs: `packages.sh demo`, or `packages.sh test` for all of them.
# Asks the machine what is there first; without the right to install, prints the one command to run and stops.
set -eu

missing=""
need() { # need PACKAGE CHECK…: the package is missing when the check fails
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}
library() { ldconfig -p | grep -q "$1"; }
postgres() { ls /usr/lib/postgresql/*/bin/initdb; }

python=${PYTHON:-python3}
need python3-venv "$python" -c 'import ensurepip, venv'
# The French voice is compiled from source.
need python3-dev "$python" -c 'import os, sysconfig; os.stat(sysconfig.get_path("include") + "/Python.h")'
need gcc command -v cc
need ffmpeg command -v ffmpeg
need libpango-1.0-0 library libpango-1.0.so.0
need libpangoft2-1.0-0 library libpangoft2-1.0.so.0
need libharfbuzz-subset0 library libharfbuzz-subset.so.0
if [ "${1:-demo}" = test ]; then
    need postgresql postgres
    need redis-server command -v redis-server
    need chromium command -v chromium
    need poppler-utils command -v pdftotext
    need caddy command -v caddy
    need iproute2 command -v ip
fi

[ -n "$missing" ] || exit 0
install="apt-get install --yes --no-install-recommends$missing"
if [ "$(id -u)" = 0 ]; then
    as_root=""
elif sudo -n true 2>/dev/null; then
    as_root="sudo"
else
    echo "These system packages are missing. Install them, then start again:" >&2
    echo "    sudo apt-get update && sudo $install" >&2
    exit 1
fi
if ! command -v apt-get >/dev/null; then
    echo "This machine has no apt-get. Install what corresponds to:$missing" >&2
    exit 1
fi
echo "Installing the system packages:$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
$as_root $install -qq >/dev/null
