import threading
import time

import pytest
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton

from engine.errors import AppError
from engine.jobs import Cancelled, CancelToken
from gui.jobs import Mailbox, Outbox
from gui.panels.jobs_bar import JobsBar


def wait_until_cancelled(progress, cancel: CancelToken):
    while not cancel.wait(0.01):
        pass
    raise Cancelled


def test_a_result_arrives_in_the_gui_thread(qtbot, jobs):
    here = threading.get_ident()
    seen = []
    job = jobs.create(lambda progress, cancel: threading.get_ident())
    job.finished.connect(lambda value: seen.append((value, threading.get_ident())))
    with qtbot.waitSignal(job.ended):
        jobs.start(job)
    (worker, receiver) = seen[0]
    assert worker != here
    assert receiver == here


def test_expected_trouble_fails_with_its_own_words(qtbot, jobs):
    def work(progress, cancel):
        raise AppError("No disk.", hint="Buy one.")

    job = jobs.create(work)
    with qtbot.waitSignal(job.failed) as failed:
        jobs.start(job)
    assert failed.args[0].hint == "Buy one."
    assert not jobs.running


def test_a_bug_is_reported_and_still_ends_the_job(qtbot, jobs):
    crashes = []
    jobs.crashed.connect(crashes.append)
    job = jobs.create(lambda progress, cancel: 1 / 0, text="Dividing")
    with qtbot.waitSignal(job.failed) as failed:
        jobs.start(job)
    assert isinstance(crashes[0], ZeroDivisionError)
    assert isinstance(failed.args[0], AppError)
    assert "Dividing" in failed.args[0].message


def test_cancelling_ends_in_cancelled_and_in_nothing_else(qtbot, jobs):
    job = jobs.create(wait_until_cancelled)
    others = []
    job.finished.connect(others.append)
    job.failed.connect(others.append)
    jobs.start(job)
    with qtbot.waitSignal(job.cancelled):
        job.cancel()
    assert not others


def test_a_result_that_comes_after_cancelling_is_dropped(qtbot, jobs):
    go_on = threading.Event()
    job = jobs.create(lambda progress, cancel: go_on.wait(10))
    results = []
    job.finished.connect(results.append)
    jobs.start(job)
    with qtbot.waitSignal(job.cancelled):
        job.cancel()
        go_on.set()
    assert not results


def test_closing_cancels_and_waits(qtbot, jobs):
    made = [jobs.create(wait_until_cancelled) for _ in range(3)]
    ended = []
    for job in made:
        job.cancelled.connect(lambda: ended.append(1))
        jobs.start(job)
    assert jobs.close(10)
    assert len(ended) == 3
    assert not jobs.running


def test_nothing_starts_after_closing_even_from_a_jobs_end(qtbot, jobs):
    first = jobs.create(wait_until_cancelled)
    second = jobs.create(wait_until_cancelled)
    first.ended.connect(lambda: jobs.start(second))
    jobs.start(first)
    assert jobs.close(10)
    assert not jobs.running
    assert not second.is_running


def test_what_is_promised_is_done_all_the_same_and_what_fails_of_it_is_kept(jobs):
    def fail(progress, cancel):
        raise AppError("The disk is full.")

    first = jobs.create(lambda progress, cancel: 7, is_promised=True)
    second = jobs.create(fail, is_promised=True)
    answers = []
    first.finished.connect(answers.append)
    first.ended.connect(lambda: jobs.start(second))
    jobs.start(first)
    assert jobs.close()
    assert answers == [7]
    assert [error.message for error in jobs.broken_promises] == ["The disk is full."]


def test_progress_arrives_thinned_out_but_always_at_the_end(qtbot, jobs):
    def work(progress, cancel):
        for done in range(1, 1001):
            progress(done, 1000, "counting")

    job = jobs.create(work)
    seen = []
    job.progressed.connect(lambda done, total, text: seen.append(done))
    with qtbot.waitSignal(job.ended):
        jobs.start(job)
    assert seen[-1] == 1000
    assert len(seen) < 100


def test_a_mailbox_gives_only_the_newest(qtbot):
    box, seen = Mailbox(), []
    box.arrived.connect(seen.append)
    with qtbot.waitSignal(box.arrived):
        for number in range(5):
            box.put(number)
    assert seen == [4]
    assert box.dropped == 4


def test_an_outbox_gives_everything_in_order(qtbot, jobs):
    box, seen = Outbox(), []
    box.arrived.connect(seen.append)

    def work(progress, cancel):
        for number in range(100):
            box.put(number)

    job = jobs.create(work)
    with qtbot.waitSignal(job.ended):
        jobs.start(job)
    qtbot.waitUntil(lambda: len(seen) == 100)
    assert seen == list(range(100))


@pytest.mark.parametrize("count", [20])
def test_more_jobs_than_threads_all_end(qtbot, jobs, count):
    done = []
    for number in range(count):
        job = jobs.create(lambda progress, cancel, n=number: time.monotonic() and n)
        job.finished.connect(done.append)
        jobs.start(job)
    qtbot.waitUntil(lambda: not jobs.running)
    assert sorted(done) == list(range(count))


def test_a_quiet_job_is_shown_once_it_tells_its_progress(qtbot, jobs):
    bar = JobsBar(jobs)
    qtbot.addWidget(bar)
    go_on = threading.Event()

    def work(progress, cancel: CancelToken):
        go_on.wait(30)
        progress(3, 10, "")
        wait_until_cancelled(progress, cancel)

    fast = jobs.create(lambda progress, cancel: None, text="Fast", is_quiet=True)
    slow = jobs.create(work, text="Slow", is_quiet=True)
    jobs.start(slow)
    with qtbot.waitSignal(fast.ended):
        jobs.start(fast)
    assert bar.isHidden()
    with qtbot.waitSignal(slow.progressed):
        go_on.set()
    assert not bar.isHidden()
    assert bar.findChild(QLabel).text() == "Slow"
    assert bar.findChild(QProgressBar).value() == 3
    with qtbot.waitSignal(slow.cancelled):
        bar.findChild(QPushButton).click()
    assert bar.isHidden()
