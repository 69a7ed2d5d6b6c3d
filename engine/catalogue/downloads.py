"""A weights' file brought into torch's own cache: a plain generator of how far it has come.

Not asking for the next record cancels; what has come is kept beside the file's place, as ``.part``,
and the next download goes on from there. Only a file whose SHA-256 begins as its name says is
renamed into place. No torch, no Qt.

Of the standard library, on purpose: of the libraries for this, pooch cannot resume and needs
requests, and torch.hub's own function neither resumes nor can be cancelled.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import time
from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from engine.catalogue.http_pieces import Cut, HttpError, Reply, open_pieces
from engine.catalogue.index import WeightSet, checkpoints, hash_prefix, megabytes

TIMEOUT = 20.0  # seconds without a byte
ATTEMPTS = 3  # in a row that bring nothing new
_PAUSE = 0.5  # seconds after the first of them, twice as many after the second
_WINDOW = 5.0  # seconds over which the speed is taken


class DownloadError(Exception):
    """What stopped a download, in a sentence that says how to get the file by hand."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a download is: bytes, bytes a second, seconds left (``None`` while unknown)."""

    done: int
    total: int
    speed: float = 0.0
    left: float | None = None


def fetch(weights: WeightSet, timeout: float = TIMEOUT) -> Generator[Progress]:
    """Downloads a published set of weights to ``weights.path``, unless it is there already."""
    from engine.catalogue import hub, timm_sets

    if isinstance(weights, timm_sets.HubSet) and weights.repo:
        return hub.fetch(weights)
    return download(weights.url, expected=weights.bytes, timeout=timeout)


def download(
    url: str,
    folder: Path | None = None,
    *,
    file: str = "",
    expected: int = 0,
    timeout: float = TIMEOUT,
) -> Generator[Progress]:
    """Downloads a file into a folder, by default torch's cache.

    A record comes at least ten times a second, also while the server is silent, so that closing
    the generator cancels at once. With the last record, ``done == total``, the file is there.

    Args:
        file: its name, if not the address's last part; the hash's first digits are read from it.
        expected: its size in bytes, about, until the server has said.
        timeout: seconds without a byte after which the server counts as gone.

    Raises:
        DownloadError: no connection, a refusal, the wrong file, no room on the disk.
    """
    folder = folder or checkpoints()
    target = folder / (file or url.rpartition("/")[2])
    return _Download(url, target, expected, timeout).run()


def part_of(weights: WeightSet) -> int:
    """How many bytes of a set are here already, of a download that was cut or cancelled."""
    try:
        return weights.path.with_name(f"{weights.file}.part").stat().st_size
    except OSError:
        return 0


def is_whole(path: Path, name: str = "") -> bool:
    """Whether a file is there and its SHA-256 begins as its name says, or another name."""
    prefix = hash_prefix(name or path.name)
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest().startswith(prefix)
    except OSError:
        return False


@dataclass(slots=True)
class _Download:
    url: str
    target: Path
    expected: int
    timeout: float
    done: int = 0
    total: int = 0
    _times: deque[tuple[float, int]] = field(default_factory=deque)

    def run(self) -> Generator[Progress]:
        if self.target.exists() and is_whole(self.target):
            size = self.target.stat().st_size
            yield Progress(size, size)
            return
        self.total = self.expected
        yield self._progress()
        try:
            self.target.parent.mkdir(parents=True, exist_ok=True)
            with self.part.open("ab+") as part:
                _lock(part)
                yield from self._fill(part)
            self.part.replace(self.target)
            self._forget()
        except BlockingIOError as error:
            raise DownloadError(
                f"{self.target.name} is being downloaded already, by another program."
            ) from error
        except OSError as error:
            raise self._error(self._disk(error)) from error
        yield Progress(self.done, self.done, self._speed(), 0.0)

    @property
    def part(self) -> Path:
        return self.target.with_name(f"{self.target.name}.part")

    @property
    def tag(self) -> Path:
        """Beside the part: which version of the server's file it is a part of."""
        return self.target.with_name(f"{self.target.name}.part.tag")

    def _fill(self, part: BinaryIO) -> Iterator[Progress]:
        """Fills the part until it is the whole file."""
        failures, furthest = 0, 0
        if self._filled(part):  # and the program killed before it was renamed
            return
        while True:
            resumed = part.seek(0, os.SEEK_END)
            furthest = max(furthest, resumed)
            try:
                digest = yield from self._once(part, resumed)
            except Cut as error:
                self.done = part.seek(0, os.SEEK_END)
                failures = 0 if self.done > furthest else failures + 1
                if failures >= ATTEMPTS:
                    raise self._error(self._cut(error)) from error
                yield from self._wait(_PAUSE * failures)
                continue
            except HttpError as error:
                raise self._error(str(error)) from error
            prefix = hash_prefix(self.target.name)
            if digest.startswith(prefix):
                part.flush()
                os.fsync(part.fileno())
                return
            part.truncate(0)
            self._forget()
            if not resumed:
                raise self._error(
                    f"What came is not {self.target.name}: its SHA-256 begins with "
                    f"{digest[: len(prefix)]}, not {prefix}"
                )
            # Two halves that do not belong together: once more from the beginning.

    def _filled(self, part: BinaryIO) -> bool:
        self.done = part.seek(0, os.SEEK_END)
        if not self.done or self.done < 0.99 * self.expected:
            return False
        return bool(hash_prefix(self.target.name)) and is_whole(self.part, self.target.name)

    def _once(self, part: BinaryIO, start: int) -> Generator[Progress, None, str]:
        """One request, from byte ``start`` on; gives the SHA-256 of the whole."""
        reply: Reply | None = None
        digest = hashlib.sha256()
        self._times.clear()
        with contextlib.closing(
            open_pieces(self.url, start, self._tag(), self.timeout)
        ) as incoming:
            for piece in incoming:
                if isinstance(piece, Reply):
                    reply = piece
                    self._begin(part, digest, reply)
                elif piece:
                    part.write(piece)
                    digest.update(piece)
                    self.done += len(piece)
                yield self._progress()
        if reply is None or (reply.total and self.done < reply.total):
            part.flush()
            raise Cut("the connection ended")
        self.total = self.done
        return digest.hexdigest()

    def _begin(self, part: BinaryIO, digest: Any, reply: Reply) -> None:
        """Keeps of the part what the server goes on from, and sees that there is room."""
        if reply.start > part.seek(0, os.SEEK_END):
            part.truncate(0)
            raise Cut("the server went on from another place")
        part.truncate(reply.start)
        self._forget()
        if reply.tag:
            with contextlib.suppress(OSError):
                self.tag.write_text(reply.tag, "utf-8")
        part.seek(0)
        while block := part.read(2**20):
            digest.update(block)
        self.done = part.seek(0, os.SEEK_END)
        self.total = reply.total or self.expected
        missing = self.total - self.done
        if missing > shutil.disk_usage(self.target.parent).free:
            raise OSError(errno.ENOSPC, "no room")

    def _tag(self) -> str:
        try:
            return self.tag.read_text("utf-8")
        except (OSError, ValueError):
            return ""

    def _forget(self) -> None:
        with contextlib.suppress(OSError):
            self.tag.unlink()

    def _wait(self, seconds: float) -> Iterator[Progress]:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            yield self._progress()
            time.sleep(0.05)

    def _progress(self) -> Progress:
        now = time.monotonic()
        self._times.append((now, self.done))
        while now - self._times[0][0] > _WINDOW:
            self._times.popleft()
        speed = self._speed()
        missing = max(0, self.total - self.done)
        return Progress(self.done, self.total, speed, missing / speed if speed else None)

    def _speed(self) -> float:
        if len(self._times) < 2:
            return 0.0
        (start, before), (end, after) = self._times[0], self._times[-1]
        return max(0.0, (after - before) / (end - start)) if end > start else 0.0

    def _cut(self, error: Exception) -> str:
        if not self.done:
            return f"{str(error)[:1].upper()}{str(error)[1:]}"
        came = f"{megabytes(self.done)} of {megabytes(self.total)}" if self.total else "a part"
        return f"{came} of {self.target.name} came, then {error}; the next try goes on from there"

    def _disk(self, error: OSError) -> str:
        folder = self.target.parent
        if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", -1)):
            return f"The disk of {folder} is full: {self.target.name} takes {megabytes(self.total)}"
        reason = (error.strerror or str(error)).lower()
        return (
            f"{folder} cannot be written ({reason}); "
            "the variable TORCH_HOME can name another place for it"
        )

    def _error(self, what: str) -> DownloadError:
        return DownloadError(f"{what}. Or download {self.url} yourself into {self.target.parent}.")


def _lock(file: BinaryIO) -> None:
    """Keeps a second program from filling the same part; freed when the file is closed.

    Raises:
        BlockingIOError: another one does.
    """
    try:
        import fcntl
    except ImportError:  # Windows: the hash still tells
        return
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
