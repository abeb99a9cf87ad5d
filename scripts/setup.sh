#!/usr/bin/env bash
# Makes .venv/ with everything Maskloop needs. PYTHON=/path/to/python chooses the interpreter.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
can_make_venv() { "$1" -c 'import venv, ensurepip' 2>/dev/null; }

# Any Python that is new enough, best one that can make virtual environments by itself.
find_python() {
    local name found=""
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14 python}; do
        command -v "$name" >/dev/null && is_new_enough "$name" || continue
        if can_make_venv "$name"; then
            echo "$name"
            return
        fi
        found=${found:-$name}
    done
    echo "$found"
}

apt_install() {
    command -v apt-get >/dev/null || return 1
    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null && sudo -n true 2>/dev/null || return 1
        as_root=(sudo -n)
    fi
    echo "Installing system packages: $*"
    "${as_root[@]}" apt-get update -qq </dev/null || true
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}

make_venv() {
    local python=$1 version
    if can_make_venv "$python"; then
        "$python" -m venv --clear .venv
        return
    fi
    # Debian splits ensurepip off into python3-venv.
    version=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
    if apt_install "$version-venv" || apt_install python3-venv; then
        "$python" -m venv --clear .venv
    elif "$python" -m virtualenv --version >/dev/null 2>&1; then
        "$python" -m virtualenv --clear .venv
    elif "$python" -m pip --version >/dev/null 2>&1; then
        "$python" -m venv --clear --without-pip .venv
        "$python" -m pip --python .venv/bin/python install -q pip
    else
        echo "$python cannot make virtual environments." >&2
        echo "Install its venv module, on Debian and Ubuntu: sudo apt-get install $version-venv" >&2
        exit 1
    fi
}

bash scripts/system_packages.sh

if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    python=$(find_python)
    if [ -z "$python" ] && [ -z "${PYTHON:-}" ] && apt_install python3 python3-venv; then
        python=$(find_python)
    fi
    if [ -z "$python" ]; then
        echo "Maskloop needs Python 3.11 or newer; none was found." >&2
        echo "Install one, or name yours: make setup PYTHON=/path/to/python3.12" >&2
        exit 1
    fi
    echo "Making .venv with $("$python" --version)"
    make_venv "$python"
fi

echo "Installing Maskloop into .venv: PyTorch is large, the first time takes some minutes."
quiet=-q
[ ! -t 1 ] || quiet=  # a person at a terminal sees pip's progress bars
.venv/bin/python -m pip install -q --upgrade pip
.venv/bin/python -m pip install $quiet -e '.[dev]'
echo "Ready."
