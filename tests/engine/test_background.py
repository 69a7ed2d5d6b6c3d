"""Work in the background and questions: what goes on while nothing else does, or in between."""

from __future__ import annotations

import sys
import time
from collections.abc import Generator
from dataclasses import dataclass
from types import ModuleType

import pytest
from PySide6.QtCore import QCoreApplication

from engine.control import Control, Ears, Stopped
from engine.jobs import NetworkRef
from engine.kinds import BACKGROUND, QUESTIONS
from engine.messages import Ended, Failed
from engine.networks import Network
from engine.worker import Engine, next_number
from tests.engine.hearing import Heard
from tests.engine.test_worker import SKETCHNET, job, run


@dataclass(frozen=True, slots=True)
class Dig:
    """A job of the background that counts to ``depth``; at ``fault`` it breaks."""

    number: int
    depth: int = 1_000_000
    fault: int = -1
    network: NetworkRef = SKETCHNET
    device: str = "cpu"


@dataclass(frozen=True, slots=True)
class Ask:
    """A question; ``wrong`` ones fail."""

    number: int
    wrong: bool = False
    network: NetworkRef = SKETCHNET
    device: str = "cpu"


def work(job: Dig, network: Network, control: Control, ears: Ears) -> Generator[None, None, Ended]:
    done = 0
    try:
        while done < job.depth:
            if done == job.fault:
                raise ValueError("The ground is too hard: dig elsewhere.")
            done += 1
            ears.told((job.number, done, network.title))
            time.sleep(0.002)
            yield
    except Stopped:
        return Ended(job.number, "stopped", f"at {done}", "", 0.0, "")
    finally:
        ears.told((job.number, "put away"))
    return Ended(job.number, "finished", "", "", 0.0, "")


def answer(question: Ask, network: Network) -> tuple[int, str]:
    if question.wrong:
        raise ValueError("Nobody knows.")
    return question.number, network.title


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two kinds of this file, served by it."""
    served = ModuleType("served_by_a_test")
    served.work, served.answer = work, answer  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "served_by_a_test", served)
    monkeypatch.setitem(BACKGROUND, Dig, "served_by_a_test")
    monkeypatch.setitem(QUESTIONS, Ask, "served_by_a_test")


def depths(heard: Heard, number: int) -> list[int]:
    return [x[1] for x in heard.all("told") if x[0] == number and isinstance(x[1], int)]


def answers(heard: Heard) -> list[int]:
    return [x[0] if isinstance(x, tuple) else x.number for x in heard.all("told")]


def test_it_goes_on_until_it_ends(engine: Engine, heard: Heard) -> None:
    engine.submit(Dig(number := next_number(), depth=5))
    assert heard.end_of(number).ended == "finished"
    assert depths(heard, number) == [1, 2, 3, 4, 5]
    assert heard.strangers == 0


def test_two_take_turns_and_one_that_breaks_ends_alone(engine: Engine, heard: Heard) -> None:
    engine.submit(Dig(first := next_number()))
    engine.submit(Dig(second := next_number(), fault=4))
    end = heard.end_of(second)
    assert (end.ended, end.message) == ("failed", "The ground is too hard: dig elsewhere.")
    assert depths(heard, second) == [1, 2, 3, 4]
    assert len(depths(heard, first)) >= 4
    deep = len(depths(heard, first))
    heard.wait(lambda: len(depths(heard, first)) > deep)
    engine.cancel(first)
    assert heard.end_of(first).message == f"at {depths(heard, first)[-1]}"


def test_a_job_of_the_foreground_goes_first(engine: Engine, heard: Heard) -> None:
    engine.submit(Dig(number := next_number()))
    heard.wait(lambda: depths(heard, number))
    engine.submit(wanted := job())
    heard.end_of(wanted.number)
    names = [name for name, _ in heard.said]
    began, ended = names.index("started_job"), names.index("ended")
    assert "told" not in names[began:ended] and "stepped" in names[began:ended]
    deep = len(depths(heard, number))
    heard.wait(lambda: len(depths(heard, number)) > deep)  # and then it goes on


def test_stop_leaves_it_and_hold_halts_it(engine: Engine, heard: Heard) -> None:
    engine.submit(Dig(number := next_number()))
    heard.wait(lambda: depths(heard, number))
    engine.stop()
    engine.pause()
    deep = len(depths(heard, number))
    heard.wait(lambda: len(depths(heard, number)) > deep + 3)
    engine.hold(number)
    time.sleep(0.2)
    QCoreApplication.processEvents()
    deep = len(depths(heard, number))
    time.sleep(0.2)
    QCoreApplication.processEvents()
    assert len(depths(heard, number)) == deep
    engine.release(number)
    heard.wait(lambda: len(depths(heard, number)) > deep)
    engine.hold(number)
    engine.cancel(number)
    assert heard.end_of(number).ended == "stopped"


def test_closing_puts_it_away(engine: Engine, heard: Heard) -> None:
    engine.submit(Dig(number := next_number()))
    heard.wait(lambda: depths(heard, number))
    assert engine.close(20_000)
    QCoreApplication.processEvents()
    assert heard.all("told")[-1] == (number, "put away")
    assert not heard.all("ended")


def test_questions_are_answered_at_rest_during_a_run_and_while_it_is_held(
    engine: Engine, heard: Heard
) -> None:
    engine.ask(Ask(at_rest := next_number()))
    heard.wait(lambda: at_rest in answers(heard))
    number = run(engine, heard)
    engine.ask(Ask(amid := next_number()))
    heard.wait(lambda: amid in answers(heard))
    engine.pause()
    engine.ask(Ask(held := next_number()))
    heard.wait(lambda: held in answers(heard))
    engine.stop()
    assert heard.end_of(number).ended == "stopped"


def test_the_newest_question_counts_and_one_that_fails_costs_nothing(
    engine: Engine, heard: Heard
) -> None:
    engine.submit(wanted := job())
    asked = [next_number() for _ in range(50)]
    for number in asked:
        engine.ask(Ask(number))
    heard.wait(lambda: asked[-1] in answers(heard))
    assert len(set(answers(heard)) & set(asked)) < 50
    engine.ask(Ask(wrong := next_number(), wrong=True))
    heard.wait(lambda: wrong in answers(heard))
    (failed,) = [x for x in heard.all("told") if isinstance(x, Failed)]
    assert (failed.number, failed.message) == (wrong, "Nobody knows.")
    assert heard.end_of(wanted.number).ended == "finished"
