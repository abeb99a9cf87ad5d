#!/usr/bin/env bash
# Opens the window on the demo; where there is no display, runs the demo without a window.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

can_show() {
    if [ "$(uname -s)" = Linux ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
        return 1
    fi
    # A display that is named may still refuse us; Qt would abort the whole program then.
    .venv/bin/python -c 'from PySide6.QtGui import QGuiApplication; QGuiApplication([])' 2>/dev/null
}

if can_show 2>/dev/null; then
    exec .venv/bin/maskloop demo
fi
echo "There is no display here, so the demo runs without a window (into build/demo)."
exec .venv/bin/maskloop demo --headless --out build/demo
