#!/usr/bin/env bash
# Collect every sentence that people read; then bring the Chinese catalogue up to date with it.
#   scripts/extract.sh            updates and compiles the catalogue
#   scripts/extract.sh FILE.pot   only writes the template there
set -eu
cd "$(dirname "$0")/.."
bin=.venv/bin
folder=server/intercoder/web/translations
template=${1:-$(mktemp)}
keywords=()
for name in gettext ngettext:1,2 counted:1,2 marked notice gettext_noop N_ IntercoderError:2 InvalidInput:2 WrongArgument:2 NotSignedIn:2 Forbidden:2 \
  NotFound:2 Conflict:2 Gone:2 Stale:2 TooLarge:2 PreconditionRequired:2 TooManyRequests:2 Unavailable:2 StorageFull:2 \
  _name:2 _require:3; do keywords+=(-k "$name"); done
"$bin/pybabel" -q extract -F babel.cfg "${keywords[@]}" --no-location --sort-output --project intercoder --version "" \
  --copyright-holder "The Intercoder developers" -o "$template" .
[ $# = 0 ] || exit 0
trap 'rm -f "$template"' EXIT
if [ -e "$folder/zh_CN/LC_MESSAGES/messages.po" ]; then
  "$bin/pybabel" -q update -i "$template" -d "$folder" -l zh_CN --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
else
  "$bin/pybabel" -q init -i "$template" -d "$folder" -l zh_CN
fi
"$bin/pybabel" -q compile -d "$folder"
