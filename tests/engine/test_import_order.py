import subprocess
import sys

TWO_AT_ONCE = """
import importlib, sys, threading, time
from engine.import_order import import_vision

class SlowDisk:
    def find_spec(self, name, *_):
        if name == "torchvision":
            is_searched.set()
            time.sleep(1)

def work(part):
    try:
        {before}
        importlib.import_module(part)
    except BaseException as error:
        failed.append(repr(error))

sys.meta_path.insert(0, SlowDisk())
is_searched, failed = threading.Event(), []
first = threading.Thread(target=work, args=["torchvision"])
first.start()
is_searched.wait()
second = threading.Thread(target=work, args=["torchvision.ops"])
second.start()
first.join()
second.join()
print(failed)
"""


def said_of_two(tmp_path, before):
    package = tmp_path / "torchvision"
    package.mkdir()
    (package / "__init__.py").write_text("import torchvision.ops\n")
    (package / "ops.py").write_text("")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r})" + TWO_AT_ONCE.format(before=before)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def test_two_threads_that_import_the_whole_first_never_deadlock(tmp_path):
    assert said_of_two(tmp_path, "import_vision()") == "[]\n"
