"""One SQLite file that several threads read while one writes, its faults in words.

Write-ahead logging: a reader never waits for the writer, a killed process loses the transaction
that it was in and nothing else.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.folders import RunError, sentence

WAIT_SECONDS = 20.0  # for another process that is writing


class AtlasError(RunError):
    """An atlas that cannot be written or read; the message says which file and why."""


class OtherAtlasError(AtlasError):
    """A good atlas, but of another network or recipe than what was asked for."""


class Database:
    """A file and a connection to it for each thread that asks.

    A kind of store has its own ``Error``, and ``remedy`` against a damaged file.
    """

    Error: type[RunError] = AtlasError
    remedy = "move it away, and the atlas is made anew"

    def __init__(self, path: Path) -> None:
        self.path = path
        self._mine = threading.local()
        self._lock = threading.Lock()
        self._open: list[tuple[weakref.ref[threading.Thread], sqlite3.Connection]] = []
        self._closed = False

    def rows(self, query: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """What a query finds.

        Raises:
            AtlasError: the file is damaged, gone, or closed.
        """
        with self.faults("read"):
            return self._connection().execute(query, values).fetchall()

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it is on disk afterwards, or nothing.

        Raises:
            AtlasError: the disk is full or read-only, or the file is damaged.
        """
        with self.faults("written"):
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Closes every thread's connection; the log is merged into the one file."""
        with self._lock:
            self._closed = True
            for _, connection in self._open:
                with contextlib.suppress(sqlite3.Error):
                    connection.close()
            self._open.clear()

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._mine, "connection", None)
        if found is not None and not self._closed:
            return found
        with self._lock:
            if self._closed:
                raise sqlite3.ProgrammingError("it was closed")
            connection = self._connect()
            alive = []
            for thread, other in self._open:
                if thread() is None:
                    other.close()
                else:
                    alive.append((thread, other))
            self._open = [*alive, (weakref.ref(threading.current_thread()), connection)]
        self._mine.connection = connection
        return connection

    def _connect(self) -> sqlite3.Connection:
        # A log needs files beside it: where none can be made, what is in the one file is read.
        writable = os.access(self.path.parent, os.W_OK) and os.access(self.path, os.W_OK)
        uri = f"{self.path.resolve().as_uri()}?mode=rw" if writable else ""
        return sqlite3.connect(
            uri or f"{self.path.resolve().as_uri()}?immutable=1",
            uri=True,
            timeout=WAIT_SECONDS,
            isolation_level=None,  # transactions begin where ``writing`` says
            check_same_thread=False,  # ``close`` is called by whoever ends
        )

    @contextlib.contextmanager
    def faults(self, verb: str) -> Iterator[None]:
        """SQLite's errors as sentences."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise self.Error(sentence(f"{self.path} cannot be {verb}", error)) from error
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.ProgrammingError | sqlite3.InterfaceError):
                raise self.Error(sentence(f"{self.path} cannot be {verb}", error)) from error
            raise self.Error(f"{self.path} is damaged ({error}): {self.remedy}.") from error
        except OSError as error:
            raise self.Error(sentence(f"{self.path} cannot be {verb}", error)) from error
