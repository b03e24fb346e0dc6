#!/bin/sh
# Pins what make installs: requirements/run.txt (the program) and requirements/dev.txt (its checks and tests too), for every
# supported Python and system, with hashes and without addresses. The ranges in pyproject.toml stay for those who install it.
#   scripts/lock.sh            the newest of everything that the ranges allow
set -eu
cd "$(dirname "$0")/.."
pin() {
    target=$1
    shift
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade --no-annotate --no-header \
        --no-emit-index-url --no-emit-find-links pyproject.toml "$@" --output-file "$target"
}
pin requirements/run.txt --extra pdf --group build
pin requirements/dev.txt --extra large --extra pdf --group dev
# Whoever reads a diff of these wants to know where they come from.
for file in run dev; do
    { echo "# Made by \`make lock\` from pyproject.toml: change it there."; cat "requirements/$file.txt"; } >"requirements/.$file" &&
        mv "requirements/.$file" "requirements/$file.txt"
done
! grep -n '://' requirements/run.txt requirements/dev.txt
