"""What every test shares: no screen, one thread, nothing of the person's own read or written."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is loaded; two cores are shared

import pytest
from hypothesis import settings

from engine.catalogue import timm_sets

# How long a case takes says how busy the machine is, nothing of the program.
settings.register_profile("unitscope", deadline=None)
settings.load_profile("unitscope")


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The History of this test alone."""
    data = tmp_path / "data"
    monkeypatch.setenv("UNITSCOPE_DATA", str(data))
    return data


@pytest.fixture(autouse=True)
def without_timm(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for most people: timm's tests say when it is there."""
    monkeypatch.setattr(timm_sets, "installed", lambda: False)
