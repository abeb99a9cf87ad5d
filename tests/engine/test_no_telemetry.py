"""Nothing reports our use over the network."""

import subprocess
import sys

import pytest


@pytest.mark.slow
def test_openvino_is_imported_without_its_telemetry():
    code = (
        "import sys, engine, openvino\n"
        "found = [name for name in sys.modules if name.startswith('openvino_telemetry.')]\n"
        "assert not found and sys.modules['openvino_telemetry'] is None, found\n"
        "stub = sys.modules['openvino.tools.ovc.telemetry_utils'].tm\n"
        "assert stub.__name__.endswith('telemetry_stub'), stub\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
