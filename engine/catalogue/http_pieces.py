"""One HTTP request whose bytes come a piece at a time, and which can be left at any moment.

A thread reads, because a silent server would hold its reader for as long as the timeout is; whoever
asks for the next piece waits a tenth of a second at most. Proxies are the environment's
(``https_proxy``, ``no_proxy``, the system's settings), as urllib takes them.
"""

from __future__ import annotations

import http.client
import queue
import re
import socket
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from engine import __version__

_PIECE = 256 * 1024  # bytes at once at most
_BEAT = 0.1  # seconds between two answers to whoever asks
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


class HttpError(Exception):
    """A refusal: trying again at once would end the same way. The message has no full stop."""


class Cut(Exception):
    """The connection broke, or nothing came any more: trying again may help."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said before the first byte.

    ``start`` is the first byte that it sends, ``total`` the whole file's size (0: not said);
    ``tag`` names this version of the file, for ``If-Range``.
    """

    start: int
    total: int
    tag: str


def open_pieces(
    url: str, start: int = 0, tag: str = "", timeout: float = 20.0
) -> Generator[Reply | bytes]:
    """The server's reply, then the file's bytes from ``start`` on, or from 0 where it cannot.

    Empty pieces say that nothing came for a tenth of a second. With ``tag`` the server starts anew
    where the file has changed since.

    Raises:
        HttpError: no such host, a refusal. Cut: the connection broke.
    """
    pieces: queue.Queue[Reply | bytes | Exception | None] = queue.Queue(maxsize=16)
    left = threading.Event()

    def put(piece: Reply | bytes | Exception | None) -> None:
        while not left.is_set():
            try:
                return pieces.put(piece, timeout=_BEAT)
            except queue.Full:
                continue
        return None

    def read() -> None:
        try:
            with _open(url, start, tag, timeout) as response:
                put(_reply(response))
                while not left.is_set() and (piece := response.read1(_PIECE)):
                    put(piece)
            put(None)
        except Exception as error:  # handed on, to be raised where it is asked for
            put(error)

    threading.Thread(target=read, name="download", daemon=True).start()
    try:
        while True:
            try:
                piece = pieces.get(timeout=_BEAT)
            except queue.Empty:
                yield b""
                continue
            if piece is None:
                return
            if isinstance(piece, Exception):
                raise _in_words(piece, url, timeout) from piece
            yield piece
    finally:
        left.set()


def _open(url: str, start: int, tag: str, timeout: float) -> Any:
    headers = {"User-Agent": f"Unitscope/{__version__}", "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
        if tag:
            headers["If-Range"] = tag
    try:
        # urlopen would keep the proxies that it found the first time.
        opener = urllib.request.build_opener()
        return opener.open(urllib.request.Request(url, headers=headers), timeout=timeout)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416 and start:  # there are no bytes that far: the part is no part of it
            return _open(url, 0, "", timeout)
        raise


def _reply(response: Any) -> Reply:
    headers = response.headers
    # A weak tag, or a date, does not promise the same bytes; a wrong sum is found by the hash.
    etag = headers.get("ETag", "")
    tag = headers.get("Last-Modified", "") if etag.startswith("W/") or not etag else etag
    length = headers.get("Content-Length", "")
    total = int(length) if length.isdigit() else 0
    if response.status == 206:
        span = _RANGE.match(headers.get("Content-Range", ""))
        if not span:
            raise HttpError(f"{urlsplit(response.url).hostname} sends parts that it does not name")
        start = int(span[1])
        return Reply(start, int(span[2]) if span[2] != "*" else start + total, tag)
    return Reply(0, total, tag)


def _in_words(error: Exception, url: str, timeout: float) -> Exception:
    """The sentence for what went wrong, as an ``HttpError`` or a ``Cut``."""
    host = urlsplit(url).hostname or url
    via = _proxy(url, host)
    file = url.rpartition("/")[2]
    if isinstance(error, HttpError):
        return error
    if isinstance(error, urllib.error.HTTPError):
        words = f"{host} does not give {file}: it answers {error.code} ({error.reason}){via}"
        return Cut(words) if error.code in (429, 502, 503, 504) else HttpError(words)
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, TimeoutError):
        return Cut(f"{host} was silent for {timeout:g} seconds{via}")
    if isinstance(reason, socket.gaierror):
        return HttpError(f"There is no connection to {host}: its name is not found{via}")
    if isinstance(reason, ConnectionRefusedError):
        return HttpError(f"{host} refuses the connection{via}")
    if isinstance(reason, ssl.SSLCertVerificationError):
        return HttpError(f"{host}'s certificate cannot be verified ({reason.verify_message}){via}")
    if isinstance(reason, ConnectionError | http.client.IncompleteRead | ssl.SSLError):
        return Cut(f"the connection to {host} broke{via}")
    why = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
    return HttpError(f"There is no connection to {host}: {why}{via}")


def _proxy(url: str, host: str) -> str:
    """Through which proxy, for the sentence; without the password that its address may hold."""
    try:
        address = urllib.request.getproxies().get(urlsplit(url).scheme, "")
        if not address or urllib.request.proxy_bypass(host):
            return ""
        bare = address.rpartition("@")[2].rpartition("//")[2].rstrip("/")
    except (OSError, ValueError):
        return ""
    return f", through the proxy {bare} of the environment"
