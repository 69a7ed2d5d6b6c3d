"""Where tensors live: which devices this machine has, and what a full memory means in words."""

from __future__ import annotations

import platform
from dataclasses import dataclass

import torch


class DeviceError(Exception):
    """A device that this machine does not have, or whose memory ran out."""


@dataclass(frozen=True, slots=True)
class Device:
    """A device by torch's name, with a title for a person."""

    name: str
    title: str


def available() -> tuple[Device, ...]:
    """Every device of this machine, the best first."""
    found = [
        Device(f"cuda:{i}", torch.cuda.get_device_name(i))
        for i in range(torch.cuda.device_count() if torch.cuda.is_available() else 0)
    ]
    if torch.backends.mps.is_available():
        found.append(Device("mps", f"Apple GPU, {platform.machine()}"))
    threads = torch.get_num_threads()
    return (*found, Device("cpu", f"CPU, {threads} thread{'s' if threads != 1 else ''}"))


def resolve(name: str = "auto") -> Device:
    """The device of that name; ``auto`` is the best one, ``cuda`` the first of its kind.

    Raises:
        DeviceError: this machine has no such device; the message lists what it has.
    """
    devices = available()
    if name == "auto":
        return devices[0]
    for device in devices:
        if name in (device.name, device.name.partition(":")[0]):
            return device
    names = ", ".join(device.name for device in devices)
    raise DeviceError(f"This machine has no device {name!r}; it has {names}.")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an exception means that the device's memory, or the computer's, is full."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or (
        isinstance(error, RuntimeError) and "can't allocate memory" in str(error)
    )


def out_of_memory_sentence(device: str) -> str:
    """What to say, and what to do, when it is full."""
    other = "" if device == "cpu" else " or the CPU"
    return f"The memory of {device} is full. Choose a smaller image size{other}, and start again."
