"""A server of the tests' own on loopback, that can be cut, slow, forgetful or refusing."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


@dataclass
class Served:
    """What the server does, and what it was asked.

    ``cuts`` holds after how many bytes each next answer breaks off; ``pause`` is slept after every
    ``block`` bytes; ``status`` other than 200 refuses.
    """

    content: bytes = b""
    ranges: bool = True
    etag: str = '"one"'
    cuts: list[int] = field(default_factory=list)
    pause: float = 0.0
    block: int = 64 * 1024
    status: int = 200
    length: bool = True
    asked: list[dict[str, str]] = field(default_factory=list)
    url: str = ""


@contextmanager
def serving(served: Served, file: str) -> Iterator[Served]:
    """Runs it until the block ends; ``served.url`` is the file's address."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            served.asked.append({"path": self.path, **self.headers})
            if served.status != 200:
                return self.send_error(served.status)
            start = 0
            wanted = self.headers.get("Range", "")
            fits = self.headers.get("If-Range", served.etag) == served.etag
            if wanted and served.ranges and fits:
                start = int(wanted.removeprefix("bytes=").partition("-")[0])
                if start >= len(served.content):
                    return self.send_error(416)
                last = len(served.content) - 1
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {start}-{last}/{last + 1}")
            else:
                self.send_response(200)
            if served.length:
                self.send_header("Content-Length", str(len(served.content) - start))
            if served.etag:
                self.send_header("ETag", served.etag)
            self.end_headers()
            end = len(served.content)
            if served.cuts:
                end = min(end, start + served.cuts.pop(0))
            try:
                for at in range(start, end, served.block):
                    self.wfile.write(served.content[at : min(end, at + served.block)])
                    time.sleep(served.pause)
            except ConnectionError:
                pass  # whoever asked has left

    with _running(Handler) as port:
        served.url = f"http://127.0.0.1:{port}/models/{file}"
        yield served


@contextmanager
def proxying(answers: Served) -> Iterator[str]:
    """A tiny proxy that answers every request itself, whatever host was asked for; its address."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            answers.asked.append({"path": self.path, **self.headers})
            assert urlsplit(self.path).netloc  # a proxy is asked for the whole address
            if answers.status != 200:
                self.send_error(answers.status)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(answers.content)))
            self.end_headers()
            self.wfile.write(answers.content)

    with _running(Handler) as port:
        yield f"127.0.0.1:{port}"


@contextmanager
def _running(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: Any) -> None:
            pass  # a client that leaves is none

    server = Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def hub(files: dict[str, bytes], served: Served | None = None) -> Iterator[Served]:
    """A stand-in for the Hugging Face hub; ``files`` by ``repo/file``, ``served.url`` its address.

    Of ``served`` its ``status``, ``cuts``, ``block`` and ``pause`` hold for the files' bytes.
    """
    served = served or Served()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def _answer(self, body: bool) -> None:
            served.asked.append(
                {"path": self.path, "method": self.command}
                | {k.lower(): v for k, v in self.headers.items()}
            )
            repo, _, file = self.path.strip("/").partition("/resolve/main/")
            found = files.get(f"{repo}/{file}")
            if served.status != 200 or found is None:
                known = any(x.startswith(f"{repo}/") for x in files)
                self.send_response(served.status if served.status != 200 else 404)
                if served.status == 200:
                    self.send_header("X-Error-Code", "EntryNotFound" if known else "RepoNotFound")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            wanted = self.headers.get("Range", "")
            start = int(wanted.removeprefix("bytes=").partition("-")[0]) if wanted and body else 0
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(found) - 1}/{len(found)}")
            self.send_header("Content-Length", str(len(found) - start))
            self.send_header("ETag", f'"{hashlib.sha256(found).hexdigest()}"')
            self.send_header("X-Repo-Commit", "0" * 40)
            self.end_headers()
            if not body:
                return
            end = min(len(found), start + served.cuts.pop(0)) if served.cuts else len(found)
            try:
                for at in range(start, end, served.block):
                    self.wfile.write(found[at : min(end, at + served.block)])
                    time.sleep(served.pause)
            except ConnectionError:
                pass  # whoever asked has left
            self.close_connection = True

    with _running(Handler) as port:
        served.url = f"http://127.0.0.1:{port}"
        yield served
