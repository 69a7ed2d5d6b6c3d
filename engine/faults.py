"""What an exception means in words. No torch until there is one, no Qt."""

from __future__ import annotations

import traceback


def words(error: Exception) -> tuple[str, str]:
    """A sentence for a person, and the traceback for the report."""
    details = "".join(traceback.format_exception(error))
    from engine.catalogue import NetworkError
    from engine.devices import DeviceError, is_out_of_memory, out_of_memory_sentence
    from engine.folders import RunError
    from engine.jobs import DivergedError

    if isinstance(error, NetworkError | DeviceError | DivergedError | RunError | ValueError):
        return str(error), details
    if is_out_of_memory(error):
        return out_of_memory_sentence("the device"), details
    return f"Something failed that should not: {error}", details
