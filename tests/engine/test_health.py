"""The examination goes on whatever a probe does."""

from engine import health


def _fail(error):
    def probe():
        raise error

    return probe


def test_a_broken_probe_is_a_finding_and_the_others_still_count(monkeypatch):
    probes = {
        "broken": _fail(RuntimeError("driver gone\nmore")),
        "absent": _fail(ImportError("No module named 'torch'")),
        "fine": lambda: (health.OK, "here", ""),
    }
    monkeypatch.setattr(health, "PROBES", probes)
    states = {finding.what: finding.state for finding in health.examine()}
    assert states == {"broken": "warning", "absent": "problem", "fine": "ok"}
    assert health.examine()[0].found == "RuntimeError: driver gone"


def test_without_qt_it_says_that_the_command_line_works(monkeypatch):
    monkeypatch.setattr(health.util, "find_spec", lambda name: None)
    state, found, advice = health._qt()
    assert (state, found) == ("warning", "not installed")
    assert "command line works" in advice


def test_a_cache_that_cannot_be_written_says_which_variable_helps(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("MASKLOOP_CACHE", str(tmp_path / "file"))
    state, _, advice = health._cache()
    assert state == "warning"
    assert "MASKLOOP_CACHE" in advice
