#!/bin/sh
# The checks with the newest of everything that pyproject.toml allows, in a copy of the checkout, so that the locked .venv
# stays as it is. Prints what differs from the lock, then the checks' own answer. Nothing waits for it: it warns.
set -eu
cd "$(dirname "$0")/.."
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
trap 'exit 130' INT TERM HUP
git clone --quiet . "$copy/checkout"
cd "$copy/checkout"
make --no-print-directory setup
.venv/bin/python -m pip freeze --exclude-editable >"$copy/locked"
scripts/setup.sh newest
.venv/bin/python -m pip freeze --exclude-editable >"$copy/newest"
echo "Other versions than in the lock (< locked, > newest):"
diff "$copy/locked" "$copy/newest" | grep '^[<>]' || echo "  none"
scripts/system-packages.sh postgresql redis
# Both supported lines of RQ: the newest is in what follows.
.venv/bin/uv pip install --quiet 'rq<3'
echo "Jobs on RQ 2:"
.venv/bin/python -m pytest -q tests/jobs
.venv/bin/uv pip install --quiet --upgrade rq
make --no-print-directory test
