"""bootstrap.py without a network: versions, paths, the stamp, unfinished installs, exit codes."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path, PureWindowsPath
from types import SimpleNamespace

import pytest

import bootstrap
import official

real_program = bootstrap.program
real_fingerprint = bootstrap.fingerprint


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """bootstrap works in an empty folder, and the programs of its environment are this Python."""
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / ".venv" / "bootstrap-stamp")
    monkeypatch.setattr(bootstrap, "program", lambda name: Path(sys.executable))
    monkeypatch.setattr(bootstrap, "fingerprint", lambda: real_fingerprint(tmp_path))
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "constraints.txt").write_text("numpy==2.4.6\n")


@pytest.fixture
def installs(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The installations bootstrap asked for; none is carried out."""
    asked: list[list[str]] = []

    def pretend(command: list[str], **_: object) -> SimpleNamespace:
        asked.append(command)
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(bootstrap, "installer", lambda python: ["installer"])
    monkeypatch.setattr(bootstrap.subprocess, "run", pretend)
    return asked


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 11, 7), (3, 12, 1), (4, 0, 0)])
def test_new_enough_pythons_pass(version: tuple[int, ...]) -> None:
    bootstrap.check_python(version)


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 0), (3, 10, 13)])
def test_an_old_python_is_told_which_one_to_use(version: tuple[int, ...]) -> None:
    with pytest.raises(bootstrap.Stop, match=r"needs Python 3\.11 or newer.*python3\.11 boot"):
        bootstrap.check_python(version)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("pip 23.2.1 from /usr/lib (python 3.11)", (23, 2)),
        ("pip 22.3 from C:\\Python (python 3.11)", (22, 3)),
        ("pip 9.0.3 from /usr", (9, 0)),
        ("", None),
        ("/usr/bin/python3: No module named pip", None),
    ],
)
def test_pip_version_is_read(text: str, version: tuple[int, int] | None) -> None:
    assert bootstrap.pip_version(text) == version


@pytest.mark.parametrize(
    ("answer", "says"), [("", "has no pip"), ("pip 22.2.9 from x", "has pip 22.2")]
)
def test_without_a_usable_pip_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, answer: str, says: str
) -> None:
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    monkeypatch.setattr(
        bootstrap.subprocess, "run", lambda *_, **__: SimpleNamespace(stdout=answer)
    )
    with pytest.raises(bootstrap.Stop, match=f"{says}.*python3-pip") as raised:
        bootstrap.installer("py")
    assert "22.3" in str(raised.value)


def test_pip_installs_into_the_environment_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    monkeypatch.setattr(
        bootstrap.subprocess, "run", lambda *_, **__: SimpleNamespace(stdout="pip 22.3.1 from x")
    )
    assert bootstrap.installer("py")[-3:] == ["--python", "py", "install"]


def test_uv_is_used_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/opt/{name}")
    assert bootstrap.installer("py") == ["/opt/uv", "pip", "install", "--python", "py"]


def test_programs_on_windows_and_elsewhere() -> None:
    windows = real_program("iomodel", PureWindowsPath("C:/io/.venv"), windows=True)
    assert str(windows) == r"C:\io\.venv\Scripts\iomodel.exe"
    assert real_program("python", Path("v"), windows=False) == Path("v/bin/python")


def test_the_fingerprint_follows_requirements_python_and_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = [bootstrap.fingerprint()]
    assert bootstrap.fingerprint() == seen[0]
    (tmp_path / "constraints.txt").write_text("numpy==2.4.7\n")
    seen.append(bootstrap.fingerprint())
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    seen.append(bootstrap.fingerprint())
    monkeypatch.setattr(bootstrap.sys, "base_prefix", "/another/python")
    seen.append(bootstrap.fingerprint())
    assert len(set(seen)) == len(seen)


def test_the_second_call_installs_nothing(installs: list[list[str]]) -> None:
    bootstrap.set_up()
    assert installs == [["installer", "-c", "constraints.txt", "-e", ".[test]"]]
    assert bootstrap.STAMP.read_text() == bootstrap.fingerprint()
    bootstrap.set_up()
    assert len(installs) == 1


def test_an_extra_is_added_once_and_again_when_pins_change(
    installs: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "run", lambda verb, arguments: 0)
    for _ in range(2):
        assert bootstrap.main(["docs"]) == 0
    assert [command[-1] for command in installs] == [".[test]", ".[docs]"]
    assert bootstrap.main(["test"]) == 0
    assert len(installs) == 2
    (tmp_path / "constraints.txt").write_text("numpy==2.4.7\n")
    assert bootstrap.main(["docs"]) == 0
    assert [command[-1] for command in installs[2:]] == [".[test]", ".[docs]"]


def test_an_extra_goes_with_an_environment_that_is_built_anew(
    installs: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "run", lambda verb, arguments: 0)
    bootstrap.main(["docs"])
    bootstrap.STAMP.write_text("unfinished")
    bootstrap.main(["docs"])
    assert [command[-1] for command in installs] == [".[test]", ".[docs]"] * 2


def test_changed_constraints_install_again_and_keep_the_environment(
    installs: list[list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bootstrap.set_up()
    kept = tmp_path / ".venv" / "kept"
    kept.touch()
    (tmp_path / "constraints.txt").write_text("numpy==2.4.7\n")
    bootstrap.set_up()
    assert len(installs) == 2
    assert kept.exists()
    assert "changed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("stamp", "says"), [("unfinished", "half made"), ("3.10.1 /usr /x\nabc\n", "another Python")]
)
def test_a_half_made_or_foreign_environment_is_built_anew(
    installs: list[list[str]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    stamp: str,
    says: str,
) -> None:
    rest = tmp_path / ".venv" / "lib" / "rest"
    rest.mkdir(parents=True)
    bootstrap.STAMP.write_text(stamp)
    bootstrap.set_up()
    assert says in capsys.readouterr().err
    assert not rest.exists()
    assert (tmp_path / ".venv" / "pyvenv.cfg").exists()
    assert len(installs) == 1


def test_an_environment_made_by_somebody_else_is_left_alone(
    installs: list[list[str]], tmp_path: Path
) -> None:
    theirs = tmp_path / ".venv" / "theirs"
    theirs.mkdir(parents=True)
    with pytest.raises(bootstrap.Stop, match="not made by bootstrap"):
        bootstrap.set_up()
    assert theirs.exists()
    assert installs == []


@pytest.mark.parametrize("already", [False, True])
def test_an_interrupted_installation_is_started_again(
    installs: list[list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    already: bool,
) -> None:
    if already:  # interrupted while bringing a finished environment up to date
        bootstrap.set_up()
        (tmp_path / "constraints.txt").write_text("numpy==2.4.7\n")

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as during:
        during.setattr(bootstrap.subprocess, "run", interrupt)
        assert bootstrap.main(["test"]) == 130
    assert bootstrap.STAMP.read_text() == "unfinished"
    before = len(installs)
    bootstrap.set_up()
    assert len(installs) == before + 1


def test_a_failed_installation_shows_what_was_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-c", "print('no such package'); raise SystemExit(1)"]
    monkeypatch.setattr(bootstrap, "installer", lambda python: command)
    assert bootstrap.main(["test"]) == 2
    said = capsys.readouterr().err
    assert "no such package" in said
    assert "the installation failed" in said
    assert bootstrap.STAMP.read_text() == "unfinished"


def _answer(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(bootstrap, "set_up", lambda: None)
    monkeypatch.setitem(bootstrap.VERBS, "test", ["python", "-c", code])


@pytest.mark.parametrize(("arguments", "code"), [([], 0), (["a"], 1), (["a", "-k", "b"], 3)])
def test_arguments_and_exit_codes_are_passed_on(
    monkeypatch: pytest.MonkeyPatch, arguments: Sequence[str], code: int
) -> None:
    _answer(monkeypatch, "import sys; sys.exit(len(sys.argv[1:]))")
    assert bootstrap.main(["test", *arguments]) == code


@pytest.mark.skipif(sys.platform == "win32", reason="signals end programs on POSIX systems only")
def test_a_program_ended_by_a_signal_gives_the_code_a_shell_gives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _answer(monkeypatch, "import os, signal; os.kill(os.getpid(), signal.SIGTERM)")
    assert bootstrap.main(["test"]) == 143


def test_tests_run_in_the_root_with_one_thread(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    got = "[os.getcwd(), os.environ['OPENBLAS_NUM_THREADS']]"
    _answer(monkeypatch, f"import os, sys; sys.exit({got} != sys.argv[1:])")
    assert bootstrap.main(["test", str(tmp_path.resolve()), "1"]) == 0


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["nonsense"], 2), (["--help"], 0)])
def test_the_verbs_are_listed(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int
) -> None:
    assert bootstrap.main(arguments) == code
    said = capsys.readouterr()
    for verb in bootstrap.VERBS:
        assert f"bootstrap.py {verb}" in (said.err if code else said.out)


def test_it_needs_nothing_but_the_standard_library() -> None:
    """Isolated, and without site-packages: what a newcomer has before the first call."""
    command = [sys.executable, "-I", "-S", str(official.ROOT / "bootstrap.py"), "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
