"""Every kind of request to the engine's thread: its parcel, and the module that serves it.

Here and nowhere else a new kind is listed, a line each. The parcels are frozen and plain, with a
``number``, a ``network`` (NetworkRef) and a ``device``; the modules are imported when they are
first needed, in the thread. What they tell on the way goes to ``ears.told``. No torch, no Qt.
"""

from __future__ import annotations

from typing import Any

from engine.atlas.parcels import AtlasJob
from engine.attacks.parcels import AttackJob, SphereJob, TransferJob
from engine.evolution.lineage import LineageQuestion
from engine.evolution.parcels import BreedQuestion, EvolveJob, JudgeQuestion
from engine.jobs import Job
from engine.looking import Inspect, Look
from engine.maps import FieldsQuestion, LookQuestion
from engine.patches.parcels import PatchJob
from engine.plane import PlaneQuestion

# One at a time, in the order of asking: ``drive(job, network, control, ears) -> Ended``.
FOREGROUND: dict[type[Any], str] = {
    Job: "engine.driving",
    AttackJob: "engine.attacks.driving",
    SphereJob: "engine.attacks.driving",
    TransferJob: "engine.attacks.driving",
    EvolveJob: "engine.evolution.driving",
}

# Goes on only while nothing of the foreground runs or waits, a piece of at most a third of a
# second at a time: ``work(job, network, control, ears) -> Generator[None, None, Ended]``. A Stop
# is raised in it as ``control.Stopped`` where it yielded, the window's end as ``GeneratorExit``;
# both must leave the disk whole. It must not yield within ``torch.no_grad()``, which would hold
# in whatever the thread does next.
BACKGROUND: dict[type[Any], str] = {
    AtlasJob: "engine.atlas.working",
    PatchJob: "engine.patches.working",
}

# Answered between two iterations of whatever runs; a newer one takes the place of one of its kind
# that still waits: ``answer(question, network) -> message``.
# A question about no network has ``None`` for one; one with ``bare`` gets it without settings.
QUESTIONS: dict[type[Any], str] = {
    Inspect: "engine.looking",
    Look: "engine.looking",
    BreedQuestion: "engine.evolution.interactive",
    JudgeQuestion: "engine.evolution.judging",
    LineageQuestion: "engine.evolution.lineage",
    LookQuestion: "engine.maps",
    FieldsQuestion: "engine.maps",
    PlaneQuestion: "engine.plane",
}
