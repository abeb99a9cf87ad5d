#!/usr/bin/env bash
# Installs the system libraries that Qt and OpenCV load at run time and that are missing here.
# With --tests also Xvfb, for the tests on a real X server. Only apt is known; elsewhere, or
# without the rights, it says what to do and goes on: the command line works without them.
set -euo pipefail

[ "$(uname -s)" = Linux ] || exit 0

wanted="
libEGL.so.1 libegl1
libGL.so.1 libgl1
libX11-xcb.so.1 libx11-xcb1
libdbus-1.so.3 libdbus-1-3
libfontconfig.so.1 libfontconfig1
libglib-2.0.so.0 libglib2.0-0
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-image.so.0 libxcb-image0
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-randr.so.0 libxcb-randr0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-shape.so.0 libxcb-shape0
libxcb-xkb.so.1 libxcb-xkb1
libxkbcommon-x11.so.0 libxkbcommon-x11-0
"

ldconfig=$(command -v ldconfig || echo /sbin/ldconfig)
present=$("$ldconfig" -p 2>/dev/null || true)
missing=()
while read -r library package; do
    [ -z "$library" ] || [[ $present == *"$library"* ]] || missing+=("$package")
done <<<"$wanted"
if [ -z "$(find /usr/share/fonts /usr/local/share/fonts "${HOME:-/}/.fonts" "${HOME:-/}/.local/share/fonts" \
    \( -name '*.ttf' -o -name '*.otf' -o -name '*.ttc' \) -print -quit 2>/dev/null)" ]; then
    missing+=(fonts-dejavu-core)
fi
if [ "${1:-}" = --tests ] && ! command -v Xvfb >/dev/null; then
    missing+=(xvfb)
fi
[ ${#missing[@]} -gt 0 ] || exit 0

by_hand() {
    echo "Missing system packages: ${missing[*]}" >&2
    if command -v apt-get >/dev/null; then
        echo "Install them with: sudo apt-get install -y ${missing[*]}" >&2
    else
        echo "Install what your system calls them; the window needs them." >&2
    fi
    exit 0
}

command -v apt-get >/dev/null || by_hand
if [ "$(id -u)" = 0 ]; then
    as_root=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root=(sudo -n)
else
    by_hand
fi
echo "Installing system packages: ${missing[*]}"
install() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >/dev/null
}
# The package lists of a fresh container are empty: fetch them only when the first try fails.
install 2>/dev/null || { "${as_root[@]}" apt-get update -qq </dev/null && install; } || by_hand
