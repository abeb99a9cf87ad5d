"""Everything the application can do without a window."""

import sys
from typing import Any

# OpenVINO reports its use over the network as soon as it is imported, without asking. Where its
# telemetry package cannot be imported it uses an empty stub. Here, as every way leads through here.
_modules: dict[str, Any] = sys.modules
_modules.setdefault("openvino_telemetry", None)
