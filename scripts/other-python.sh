#!/bin/sh
# The suites that need no server (numbers, texts, tables, figures) on the newest Python that this machine has beside that
# of .venv, in an environment of its own from the same lock. Where there is no other one, it says so and goes on.
set -eu
cd "$(dirname "$0")/.."

minor() {
    "$1" -c 'import sys, venv; print("%d.%d" % sys.version_info[:2])' 2>/dev/null
}

candidates() {
    for version in 3.16 3.15 3.14 3.13 3.12 3.11; do
        command -v "python$version" || true
        # pyenv keeps its versions off the PATH.
        if command -v pyenv >/dev/null; then
            pyenv versions --bare | grep "^$version\." | while read -r found; do echo "$(pyenv root)/versions/$found/bin/python"; done
        fi
    done
}

own=$(minor .venv/bin/python)
python=
for candidate in $(candidates); do
    version=$(minor "$candidate") || continue
    if [ "$version" != "$own" ]; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "There is no Python but $own here: its suites run on that alone."
    exit 0
fi

environment=.venv-$version
if [ ! -e "$environment/.stamp" ] || [ requirements/dev.txt -nt "$environment/.stamp" ]; then
    echo "Installing into $environment (once) ..."
    .venv/bin/uv venv --quiet --clear --python "$python" "$environment"
    .venv/bin/uv pip install --quiet --python "$environment/bin/python" --no-deps --require-hashes --requirement requirements/dev.txt
    .venv/bin/uv pip install --quiet --python "$environment/bin/python" --no-deps --no-build-isolation --editable .
    touch "$environment/.stamp"
fi
echo "On Python $version:"
exec "$environment/bin/python" -m pytest -q -p no:cacheprovider tests/text tests/interchange tests/charts tests/stats/papers \
    tests/stats/test_reference_cases.py tests/stats/test_other_programs.py
