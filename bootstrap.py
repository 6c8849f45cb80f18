"""Set up .venv and run something in it; needs nothing but Python 3.11 and pip.

    python3 bootstrap.py reproduce [...]   the main job: published figures against official tables
    python3 bootstrap.py test [...]        the tests (arguments go to pytest)
    python3 bootstrap.py bench [...]       how fast, beside numpy and other libraries (--quick)
    python3 bootstrap.py plant [...]       plants faults one at a time; each must turn the tests red

The first call installs iomodel and its pinned dependencies into .venv (about a minute); later calls
start at once, until pyproject.toml, constraints.txt, the Python or the folder changes.
Standard library only. Exit codes are those of what was run.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "bootstrap-stamp"  # marks .venv as ours; holds the whole fingerprint once it is done

# A verb is one line: what it runs inside .venv. `iomodel` keeps the caller's folder (its arguments
# may name files there); all else runs in the root.
VERBS = {
    "reproduce": ["iomodel", "reproduce"],
    "test": ["python", "-m", "pytest", "--numprocesses=auto"],
    "bench": ["python", "benchmarks/against.py"],
    "plant": ["python", "tests/plant.py"],
}
# On a busy machine many BLAS threads make a small inverse 100 times slower.
ONE_THREAD = dict.fromkeys(["OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"], "1")


class Stop(Exception):
    """Something the user has to do first; the message says what."""


def program(name, folder=VENV, windows=os.name == "nt"):
    """Path of a program inside a virtual environment."""
    return folder / "Scripts" / (name + ".exe") if windows else folder / "bin" / name


def check_python(version=sys.version_info):
    if tuple(version[:2]) < (3, 11):
        raise Stop(
            f"iomodel needs Python 3.11 or newer; {sys.executable} is {version[0]}.{version[1]}. "
            "Call bootstrap.py with a newer one, for example `python3.11 bootstrap.py test`."
        )


def pip_version(text):
    """(23, 2) from `pip 23.2.1 from ...`; None where there is no pip."""
    found = re.match(r"pip (\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else None


def installer(python):
    """The command that installs into the environment of `python`: uv if present, or pip >= 22.3."""
    uv = shutil.which("uv")
    if uv:
        return [uv, "pip", "install", "--python", str(python)]
    seen = []
    for base in dict.fromkeys([sys.executable, getattr(sys, "_base_executable", sys.executable)]):
        ask = subprocess.run([base, "-m", "pip", "--version"], capture_output=True, text=True)
        version = pip_version(ask.stdout)
        if version and version >= (22, 3):
            pip = [base, "-m", "pip", "--disable-pip-version-check"]
            return [*pip, "--python", str(python), "install"]
        seen.append(f"{base} has {'pip {}.{}'.format(*version) if version else 'no pip'}")
    raise Stop(
        f"installing needs pip 22.3 or newer, or uv; {', '.join(seen)}. Debian and Ubuntu: "
        f"`sudo apt install python3-pip`. Elsewhere: `{base} -m ensurepip --upgrade` where pip is "
        f"missing, `{base} -m pip install --upgrade pip` where it is old."
    )


def fingerprint(root=ROOT):
    """Two lines: Python and folder (a change rebuilds); requirements (a change installs again)."""
    read = [(root / name).read_bytes() for name in ("pyproject.toml", "constraints.txt")]
    requirements = hashlib.sha256(b"\0".join(read)).hexdigest()
    return f"{sys.version.split()[0]} {sys.base_prefix} {root}\n{requirements}\n"


def say(text):
    print("bootstrap:", text, file=sys.stderr, flush=True)


def bare():
    """A bare .venv with our stamp in it. An environment that somebody else made is left alone."""
    if VENV.exists() and any(VENV.iterdir()) and not STAMP.exists():
        raise Stop(f"{VENV} was not made by bootstrap.py. Move it away or delete it.")
    VENV.mkdir(exist_ok=True)
    STAMP.write_text("unfinished", encoding="utf-8")
    for child in VENV.iterdir():
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child)
        elif child != STAMP:
            child.unlink()
    venv.create(VENV, with_pip=False, symlinks=os.name != "nt")


def set_up():
    """Bring .venv up to date. The stamp is written last: what was interrupted is done again."""
    wanted, python = fingerprint(), program("python")
    stamp = STAMP.read_text(encoding="utf-8") if STAMP.exists() else ""
    if stamp == wanted and python.exists():
        return
    install = [*installer(python), "-c", "constraints.txt", "-e", ".[test]"]
    if stamp.split("\n")[0] == wanted.split("\n")[0] and python.exists():
        say("pyproject.toml or constraints.txt changed: installing again ...")
        STAMP.write_text("unfinished", encoding="utf-8")
    else:
        if stamp:
            why = "half made" if stamp == "unfinished" else "of another Python or another folder"
            say(f".venv is {why}: building it anew.")
        bare()
        say("installing into .venv (about a minute, once) ...")
    done = subprocess.run(install, cwd=str(ROOT), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        said = done.stdout.decode(errors="replace").splitlines()
        raise Stop("\n".join(["the installation failed; the end of what it said:", *said[-30:]]))
    STAMP.write_text(wanted, encoding="utf-8")


def run(verb, arguments):
    """Run a verb inside .venv and pass its exit code on."""
    name, *fixed = VERBS[verb]
    env = {**(ONE_THREAD if verb in ("test", "plant") else {}), **os.environ}
    cwd = None if name == "iomodel" else str(ROOT)
    child = subprocess.Popen([str(program(name)), *fixed, *arguments], cwd=cwd, env=env)
    while True:
        try:
            code = child.wait()
            return code if code >= 0 else 128 - code  # ended by a signal: what a shell would say
        except KeyboardInterrupt:
            pass  # the child got it too, and closes in its own way


def main(arguments):
    if not arguments or arguments[0] not in VERBS:
        asked = arguments[:1] in (["-h"], ["--help"])
        print(__doc__, file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    try:
        check_python()
        set_up()
    except Stop as stop:
        say(stop)
        return 2
    except KeyboardInterrupt:
        say("interrupted; the next call starts the installation again.")
        return 130
    return run(arguments[0], arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
