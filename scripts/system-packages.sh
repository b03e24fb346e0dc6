#!/bin/sh
# Makes sure that the programs which pip cannot install are here: for each name given, looks for it, installs what
# is missing through apt-get where that is possible, and otherwise says in one line what to install.
#   scripts/system-packages.sh postgresql redis chromium fonts systemd r pspp libreoffice
# Servers that get installed are not started, and those of the machine are never used or touched.
set -eu

has() {
    case "$1" in
    postgresql) ls /usr/lib/postgresql/*/bin/initdb || { command -v initdb && command -v postgres; } ;;
    redis) command -v redis-server ;;
    # Without a window it costs 40 % of the time: a whole browser is taken only where nothing can be installed.
    chromium) command -v chromium-headless-shell || { [ -n "$settled" ] && { command -v chromium || command -v google-chrome; }; } ;;
    fonts) [ "$(uname)" = Darwin ] || fc-list :lang=zh | grep . ;;
    systemd) [ "$(uname)" != Linux ] || command -v systemd-analyze ;;
    r) command -v Rscript ;;
    pspp) command -v pspp ;;
    libreoffice) command -v soffice ;;
    esac >/dev/null 2>&1
}

package() {
    case "$1" in
    postgresql) echo postgresql ;;
    redis) echo redis-server ;;
    chromium) echo chromium-headless-shell ;;
    fonts) echo fontconfig fonts-noto-cjk ;;
    systemd) echo systemd ;;
    r) echo r-base-core ;;
    pspp) echo pspp ;;
    libreoffice) echo libreoffice-calc-nogui libreoffice-writer-nogui ;;
    esac
}

settled=
missing=
packages=
look() {
    missing=
    packages=
    for need in "$@"; do
        if ! has "$need"; then
            missing="$missing $need"
            packages="$packages $(package "$need")"
        fi
    done
}

refuse() {
    settled=yes
    # shellcheck disable=SC2086 # one word per need
    look $needs
    [ -n "$missing" ] || exit 0
    echo "Missing on this machine; install the packages (names as in Debian):$packages" >&2
    exit 1
}

needs=$*
look "$@"
[ -n "$missing" ] || exit 0

root=
if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || refuse
    root="sudo -n"
fi
command -v apt-get >/dev/null 2>&1 || refuse

log=$(mktemp)
policy=/usr/sbin/policy-rc.d
made=
clean() {
    [ -z "$made" ] || $root rm -f "$policy"
    rm -f "$log"
}
trap clean EXIT
trap 'exit 130' INT TERM HUP

# Debian starts a server when it installs one, unless this file forbids it.
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | $root tee "$policy" >/dev/null
    made=yes
    $root chmod 755 "$policy"
fi

echo "Installing:$packages ..."
$root apt-get update -qq >"$log" 2>&1 || true # an old list may do
# shellcheck disable=SC2086 # one word per package
if ! $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >>"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    refuse
fi
look "$@"
[ -z "$missing" ] || refuse
