"""Images read and cropped ahead of the network, by threads of their own. No Qt."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from engine import images
from engine.jobs import Picture
from engine.patches.listing import Found

AHEAD = 3  # batches


@dataclass(frozen=True, slots=True)
class Read:
    """A file as the network sees it, ``None`` where it gave no picture and ``reason`` says why;
    ``shape`` is the picture's (height, width)."""

    file: Found
    crop: Picture | None
    shape: tuple[int, int] = (0, 0)
    reason: str = ""


class Reader:
    """The files of a folder in batches, in their order, a few batches ahead of who takes them."""

    def __init__(
        self,
        folder: Path,
        files: Sequence[Found],
        batch: int,
        crop: Callable[[Picture], Picture],
        threads: int = 2,
    ) -> None:
        self._folder = folder
        self._crop = crop
        self._batches = deque(files[i : i + batch] for i in range(0, len(files), batch))
        self._threads = ThreadPoolExecutor(threads, "unitscope-patches")
        self._reading: deque[list[Future[Read]]] = deque()

    def ready(self, seconds: float) -> bool:
        """Whether the next batch is read, after waiting for so long at most."""
        self._fill()
        if not self._reading:
            return True
        for future in self._reading[0]:
            if not future.done():
                try:
                    future.exception(seconds)
                except TimeoutError:
                    return False
        return True

    def take(self) -> list[Read]:
        """The next batch; none when all were taken."""
        self._fill()
        if not self._reading:
            return []
        batch = [future.result() for future in self._reading.popleft()]
        self._fill()
        return batch

    def close(self) -> None:
        """Reads no more; does not wait for what is being read."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _fill(self) -> None:
        while self._batches and len(self._reading) < AHEAD:
            files = self._batches.popleft()
            self._reading.append([self._threads.submit(self._read, file) for file in files])

    def _read(self, file: Found) -> Read:
        try:
            picture = images.read(self._folder / file.path)
            return Read(file, self._crop(picture), picture.shape[:2])
        except images.ImageError as error:
            return Read(file, None, reason=str(error))
        except Exception as error:  # a picture of one pixel's height, a full memory
            name = Path(file.path).name
            return Read(file, None, reason=f"{name} cannot be shown to the network: {error}")
