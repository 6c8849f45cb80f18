"""The completion of a bash shell: every command and option of the parser, as bash reads it."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from iomodel.cli import main

bash = pytest.mark.skipif(shutil.which("bash") is None, reason="no bash on this machine")


@pytest.fixture
def script(capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["completion"]) == 0
    return capsys.readouterr().out


def completed(script: str, *words: str) -> set[str]:
    line = " ".join(f"'{word}'" for word in words)
    asked = f"{script}\nCOMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _iomodel\n"
    said = subprocess.run(
        ["bash", "-c", f"{asked}printf '%s\\n' \"${{COMPREPLY[@]}}\""],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(said.stdout.split())


@bash
def test_commands_first_and_then_their_options(script: str) -> None:
    assert {"sector", "sam"} <= completed(script, "iomodel", "s")
    assert "paths" not in completed(script, "iomodel", "s")
    assert {"--lang", "--version"} <= completed(script, "iomodel", "--")
    assert {"--table", "--format", "--lang"} <= completed(script, "iomodel", "sector", "3361", "--")
    assert "--table" not in completed(script, "iomodel", "sam", "--")
    assert completed(script, "iomodel", "sector", "--lang", "e") == {"en", "es"}
    assert completed(script, "iomodel", "--lang", "es", "sa") == {"sam"}


def test_every_command_of_the_help_is_completed(
    script: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--help"]) == 0
    lines = capsys.readouterr().out.partition("commands:")[2].splitlines()
    commands = {line.split()[0] for line in lines if line[:4] == "    " and line[4:5].strip()}
    assert {"sector", "reproduce", "completion"} <= commands
    assert all(f"            {command}) known=" in script for command in commands)
