#!/usr/bin/env bash
# Collect every sentence that people read; then bring the Chinese catalogue up to date with it.
set -eu
cd "$(dirname "$0")/.."
exec .venv/bin/python scripts/messages.py
