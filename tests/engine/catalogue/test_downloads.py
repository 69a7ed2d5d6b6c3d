"""Downloads against a server of the tests' own: cut, slow, refusing, wrong; half a file is none."""

from __future__ import annotations

import errno
import hashlib
import random
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from engine.catalogue import downloads
from engine.catalogue.downloads import DownloadError, Progress, download
from tests.engine.catalogue.server import Served, proxying, serving

CONTENT = random.Random(0).randbytes(1_000_000)
FILE = f"net-{hashlib.sha256(CONTENT).hexdigest()[:8]}.pth"
Start = Callable[..., Served]


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(downloads, "_PAUSE", 0.02)


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a server that gives ``CONTENT``, but for what is said otherwise."""
    with ExitStack() as stack:

        def begin(**how: Any) -> Served:
            return stack.enter_context(serving(Served(**({"content": CONTENT} | how)), FILE))

        yield begin


def get(served: Served, folder: Path, **options: Any) -> list[Progress]:
    return list(download(served.url, folder, **options))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_whole_file(tmp_path: Path, start: Start) -> None:
    folder = tmp_path / "hub" / "checkpoints"  # made on the way
    steps = get(start(), folder, expected=999_000)
    assert (folder / FILE).read_bytes() == CONTENT and names(folder) == [FILE]
    assert steps[0].total == 999_000 and steps[0].done == 0
    assert steps[-1] == Progress(len(CONTENT), len(CONTENT), steps[-1].speed, 0.0)
    assert [x.done for x in steps] == sorted(x.done for x in steps)
    assert steps[-1].speed > 0


def test_speed_and_time_left(tmp_path: Path, start: Start) -> None:
    served = start(pause=0.05, block=100_000)
    steps = [x for x in get(served, tmp_path) if x.left is not None]
    middle = next(x for x in steps if x.done >= 500_000)
    assert 500_000 < middle.speed < 3_000_000
    assert middle.left == pytest.approx((middle.total - middle.done) / middle.speed)


def test_a_cut_is_mended_on_the_way(tmp_path: Path, start: Start) -> None:
    served = start(cuts=[300_000, 200_000])
    get(served, tmp_path)
    assert (tmp_path / FILE).read_bytes() == CONTENT and names(tmp_path) == [FILE]
    assert [x.get("Range") for x in served.asked] == [None, "bytes=300000-", "bytes=500000-"]
    assert [x.get("If-Range") for x in served.asked] == [None, '"one"', '"one"']


def test_cut_too_often_then_resumed_by_the_next_download(tmp_path: Path, start: Start) -> None:
    served = start(cuts=[400_000, 0, 0, 0])
    with pytest.raises(DownloadError, match=r"400 kB of 1\.0 MB of net-.* goes on from there"):
        get(served, tmp_path)
    assert f"{FILE}.part" in names(tmp_path) and FILE not in names(tmp_path)
    steps = get(served, tmp_path)
    assert served.asked[-1]["Range"] == "bytes=400000-"
    assert min(x.done for x in steps if x.done) == 400_000
    assert (tmp_path / FILE).read_bytes() == CONTENT and names(tmp_path) == [FILE]


def test_cancelled_and_resumed(tmp_path: Path, start: Start) -> None:
    served = start(pause=0.01)
    steps = download(served.url, tmp_path)
    assert next(x for x in steps if x.done > 200_000)
    steps.close()
    kept = (tmp_path / f"{FILE}.part").stat().st_size
    assert 200_000 < kept < len(CONTENT) and FILE not in names(tmp_path)
    time.sleep(0.15)  # nothing writes into it any more
    assert (tmp_path / f"{FILE}.part").stat().st_size == kept
    get(served, tmp_path)
    assert served.asked[-1]["Range"] == f"bytes={kept}-"
    assert (tmp_path / FILE).read_bytes() == CONTENT


def test_a_silent_server_does_not_hold_whoever_cancels(tmp_path: Path, start: Start) -> None:
    steps = download(start(pause=3.0).url, tmp_path, timeout=20)
    assert next(x for x in steps if x.done)
    began = time.monotonic()
    for _ in range(3):
        next(steps)
    steps.close()
    assert time.monotonic() - began < 1


def test_a_silent_server_is_given_up(tmp_path: Path, start: Start) -> None:
    with pytest.raises(DownloadError, match=r"silent for 0\.1 seconds; the next try goes on"):
        get(start(pause=3.0, ranges=False), tmp_path, timeout=0.1)
    assert FILE not in names(tmp_path)


@pytest.mark.parametrize("etag", ['"one"', ""])
def test_a_server_that_cannot_go_on_starts_anew(tmp_path: Path, start: Start, etag: str) -> None:
    served = start(ranges=False, cuts=[600_000], etag=etag)
    get(served, tmp_path)
    assert len(served.asked) == 2
    assert (tmp_path / FILE).read_bytes() == CONTENT


def test_a_server_that_can_never_finish_is_given_up(tmp_path: Path, start: Start) -> None:
    served = start(ranges=False, cuts=[600_000] * 20)
    with pytest.raises(DownloadError, match="then the connection ended"):
        get(served, tmp_path)
    assert len(served.asked) == downloads.ATTEMPTS + 1


def test_the_server_s_file_changed_meanwhile(tmp_path: Path, start: Start) -> None:
    (tmp_path / f"{FILE}.part").write_bytes(b"x" * 5000)
    (tmp_path / f"{FILE}.part.tag").write_text('"older"')
    served = start()
    get(served, tmp_path)
    assert served.asked[0]["If-Range"] == '"older"' and len(served.asked) == 1
    assert (tmp_path / FILE).read_bytes() == CONTENT


@pytest.mark.parametrize("part", [b"x" * 5000, CONTENT + b"x", b"x" * len(CONTENT)])
def test_a_part_of_something_else_is_thrown_away(tmp_path: Path, start: Start, part: bytes) -> None:
    (tmp_path / f"{FILE}.part").write_bytes(part)
    get(start(etag=""), tmp_path)
    assert (tmp_path / FILE).read_bytes() == CONTENT and names(tmp_path) == [FILE]


def test_a_part_that_is_whole_asks_nobody(tmp_path: Path, start: Start) -> None:
    (tmp_path / f"{FILE}.part").write_bytes(CONTENT)
    served = start()
    get(served, tmp_path, expected=len(CONTENT))
    assert served.asked == [] and names(tmp_path) == [FILE]


def test_no_length_given(tmp_path: Path, start: Start) -> None:
    steps = get(start(length=False), tmp_path)
    assert (tmp_path / FILE).read_bytes() == CONTENT
    assert steps[-1].done == steps[-1].total == len(CONTENT)


def test_the_wrong_file_is_never_put_in_place(tmp_path: Path, start: Start) -> None:
    with pytest.raises(DownloadError, match=rf"not {FILE}: its SHA-256 begins with .{{8}}, not"):
        get(start(content=b"<html>Please log in</html>"), tmp_path)
    assert FILE not in names(tmp_path)
    assert (tmp_path / f"{FILE}.part").stat().st_size == 0


def test_a_file_that_is_there_is_used_as_it_is(tmp_path: Path, start: Start) -> None:
    (tmp_path / FILE).write_bytes(CONTENT)
    served = start(status=500)
    assert get(served, tmp_path) == [Progress(len(CONTENT), len(CONTENT))]
    assert served.asked == []


def test_half_a_file_in_its_place_is_replaced(tmp_path: Path, start: Start) -> None:
    (tmp_path / FILE).write_bytes(CONTENT[:1000])
    get(start(), tmp_path)
    assert (tmp_path / FILE).read_bytes() == CONTENT


@pytest.mark.parametrize(("status", "asked"), [(404, 1), (403, 1), (500, 1), (503, 3)])
def test_refusals(tmp_path: Path, start: Start, status: int, asked: int) -> None:
    served = start(status=status)
    with pytest.raises(DownloadError) as caught:
        get(served, tmp_path)
    said = str(caught.value)
    assert str(status) in said and served.url in said and said.endswith(f"into {tmp_path}.")
    assert len(served.asked) == asked


def test_nobody_listens(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/{FILE}"
        with pytest.raises(DownloadError, match=r"127\.0\.0\.1 refuses the connection.* Or downl"):
            list(download(url, tmp_path))


def test_no_such_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    with pytest.raises(DownloadError, match=r"no connection to weights\.example: its name"):
        list(download(f"https://weights.example/{FILE}", tmp_path))


def test_through_the_environment_s_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Served(content=CONTENT)
    url = f"http://weights.example/models/{FILE}"  # a host that only a proxy could find
    with proxying(answers) as address:
        monkeypatch.setenv("http_proxy", f"http://me:secret@{address}")
        list(download(url, tmp_path / "a"))
        assert (tmp_path / "a" / FILE).read_bytes() == CONTENT
        assert answers.asked[0]["path"] == url
        answers.status = 403
        with pytest.raises(DownloadError, match=f"403.*through the proxy {address}") as caught:
            list(download(url, tmp_path / "b"))
        assert "secret" not in str(caught.value)


def test_a_full_disk(tmp_path: Path, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=100_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(DownloadError, match=r"disk of .* is full: net-.* takes 1\.0 MB"):
        get(start(), tmp_path)
    assert FILE not in names(tmp_path)


@pytest.mark.parametrize(
    ("code", "says"),
    [(errno.EROFS, "cannot be written .read-only file"), (errno.ENOSPC, "is full")],
)
def test_a_disk_that_takes_nothing(
    tmp_path: Path, start: Start, monkeypatch: pytest.MonkeyPatch, code: int, says: str
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(code, "Read-only file system" if code == errno.EROFS else "No space left")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(DownloadError, match=says):
        get(start(), tmp_path)
    assert FILE not in names(tmp_path)


def test_a_file_in_the_folder_s_place(tmp_path: Path, start: Start) -> None:
    (tmp_path / "hub").write_text("")
    with pytest.raises(DownloadError, match=r"cannot be written.*TORCH_HOME"):
        get(start(), tmp_path / "hub")


def test_two_at_once(tmp_path: Path, start: Start) -> None:
    pytest.importorskip("fcntl")
    served = start(pause=0.01)
    first = download(served.url, tmp_path)
    assert next(x for x in first if x.done)
    with pytest.raises(DownloadError, match="downloaded already"):
        get(served, tmp_path)
    list(first)
    assert (tmp_path / FILE).read_bytes() == CONTENT
