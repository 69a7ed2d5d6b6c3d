"""Indexes a folder in the background: a batch of images a piece, all layers in one forward pass."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from engine.control import Control, Ears, Stopped
from engine.faults import words
from engine.fields import receptive_fields
from engine.messages import Ended
from engine.networks import Network
from engine.patches.listing import Found, images_of
from engine.patches.parcels import Broken, PatchError, PatchJob, PatchProgress
from engine.patches.reading import Read, Reader
from engine.patches.responses import Responses
from engine.patches.store import PatchStore, store_path
from engine.units import CLASSES

PIECE_SECONDS = 0.2  # of a batch: what in the foreground begins must not wait for long
MOST = 16  # images in a batch: more are no faster, and take more memory
SAVE_SECONDS = 5.0  # between two savings, at least
SAVE_TIMES = 50  # and so many times what the last one took: a fiftieth of the time at most
TELL_SECONDS = 0.2
EXAMPLES = 100  # of broken files in a message


def work(
    job: PatchJob, network: Network, control: Control, ears: Ears
) -> Generator[None, None, Ended]:
    """Goes through the folder, and ends with the index's file as ``folder``; see ``PatchJob``.

    Stopped or ended at any time it saves what it has; killed, it loses what came after the last
    saving, and the next job goes on from there.
    """
    began = time.perf_counter()
    indexing = Indexing(job, network, ears)
    ended, message, details = "finished", "", ""
    try:
        yield from indexing.steps()
    except Stopped:
        ended = "stopped"
    except Exception as error:
        ended = "failed"
        message, details = words(error)
    finally:  # also where the window ends
        try:
            indexing.end()
        except PatchError as error:
            ended, message = "failed", message or str(error)
    seconds = time.perf_counter() - began
    return Ended(job.number, ended, message, details, seconds, str(indexing.path))


class Indexing:
    """A folder being indexed; ``steps`` does it."""

    def __init__(self, job: PatchJob, network: Network, ears: Ears) -> None:
        self._job = job
        self._network = network
        self._ears = ears
        self._folder = Path(job.folder).absolute()
        self._store: PatchStore | None = None
        self._reader: Reader | None = None
        self._total = self._saved = 0
        self._told = self._since = time.perf_counter()
        self._done_since = 0
        self._next_save = 0.0
        self.path = store_path(network.info(), self._folder, job.layers)

    def steps(self) -> Generator[None, None, None]:
        """The whole work, a small piece at a time.

        Raises:
            PatchError: the folder cannot be read, or holds no images; the disk is full.
        """
        found: dict[str, Found] = {}
        for part in images_of(self._folder):
            found.update((file.path, file) for file in part)
            yield
        if not found:
            raise PatchError(f"{self._folder} holds no images.")
        self._total = len(found)
        store = self._open()
        yield
        store.forget([p for p, (_, file) in store.images.items() if found.get(p) != file])
        self._saved = len(store.images)
        self._tell()
        self._save()
        batch = store.facts.get("batch") or self._measure()
        store.facts["batch"] = batch  # the same ones when it goes on: sums then round alike
        yield
        todo = sorted((f for f in found.values() if f.path not in store.images), key=_path)
        crop = self._network.preprocessing.crop
        self._reader = Reader(self._folder, todo, batch, crop)
        responses = Responses(self._network, store.units, store.best)
        self._since = time.perf_counter()
        while True:
            while not self._reader.ready(TELL_SECONDS):
                yield
            files = self._reader.take()
            if not files:
                break
            self._add(files, responses)
            now = time.perf_counter()
            if now - self._told >= TELL_SECONDS:
                self._tell()
            if now >= self._next_save:
                self._save()
            yield
        self._save()
        self._tell()

    def end(self) -> None:
        """Saves what is not saved, and closes everything."""
        if self._reader is not None:
            self._reader.close()
        if self._store is not None:
            try:
                self._save()
                self._tell()
            finally:
                self._store.close()

    def _open(self) -> PatchStore:
        network = self._network
        layers = {x.name: x.channels for x in network.info().layers if x.channels}
        layers[CLASSES] = len(network.classes)
        unknown = set(self._job.layers) - set(layers)
        if unknown:
            network.info().layer(sorted(unknown)[0])  # names the nearest, if there is none
            raise PatchError(f"{sorted(unknown)[0]} has no channels.")
        wanted = {k: v for k, v in layers.items() if not self._job.layers or k in self._job.layers}
        about = {
            "network": asdict(network.ref) | {"weights": ""},  # it may lie elsewhere another time
            "preprocessing": _plain(asdict(network.preprocessing)),
            "folder": str(self._folder),
            "layers": wanted,
        }
        self._store = PatchStore(self.path, about, wanted)
        return self._store

    def _measure(self) -> int:
        """How many images a batch takes: as many as fit a piece's time, from this network's own."""
        bounds = getattr(self._network, "batch", (1, math.inf))  # an exported network's
        seconds = []
        with torch.no_grad():
            for _ in range(2):
                began = time.perf_counter()
                self._network.logits(self._network.blank())
                seconds.append(time.perf_counter() - began)
        fitting = int(PIECE_SECONDS / max(min(seconds), 1e-6))
        return int(max(min(max(fitting, bounds[0]), MOST, bounds[1]), 1))

    def _add(self, files: list[Read], responses: Responses) -> None:
        store = self._store
        assert store is not None
        crops = [read.crop for read in files if read.crop is not None]
        found = responses.of(np.stack(crops)) if crops else []
        row = 0
        for read in files:
            number = store.add_image(read.file, read.shape, read.reason)
            if read.crop is None:
                continue
            for one in found:
                mine = one.rows == row
                if mine.any():
                    store.best.add(one.units[mine], one.values[mine], number, one.places[mine])
                    store.touched(one.layer)
            row += 1
        self._done_since += len(files)

    def _save(self) -> None:
        began = time.perf_counter()
        assert self._store is not None
        layers = {x.name: x.shape[-1] for x in self._network.info().layers if len(x.shape) == 3}
        fields = receptive_fields(self._network)
        self._store.save({name: (layers.get(name, 1), fields[name]) for name in self._store.units})
        self._saved = len(self._store.images)
        now = time.perf_counter()
        self._next_save = now + max(SAVE_SECONDS, SAVE_TIMES * (now - began))

    def _tell(self) -> None:
        assert self._store is not None
        self._told = time.perf_counter()
        seconds = self._told - self._since
        rate = self._done_since / seconds if seconds > 0 else 0.0
        done = len(self._store.images)
        examples = list(self._store.reasons.items())[:EXAMPLES]
        self._ears.told(
            PatchProgress(
                number=self._job.number,
                folder=self._job.folder,
                done=done,
                total=self._total,
                saved=self._saved,
                rate=rate,
                left=(self._total - done) / rate if rate else math.inf,
                broken=len(self._store.reasons),
                examples=tuple(Broken(path, reason) for path, reason in examples),
            )
        )


def _path(file: Found) -> str:
    return file.path


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    """As JSON gives it back."""
    return {k: list(v) if isinstance(v, tuple) else v for k, v in values.items()}
