"""A weights' file brought from the Hugging Face hub into the hub's own cache, by its own library.

The library gives no sign while it waits and cannot be left: it runs in a thread, which tells how
far it is and ends at the next bytes once nobody asks any more. No torch, no Qt.
"""

from __future__ import annotations

import errno
import os
import queue
import threading
import time
from collections import deque
from collections.abc import Generator
from inspect import signature
from typing import Any
from urllib.parse import urlsplit

from engine.catalogue.downloads import DownloadError, Progress
from engine.catalogue.timm_sets import INSTALL, HubSet, hub_cache

_BEAT = 0.1  # seconds between two answers to whoever asks
_PIECE = 256 * 1024  # bytes at once
_WINDOW = 5.0  # seconds over which the speed is taken
_HOST = "https://huggingface.co"


class _Left(BaseException):
    """Whoever asked has left."""


def fetch(weights: HubSet) -> Generator[Progress]:
    """Downloads a set; a record comes ten times a second. With the last one the file is there.

    The library goes on after a cut, but not in another session: what is cancelled begins anew.

    Raises:
        DownloadError: no connection, a refusal, no room; a sentence.
    """
    told: queue.Queue[tuple[int, int] | BaseException | None] = queue.Queue()
    left = threading.Event()

    def bring() -> None:
        try:
            _bring(weights, told, left)
            told.put(None)
        except BaseException as error:  # handed on, to be raised where it is asked for
            told.put(error)

    threading.Thread(target=bring, name="hub", daemon=True).start()
    done = total = 0
    times: deque[tuple[float, int]] = deque([(time.monotonic(), 0)])
    try:
        while True:
            yield _progress(done, total, times)
            try:
                news = told.get(timeout=_BEAT)
            except queue.Empty:
                continue
            if news is None:
                break
            if isinstance(news, BaseException):
                raise DownloadError(_in_words(news, weights)) from news
            done, total = news
        size = weights.path.stat().st_size
        yield Progress(size, size, _speed(times), 0.0)
    finally:
        left.set()


def endpoint() -> str:
    """Where the hub is, as its library takes it from ``HF_ENDPOINT``."""
    return (os.environ.get("HF_ENDPOINT") or _HOST).rstrip("/")


def _bring(weights: HubSet, told: queue.Queue[Any], left: threading.Event) -> None:
    # Its own transfers in pieces cannot be left, and have no other gain for one file.
    os.environ.setdefault("HF_HUB_DISABLE_XET", "1")
    from huggingface_hub import constants, hf_hub_download
    from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError
    from huggingface_hub.utils import logging

    # It takes ten megabytes at once: too coarse for whoever watches, and for whoever leaves.
    constants.DOWNLOAD_CHUNK_SIZE = _PIECE
    logging.set_verbosity_error()  # of a cut that it mends it need not tell

    class Bar:
        """In the place of the library's progress bar."""

        def __init__(self, *_: Any, total: int | None = None, initial: int = 0, **__: Any) -> None:
            self.n, self.total = initial, total or 0
            self.update(0)

        def update(self, count: float | None = 1) -> None:
            if left.is_set():
                raise _Left
            self.n += int(count or 0)
            told.put((self.n, self.total))

        def __enter__(self) -> Bar:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def close(self) -> None:
            pass

    # Older libraries tell nothing on the way.
    knows = "tqdm_class" in signature(hf_hub_download).parameters
    watched: dict[str, Any] = {"tqdm_class": Bar} if knows else {}
    for last, file in zip([False] * (len(weights.files) - 1) + [True], weights.files, strict=True):
        try:
            hf_hub_download(
                weights.repo,
                file,
                cache_dir=hub_cache(),
                endpoint=endpoint(),
                **watched,
            )
            return
        except LocalEntryNotFoundError:
            raise  # no connection
        except EntryNotFoundError:
            if last:
                raise


def _progress(done: int, total: int, times: deque[tuple[float, int]]) -> Progress:
    now = time.monotonic()
    times.append((now, done))
    while now - times[0][0] > _WINDOW:
        times.popleft()
    speed = _speed(times)
    return Progress(done, total, speed, (total - done) / speed if speed and total else None)


def _speed(times: deque[tuple[float, int]]) -> float:
    (start, before), (end, after) = times[0], times[-1]
    return max(0.0, (after - before) / (end - start)) if end > start else 0.0


def _in_words(error: BaseException, weights: HubSet) -> str:
    page = f"{endpoint()}/{weights.repo}"
    by_hand = (
        f" Or download {weights.files[0]} from {page} yourself, and open it with "
        f"--network {weights.key} --weights FILE."
    )
    return _reason(error, weights, page) + by_hand


def _reason(error: BaseException, weights: HubSet, page: str) -> str:
    if isinstance(error, ImportError):
        return f"The hub's library cannot be loaded ({error}): {INSTALL}."
    from huggingface_hub import errors

    host = urlsplit(page).hostname
    if isinstance(error, errors.GatedRepoError):
        return f"{page} is only for those who have accepted its licence there and logged in."
    if isinstance(error, errors.RepositoryNotFoundError | errors.EntryNotFoundError) and not (
        isinstance(error, errors.LocalEntryNotFoundError)
    ):
        return f"{host} has no weights {weights.repo}."
    cause = error.__cause__ or error
    if isinstance(error, errors.OfflineModeIsEnabled) or isinstance(
        cause, errors.OfflineModeIsEnabled
    ):
        return "HF_HUB_OFFLINE is set: nothing is downloaded."
    for told in (error, cause):
        if isinstance(told, errors.HfHubHTTPError):
            return f"{host} does not give {weights.key}: it answers {told.response.status_code}."
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return f"The disk of {hub_cache()} is full."
    if isinstance(error, OSError) and error.errno in (errno.EACCES, errno.EROFS, errno.ENOTDIR):
        return f"{hub_cache()} cannot be written; the variable HF_HOME can name another place."
    if isinstance(error, OSError) and "Consistency check" in str(error):
        return f"What came from {host} was cut short: try again."
    return f"There is no connection to {host}."
