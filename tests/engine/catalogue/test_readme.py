"""The README's export of one's own network runs as it is printed, and so do its commands."""

from __future__ import annotations

import re
import shlex
import warnings
from pathlib import Path

import pytest

from engine.cli import main

README = Path(__file__).resolve().parents[3] / "README.md"


def section() -> str:
    text = README.read_text("utf-8").partition("## Your own network\n")[2]
    return text.partition("\n## ")[0]


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", section(), re.DOTALL)
    assert found, f"no {language} in the section"
    return found[1]


def test_the_printed_export_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own, while it exports
        exec(compile(block("python"), "README.md", "exec"), {})
    (tmp_path / "digits.txt").write_text("\n".join(f"digit {i}" for i in range(10)))
    commands = block("sh").replace("\\\n", " ").splitlines()
    assert len(commands) == 2
    for command in commands:
        program, *words = shlex.split(command)
        assert program == "unitscope"
        if "maximize" in words:
            words += ["--steps", "3"]
        assert main(words) == 0, capsys.readouterr().err
    said = capsys.readouterr().out
    assert "0:7\n" in said and "class:9\t9" in said and "digit 7" in said
    assert (tmp_path / "pictures" / "class-7" / "result.png").is_file()
