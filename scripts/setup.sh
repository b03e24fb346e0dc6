#!/bin/sh
# Makes .venv and installs Intercoder into it from this folder.
#   scripts/setup.sh run   what the program needs
#   scripts/setup.sh dev   and what its checks and tests need
# Make calls it when pyproject.toml is newer than the stamp that it leaves.
set -eu
cd "$(dirname "$0")/.."

usable() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if usable "$name"; then
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

echo "Installing into .venv (once; about a minute) ..."
case "$1" in
run)
    pip install --editable .
    ;;
dev)
    # Dependency groups came with pip 25.1.
    pip install --upgrade 'pip>=25.1'
    pip install --editable '.[large]' --group dev
    # It asks for one old scipy, and works with the current one (tests/stats/test_other_programs.py).
    pip install --no-deps 'irrCAC==0.4.4'
    touch .venv/.stamp-run
    ;;
esac
touch ".venv/.stamp-$1"
