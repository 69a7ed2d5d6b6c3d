"""Processes of their own, with data, settings and HOME of their own, that report in JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

MARK = "RESULT "


def ask(module: str, *arguments: str) -> tuple[float, Any]:
    """Runs ``python -m module``: the time when it was started, and what it reported.

    The window is drawn, but on no screen.
    """
    with tempfile.TemporaryDirectory() as home:
        own = dict.fromkeys(
            ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA", "LOCALAPPDATA"), home
        )
        own |= {"UNITSCOPE_DATA": str(Path(home) / "data"), "QT_QPA_PLATFORM": "offscreen"}
        began = time.time()
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            env=os.environ | own,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        sys.stderr.write(done.stderr)  # otherwise only the offscreen platform's own remarks
        done.check_returncode()
    line = next(x for x in reversed(done.stdout.splitlines()) if x.startswith(MARK))
    return began, json.loads(line.removeprefix(MARK))


def report(found: Any) -> None:
    """What a child says to ``ask``."""
    print(MARK + json.dumps(found))
