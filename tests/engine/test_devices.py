"""Devices by name, and what a full memory means in words."""

from __future__ import annotations

import pytest
import torch

from engine import devices
from engine.devices import Device, DeviceError


def test_the_cpu_is_always_there_and_always_last() -> None:
    found = devices.available()
    assert found[-1].name == "cpu" and found[-1].title.startswith("CPU")
    assert devices.resolve("cpu") == found[-1]
    assert devices.resolve() == devices.resolve("auto") == found[0]


def test_names(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = (Device("cuda:0", "A"), Device("cuda:1", "B"), Device("cpu", "CPU"))
    monkeypatch.setattr(devices, "available", lambda: machine)
    assert devices.resolve("auto").title == "A"
    assert devices.resolve("cuda").title == "A"
    assert devices.resolve("cuda:1").title == "B"
    assert devices.resolve("cpu").title == "CPU"
    for name in ("cuda:2", "mps", "", "gpu", "CPU "):
        with pytest.raises(DeviceError, match="it has cuda:0, cuda:1, cpu"):
            devices.resolve(name)


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (torch.OutOfMemoryError("CUDA out of memory."), True),
        (MemoryError(), True),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to"), True),
        (RuntimeError("shape '[3]' is invalid"), False),
        (ValueError("can't allocate memory"), False),
    ],
)
def test_a_full_memory(error: BaseException, full: bool) -> None:
    assert devices.is_out_of_memory(error) is full


def test_torch_s_own_error_is_recognized() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**50, dtype=torch.uint8)
    assert devices.is_out_of_memory(caught.value)


def test_what_to_do_about_it() -> None:
    assert "smaller image size or the CPU" in devices.out_of_memory_sentence("cuda:0")
    assert "or the CPU" not in devices.out_of_memory_sentence("cpu")
