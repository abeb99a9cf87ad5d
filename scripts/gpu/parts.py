"""A part runs in a process of its own: one that hangs or loses the device costs no other."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[2]
GRACE_S = 15.0
"""What a part may need to end in time of its own accord."""
TAIL = 4000
"""How much of what it printed is told, in characters, of one that failed."""


def share(left_s: float, weights: dict[str, float], name: str) -> float:
    """The seconds of a part, of those left for it and the parts after it."""
    names = list(weights)
    following = names[names.index(name) :]
    return left_s * weights[name] / sum(weights[each] for each in following)


def run_part(command: list[str], result: Path, seconds: float) -> dict[str, Any]:
    """What the part wrote into the file `result`, however it ended; one that outlasts its time is
    killed, with the processes it has started."""
    started = time.monotonic()
    log = result.with_suffix(".log")
    with log.open("w", encoding="utf-8") as file:
        child = subprocess.Popen(
            command, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            ended = f"ended with {child.wait(seconds)}"
        except subprocess.TimeoutExpired:
            ended = "killed: out of time"
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    found: dict[str, Any] = {}
    if result.is_file():
        found = json.loads(result.read_text(encoding="utf-8"))
    found |= {"ended": ended, "seconds": round(time.monotonic() - started, 1)}
    if child.returncode:
        found["log"] = log.read_text(encoding="utf-8", errors="replace")[-TAIL:]
    return found


def write_result(path: Path, content: dict[str, Any]) -> None:
    """Write it whole, so that a part that is killed leaves what it had found."""
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    os.replace(temporary, path)


def run_tests(result: Path, seconds: float) -> None:
    """Run the tests marked gpu, count what became of them, and exit as pytest does."""
    marked = [
        str(path)
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if "pytest.mark.gpu" in path.read_text(encoding="utf-8")
    ]
    report = result.with_suffix(".xml")
    # The settings of pyproject.toml name plugins that the machine has not got.
    command = [sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", str(ROOT)]
    command += ["-o", "markers=gpu: needs a CUDA device", "--import-mode=importlib", "-q"]
    command += ["-m", "gpu", "-p", "no:cacheprovider", f"--junitxml={report}", *marked]
    try:
        ended = subprocess.run(command, cwd=ROOT, timeout=seconds, check=False).returncode
        write_result(result, counted(report))
    except subprocess.TimeoutExpired:
        ended = 1
        write_result(result, {"trouble": "the tests did not end in time"})
    sys.exit(ended)


def counted(report: Path) -> dict[str, Any]:
    """The numbers of a JUnit report, and the tests that failed with their first line."""
    if not report.is_file():
        return {"trouble": "no report: pytest did not run"}
    suite = next(ElementTree.parse(report).getroot().iter("testsuite"))
    names = ("tests", "failures", "errors", "skipped")
    failed = {
        f"{case.get('classname')}.{case.get('name')}": (trouble.get("message") or "")[:300]
        for case in suite.iter("testcase")
        for trouble in (*case.iter("failure"), *case.iter("error"))
    }
    return {name: int(suite.get(name, "0")) for name in names} | {"failed": failed}
