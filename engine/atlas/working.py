"""An atlas as work in the background of the engine's thread."""

from __future__ import annotations

import time
from collections.abc import Generator

from engine.atlas.making import Beat, make
from engine.atlas.parcels import AtlasJob, AtlasProgress, AtlasStarted, UnitsMade, sections
from engine.atlas.store import Store
from engine.control import Control, Ears, Stopped
from engine.devices import resolve
from engine.messages import Ended
from engine.networks import Network

TELL_SECONDS = 0.25  # progress is told no more often


def work(
    job: AtlasJob, network: Network, control: Control, ears: Ears
) -> Generator[None, None, Ended]:
    """Makes what the job's store lacks, an iteration a piece; see ``engine.kinds``."""
    wanted = sections(network.info(), job.layers)
    seconds, told = 0.0, 0.0
    with Store.open(job.folder, network.ref, job.recipe) as store:
        # Planned before it is told, so that whoever hears of it finds the layers there.
        store.plan(network.info(), wanted)
        done = {name: count for name, count, _ in store.layers()}
        ears.told(
            AtlasStarted(
                job.number,
                job,
                network.info().title,
                resolve(job.device).title,
                sum(done[x.name] for x in wanted),
                sum(x.total for x in wanted),
            )
        )
        beats = make(network, store, wanted)
        ended = "finished"
        try:
            while True:
                began = time.perf_counter()
                beat = next(beats, None)
                seconds += time.perf_counter() - began
                if beat is None:
                    break
                if beat.trouble:
                    ears.notice(beat.trouble)
                if beat.made or seconds - told >= TELL_SECONDS:
                    told = seconds
                    _tell(job, network, ears, beat)
                yield
        except Stopped:
            ended = "stopped"
        finally:
            beats.close()
    return Ended(job.number, ended, "", "", seconds, job.folder)


def _tell(job: AtlasJob, network: Network, ears: Ears, beat: Beat) -> None:
    if beat.made:
        units = tuple(x.unit for x in beat.made)
        ears.told(UnitsMade(job.number, network.ref, units, beat.thumbnails))
    ears.told(
        AtlasProgress(
            job.number, beat.layer, beat.done, beat.total, beat.share, beat.rate, beat.left
        )
    )
