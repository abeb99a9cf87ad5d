"""One Job at a time, and the newest of many questions, in real threads."""

import threading
from functools import partial

import pytest
from PySide6.QtCore import QObject

from engine.errors import AppError
from engine.jobs import Cancelled
from gui.questions import JobsInTurn, NewestJob, OneJob

PATIENCE = 30


class Gate:
    """Work that says it has begun and goes on once it may; it looks at no cancel meanwhile."""

    def __init__(self):
        self.begun = threading.Event()
        self.may_go_on = threading.Event()

    def work(self, answer, progress, cancel):
        self.begun.set()
        assert self.may_go_on.wait(PATIENCE)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def wait(self):
        assert self.begun.wait(PATIENCE)

    def open(self):
        self.may_go_on.set()


def at_once(answer, progress, cancel):
    if isinstance(answer, Exception):
        raise answer
    return answer


def until_cancelled(progress, cancel):
    assert cancel.wait(PATIENCE)
    raise Cancelled


@pytest.fixture
def gate():
    gate = Gate()
    yield gate
    gate.open()


@pytest.fixture
def owner():
    return QObject()


def wait_for_jobs(qtbot, jobs):
    qtbot.waitUntil(lambda: not jobs.running, timeout=1000 * PATIENCE)


class TestOneJob:
    @pytest.fixture
    def one(self, jobs, owner):
        return OneJob(jobs, owner)

    @pytest.fixture
    def changes(self, one):
        changes = []
        one.running_changed.connect(changes.append)
        return changes

    def test_it_runs_once_and_says_so_once(self, qtbot, jobs, one, changes):
        states = []
        one.finished.connect(lambda answer: states.append((answer, one.is_running)))
        with qtbot.waitSignal(one.finished):
            assert one.start(partial(at_once, 7), text="Counting")
            assert changes == [True]
            assert jobs.running[0].text == "Counting"
        wait_for_jobs(qtbot, jobs)
        assert states == [(7, True)], "it runs until its end was heard"
        assert changes == [True, False]
        assert not one.is_running

    def test_while_it_runs_another_is_refused(self, qtbot, jobs, one, gate, changes):
        answers = []
        one.finished.connect(answers.append)
        assert one.start(partial(gate.work, "first"))
        assert not one.start(partial(at_once, "second"))
        assert len(jobs.running) == 1
        gate.open()
        wait_for_jobs(qtbot, jobs)
        assert answers == ["first"]
        assert changes == [True, False]

    def test_it_can_be_started_again_from_its_own_end(self, qtbot, jobs, one, changes):
        def again(is_running):
            if not is_running and len(changes) == 2:
                assert one.start(partial(at_once, 2))

        one.running_changed.connect(again)
        one.start(partial(at_once, 1))
        with qtbot.waitSignal(one.finished, check_params_cb=lambda answer: answer == 2):
            pass
        wait_for_jobs(qtbot, jobs)
        assert changes == [True, False, True, False]

    def test_a_cancelled_one_runs_until_it_has_stopped(self, qtbot, jobs, one, gate, changes):
        heard = []
        one.finished.connect(heard.append)
        one.failed.connect(heard.append)
        one.start(partial(gate.work, 1))
        gate.wait()
        one.cancel()
        assert one.is_running
        gate.open()
        wait_for_jobs(qtbot, jobs)
        assert heard == []
        assert changes == [True, False]

    def test_cancelling_reaches_the_work(self, qtbot, jobs, one):
        one.start(until_cancelled)
        one.cancel()
        wait_for_jobs(qtbot, jobs)
        one.cancel()  # with nothing to cancel
        assert not one.is_running

    def test_after_a_failure_another_may_start(self, qtbot, jobs, one, changes):
        with qtbot.waitSignal(one.failed) as failed:
            one.start(partial(at_once, AppError("No disk.")))
        assert failed.args[0].message == "No disk."
        wait_for_jobs(qtbot, jobs)
        with qtbot.waitSignal(one.finished):
            assert one.start(partial(at_once, 1))
        wait_for_jobs(qtbot, jobs)
        assert changes == [True, False, True, False]

    def test_it_tells_its_progress(self, qtbot, jobs, one):
        def work(progress, cancel):
            progress(3, 3, "done")

        with qtbot.waitSignal(one.progressed) as told:
            one.start(work)
        assert told.args == [3, 3, "done"]
        wait_for_jobs(qtbot, jobs)

    def test_instead_of_a_forgotten_one_another_starts_at_once(
        self, qtbot, jobs, one, gate, changes
    ):
        answers, ends = [], []
        one.finished.connect(answers.append)
        one.ended.connect(lambda: ends.append(one.is_running))
        one.start(partial(gate.work, "old"))
        gate.wait()
        one.forget()
        assert not one.is_running
        with qtbot.waitSignal(one.finished):
            assert one.start(partial(at_once, "new"))
        qtbot.waitUntil(lambda: not one.is_running)
        assert changes == [True, False, True, False]
        assert jobs.running, "the old one still stands at the gate"
        gate.open()
        wait_for_jobs(qtbot, jobs)
        assert answers == ["new"]
        assert changes == [True, False, True, False]
        assert ends == [False], "only the new one came to its end"

    def test_the_crash_of_a_forgotten_one_is_told_to_the_jobs_alone(self, qtbot, jobs, one, gate):
        failures, crashes = [], []
        one.failed.connect(failures.append)
        jobs.crashed.connect(crashes.append)
        one.start(partial(gate.work, ValueError("a bug")))
        gate.wait()
        one.forget()
        gate.open()
        wait_for_jobs(qtbot, jobs)
        assert failures == []
        assert len(crashes) == 1

    def test_forgetting_nothing_changes_nothing(self, one, changes):
        one.forget()
        assert changes == []

    def test_the_owner_may_go_while_it_runs(self, qtbot, jobs, owner, one, gate, changes):
        one.start(partial(gate.work, 1))
        with qtbot.waitSignal(owner.destroyed):
            owner.deleteLater()
        gate.open()
        wait_for_jobs(qtbot, jobs)
        assert changes == [True]


class TestJobsInTurn:
    @pytest.fixture
    def heard(self, jobs, owner):
        in_turn, heard = JobsInTurn(jobs, owner), []
        in_turn.finished.connect(heard.append)
        in_turn.failed.connect(lambda error: heard.append(error.message))
        return in_turn, heard

    def test_what_is_asked_meanwhile_is_done_afterwards(self, qtbot, jobs, heard, gate):
        in_turn, answers = heard
        in_turn.start(partial(gate.work, 1), text="First")
        for answer in (2, 3):
            in_turn.start(partial(at_once, answer))
        assert [job.text for job in jobs.running] == ["First"]
        gate.open()
        wait_for_jobs(qtbot, jobs)
        assert answers == [1, 2, 3]

    def test_one_that_fails_holds_up_none(self, qtbot, jobs, heard, gate):
        in_turn, answers = heard
        in_turn.start(partial(gate.work, AppError("No.", hint="")))
        in_turn.start(partial(at_once, 2))
        gate.open()
        wait_for_jobs(qtbot, jobs)
        assert answers == ["No.", 2]

    def test_what_waits_its_turn_is_done_though_all_is_closed(self, jobs, heard, gate):
        in_turn, answers = heard
        in_turn.start(partial(gate.work, 1))
        in_turn.start(partial(at_once, 2))
        gate.open()
        assert jobs.close()
        assert answers == [1, 2]


class TestNewestJob:
    @pytest.fixture
    def newest(self, jobs, owner):
        return NewestJob(jobs, owner)

    @pytest.fixture
    def answers(self, newest):
        answers = []
        newest.answered.connect(lambda question, answer: answers.append((question, answer)))
        return answers

    @pytest.fixture
    def failures(self, newest):
        failures = []
        newest.failed.connect(failures.append)
        return failures

    def test_the_question_travels_with_its_answer(self, qtbot, jobs, newest):
        with qtbot.waitSignal(newest.answered) as answered:
            newest.ask("how many", lambda question: jobs.create(partial(at_once, 7)))
        assert answered.args == ["how many", 7]
        wait_for_jobs(qtbot, jobs)

    def test_of_many_questions_the_first_and_the_newest_are_asked(
        self, qtbot, jobs, newest, answers, gate
    ):
        for number in range(5):
            newest.ask(number, lambda number: jobs.create(partial(gate.work, 10 * number)))
            assert len(jobs.running) == 1, "one at a time"
        assert newest.running == 0
        gate.open()
        qtbot.waitUntil(lambda: len(answers) == 2)
        wait_for_jobs(qtbot, jobs)
        assert answers == [(0, 0), (4, 40)]
        assert newest.running is None

    def test_a_job_is_made_when_its_turn_comes(self, qtbot, jobs, newest, answers, gate):
        newest.ask("first", lambda question: jobs.create(partial(gate.work, 1)))
        newest.ask("second", lambda question: jobs.create(partial(at_once, len(answers))))
        gate.open()
        qtbot.waitUntil(lambda: len(answers) == 2)
        wait_for_jobs(qtbot, jobs)
        assert answers[1] == ("second", 1), "it knows the answer before it"

    def test_the_same_question_is_not_asked_twice(self, qtbot, jobs, newest, answers):
        def make(question):
            return jobs.create(partial(at_once, None))

        newest.ask((1, 2), make)
        newest.ask((1, 2), make)
        wait_for_jobs(qtbot, jobs)
        newest.ask((1, 2), make)
        assert not jobs.running
        assert len(answers) == 1
        newest.forget()
        newest.ask((1, 2), make)
        wait_for_jobs(qtbot, jobs)
        assert len(answers) == 2

    def test_back_to_the_question_that_runs_nothing_waits(self, qtbot, jobs, newest, answers, gate):
        for question in ("a", "b", "a"):
            newest.ask(question, lambda question: jobs.create(partial(gate.work, question)))
        gate.open()
        wait_for_jobs(qtbot, jobs)
        assert answers == [("a", "a")]

    def test_asking_nothing_takes_back_what_waits(self, qtbot, jobs, newest, answers, gate):
        def make(question):
            return jobs.create(partial(gate.work, question))

        newest.ask("a", make)
        newest.ask("b", make)
        newest.ask(None, make)
        assert newest.running == "a"
        gate.open()
        wait_for_jobs(qtbot, jobs)
        assert answers == [("a", "a")]

    def test_the_late_answer_to_a_forgotten_question_is_dropped(
        self, qtbot, jobs, newest, answers, failures, gate
    ):
        newest.ask("old", lambda question: jobs.create(partial(gate.work, 1)))
        newest.ask("waiting", lambda question: jobs.create(partial(at_once, 2)))
        gate.wait()
        newest.forget()
        assert newest.running is None
        newest.ask("new", lambda question: jobs.create(partial(at_once, 3)))
        assert len(jobs.running) == 1, "it waits until the forgotten one has ended"
        gate.open()
        qtbot.waitUntil(lambda: bool(answers))
        wait_for_jobs(qtbot, jobs)
        assert answers == [("new", 3)]
        assert failures == []

    def test_forgetting_cancels_what_runs(self, qtbot, jobs, newest, answers, failures):
        newest.ask("long", lambda question: jobs.create(until_cancelled))
        newest.forget()
        wait_for_jobs(qtbot, jobs)
        newest.forget()  # with nothing to forget
        assert answers == failures == []

    def test_what_is_forgotten_while_its_answer_is_heard_may_be_asked_again(
        self, qtbot, jobs, newest, answers
    ):
        def make(question):
            return jobs.create(partial(at_once, len(answers)))

        def ask_again(question, answer):
            if answer == 0:
                newest.forget()
                newest.ask("a", make)

        newest.answered.connect(ask_again)
        newest.ask("a", make)
        qtbot.waitUntil(lambda: len(answers) == 2)
        wait_for_jobs(qtbot, jobs)
        assert answers == [("a", 0), ("a", 1)]

    def test_after_a_failure_a_new_question_runs_and_the_old_is_not_tried_again(
        self, qtbot, jobs, newest, answers, failures, gate
    ):
        def make(question):
            return jobs.create(partial(gate.work, question))

        error = AppError("No disk.")
        newest.ask(error, make)
        newest.ask("after it", make)
        gate.open()
        wait_for_jobs(qtbot, jobs)
        assert failures == [error]
        assert answers == [("after it", "after it")]
        newest.ask(error, make)
        wait_for_jobs(qtbot, jobs)
        newest.ask(error, make)
        assert not jobs.running
        assert len(failures) == 2

    @pytest.mark.parametrize("error", [AppError("No disk."), ValueError("a bug")])
    def test_the_failure_of_a_forgotten_question_is_silent(
        self, qtbot, jobs, newest, answers, failures, gate, error
    ):
        crashes = []
        jobs.crashed.connect(crashes.append)
        newest.ask("old", lambda question: jobs.create(partial(gate.work, error)))
        gate.wait()
        newest.forget()
        newest.ask("new", lambda question: jobs.create(partial(at_once, 1)))
        gate.open()
        qtbot.waitUntil(lambda: bool(answers))
        wait_for_jobs(qtbot, jobs)
        assert answers == [("new", 1)]
        assert failures == []
        assert len(crashes) == isinstance(error, ValueError), "a bug is still reported"

    def test_cancelled_by_another_hand_the_next_question_runs(self, qtbot, jobs, newest, answers):
        newest.ask("long", lambda question: jobs.create(until_cancelled))
        newest.ask("next", lambda question: jobs.create(partial(at_once, 1)))
        jobs.running[0].cancel()
        qtbot.waitUntil(lambda: bool(answers))
        wait_for_jobs(qtbot, jobs)
        assert answers == [("next", 1)]

    def test_the_owner_may_go_while_it_runs(self, qtbot, jobs, owner, newest, answers, gate):
        newest.ask("a", lambda question: jobs.create(partial(gate.work, 1)))
        newest.ask("b", lambda question: jobs.create(partial(at_once, 2)))
        with qtbot.waitSignal(owner.destroyed):
            owner.deleteLater()
        gate.open()
        wait_for_jobs(qtbot, jobs)
        assert answers == []
