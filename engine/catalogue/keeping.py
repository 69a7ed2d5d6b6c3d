"""Where a network's settings are remembered: beside its file, or with Unitscope's own data.

Beside the file they go with it to another machine. A folder that may not be written, and torch's
cache, which other programs share, get none: ``networks/`` in the data folder has them instead, and
what is there comes first, because it is this person's. No torch, no Qt.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from engine.catalogue import index, own
from engine.catalogue.own import Settings
from engine.runs import data_folder


def read(path: Path | str) -> Settings:
    """What is remembered of a network's file; empty settings where nothing is.

    Raises:
        NetworkError: what is there is damaged, or says what cannot be.
    """
    found = elsewhere(path)
    return own.read_file(found if found.is_file() else own.beside(path))


def keep(path: Path | str, settings: Settings) -> bool:
    """Remembers settings, empty ones by forgetting; whether beside the file itself.

    Raises:
        OSError: neither there nor in the data folder can anything be written.
    """
    path, other = Path(path), elsewhere(path)
    if path.resolve().parent != index.checkpoints().resolve():
        try:
            if settings == Settings():
                own.beside(path).unlink(missing_ok=True)
            else:
                own.write(path, settings)
            other.unlink(missing_ok=True)
            return True
        except OSError:
            pass
    # Where other settings lie beside it, even none must be said.
    if settings == Settings() and not own.beside(path).is_file():
        other.unlink(missing_ok=True)
    else:
        other.parent.mkdir(parents=True, exist_ok=True)
        own.write_file(other, settings)
    return False


def elsewhere(path: Path | str) -> Path:
    """The file in the data folder that stands in for the one beside the network's."""
    whole = Path(path).resolve()
    digits = hashlib.sha256(str(whole).encode()).hexdigest()[:12]
    return data_folder() / "networks" / f"{whole.name}-{digits}{own.ENDING}"
