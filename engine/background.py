"""Work of low priority, a piece at a time, several jobs in turn. No torch, no Qt."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Generator

from engine.control import Control, Stopped
from engine.faults import words
from engine.messages import Ended

Work = Generator[None, None, Ended]


class Background:
    """The jobs that go on while nothing else does; ``control`` is asked from other threads."""

    def __init__(self) -> None:
        self._works: deque[tuple[int, Work]] = deque()
        self._controls: dict[int, Control] = {}
        self._lock = threading.Lock()

    def expect(self, number: int, control: Control) -> None:
        """A job that will be added: it can be held or ended before it begins."""
        with self._lock:
            self._controls[number] = control

    def control(self, number: int) -> Control | None:
        """The control of a job that has not ended."""
        with self._lock:
            return self._controls.get(number)

    def add(self, number: int, work: Work) -> None:
        """A job that was expected, to go on from now on."""
        self._works.append((number, work))

    @property
    def can_go_on(self) -> bool:
        """Whether there is one that is not held."""
        with self._lock:
            return any(self._controls[number].go_on.is_set() for number, _ in self._works)

    def piece(self) -> Ended | None:
        """A piece of the next job that is not held, and how it ended, if it did."""
        number, work = self._works.popleft()
        control = self.control(number)
        assert control is not None
        try:
            if control.stop.is_set():
                work.throw(Stopped())
            elif control.go_on.is_set():
                next(work)
        except StopIteration as end:
            ended: Ended = end.value
        except Stopped:
            ended = Ended(number, "stopped", "", "", 0.0, "")
        except Exception as error:
            ended = Ended(number, "failed", *words(error), 0.0, "")
        else:
            self._works.append((number, work))
            return None
        with self._lock:
            del self._controls[number]
        return ended

    def close(self) -> None:
        """Ends them where they are; each leaves the disk whole."""
        while self._works:
            self._works.popleft()[1].close()
