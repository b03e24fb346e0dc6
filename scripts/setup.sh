#!/bin/sh
# Makes .venv and installs Intercoder into it from this folder.
#   scripts/setup.sh run      what the program needs
#   scripts/setup.sh dev      and what its checks and tests need
#   scripts/setup.sh newest   the same in the newest versions, into the environment that `dev` made
# Make calls it when the lock or pyproject.toml is newer than the stamp that it leaves.
set -eu
cd "$(dirname "$0")/.."
SYSTEM=${SYSTEM_PYTHON:-/usr/bin/python3}

usable() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

# A Python that was compiled without a profile of programs that run (as pyenv does unless it is told) takes an eighth more
# time for everything: the system's own is always compiled with one, and goes before it.
quick() {
    "$1" -c 'import sysconfig as s; exit("--enable-optimizations" not in (s.get_config_var("CONFIG_ARGS") or ""))'
}

find_python() {
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if usable "$name"; then
            [ "$name" = "${PYTHON:-}" ] || quick "$name" || ! usable "$SYSTEM" || name=$SYSTEM
            echo "$name"
            return
        fi
    done
    have=$(python3 --version 2>&1 || true)
    echo "Intercoder needs Python 3.11 or newer with the venv module (here: ${have:-no python3});" \
        "install it (Debian, Ubuntu: apt-get install python3-venv) or name one: make PYTHON=/path/to/python3" >&2
    exit 1
}

if ! usable .venv/bin/python; then
    python=$(find_python)
    "$python" -m venv --clear .venv
fi

pip() {
    PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/python -m pip -qq --no-input "$@"
}

# Nothing is resolved here: the lock names every package, and an unlocked one cannot slip in. The program itself is built
# with the hatchling of the lock, without a build environment of its own, which pip would fill with the newest.
from_lock() {
    { [ "$1" = dev ] && with_uv; } || pip install --no-deps --require-hashes --requirement "requirements/$1.txt"
    pip install --no-deps --no-build-isolation --no-index --editable .
}

# The lock's own uv installs the rest of it in two seconds instead of thirty, also because it compiles nothing: each module is
# compiled when it is first imported. Where uv cannot (an index that only pip knows of, no wheel of uv), pip does it.
with_uv() {
    pins=.venv/uv.txt
    sed -n '/^uv==/,/[^\\]$/p' requirements/dev.txt >"$pins"
    pip install --no-deps --require-hashes --requirement "$pins" &&
        .venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --require-hashes --requirement requirements/dev.txt ||
        { echo "uv could not; pip does it ..." && return 1; }
}

case "$1" in
run | dev)
    echo "Installing into .venv (once) ..."
    from_lock "$1"
    # What the program imports, once, also for those who forbid it to be kept: a start would take twice as long.
    PYTHONDONTWRITEBYTECODE='' .venv/bin/python -c 'import intercoder.cli, intercoder.jobs.runner, intercoder.web.app'
    [ "$1" = run ] || touch .venv/.stamp-run
    touch ".venv/.stamp-$1"
    ;;
newest)
    # Not the lock: the newest of everything that pyproject.toml allows, so that what breaks is seen here first.
    .venv/bin/uv pip install --quiet --upgrade --editable '.[large,pdf]' --group dev
    ;;
esac
