"""Plant one-line faults, one at a time, in a copy of the tree: each must turn the tests red.

    python3 bootstrap.py plant [NAME ...]   each fault against the fast tests listed beside it
    python3 bootstrap.py plant --full       each against all tests
    python3 bootstrap.py plant --list       what is planted

The faults stand in tests/faults.toml. Exit code 0: every fault was found. 1: one survived, could
not be planted (its line is gone, or stands twice) or broke the run; or the tests are red without
any. The working tree is never touched.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / "tests" / "faults.toml"
TAKEN = ("iomodel", "tests", "tables", "seeds", "docs", "examples", "benchmarks")
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".hypothesis", ".*_cache")
RED = 1  # what pytest exits with when tests failed; other codes: it could not run them
SECONDS, SECONDS_FULL = 120, 3600
KILLED = ("killed", "hung")


@dataclass(frozen=True)
class Fault:
    """One line changed for the worse: `old` stands exactly once in `file`; `tests` find it."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def why_not(self, root: Path) -> str:
        """Why it cannot be planted; nothing where it can."""
        file = root / self.file
        if not file.is_file():
            return f"there is no {self.file}"
        found = file.read_text(encoding="utf-8").count(self.old)
        return "" if found == 1 else f"its line stands {found} times in {self.file}"


@dataclass(frozen=True)
class Verdict:
    """What became of a fault: killed, hung, survived, stale or broken; by which test; how soon."""

    fault: Fault
    said: str
    by: str
    seconds: float


def faults() -> list[Fault]:
    """The faults of tests/faults.toml."""
    records = tomllib.loads(LIST.read_text(encoding="utf-8"))["fault"]
    return [Fault(**{**record, "tests": tuple(record["tests"])}) for record in records]


def copy_to(folder: Path) -> Path:
    """The tree without history, environments and caches: stale bytecode would hide faults."""
    for name in TAKEN:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=LEFT_OUT)
    for file in ROOT.iterdir():
        if file.is_file() and not file.name.startswith("."):
            shutil.copy2(file, folder / file.name)
    return folder


def pytest(copy: Path, tests: Sequence[str], seconds: float) -> tuple[int, str]:
    """Exit code (RED: found; -1: too long) and output of the tests run on a copy."""
    environment = {
        **os.environ,
        # before the checkout that the environment has installed; tests/ for `-p plant`
        "PYTHONPATH": os.pathsep.join([str(copy), str(copy / "tests")]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-p", "no:cacheprovider"]
    command += ["-p", "plant", "--hypothesis-profile", "plant"]
    try:
        done = subprocess.run(
            [*command, *tests],
            cwd=copy,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return -1, ""
    return done.returncode, done.stdout


def pytest_addoption() -> None:
    """Called where pytest loads this file (`-p plant`): draw the same examples, shrink none."""
    import hypothesis

    hypothesis.settings.register_profile(
        "plant",
        deadline=None,
        max_examples=60,
        derandomize=True,
        database=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    )


def try_out(fault: Fault, copy: Path, *, full: bool) -> Verdict:
    """Plant a fault in a copy, run the tests, take it out again."""
    started = time.monotonic()
    reason = fault.why_not(copy)
    if reason:
        return Verdict(fault, "stale", reason, 0.0)
    file = copy / fault.file
    sound = file.read_bytes()
    file.write_text(
        sound.decode("utf-8").replace(fault.old, fault.new), encoding="utf-8", newline=""
    )
    try:
        code, output = pytest(copy, () if full else fault.tests, SECONDS_FULL if full else SECONDS)
    finally:
        file.write_bytes(sound)
    taken = time.monotonic() - started
    if code == -1:
        return Verdict(fault, "hung", f"no end after {taken:.0f} s", taken)
    if code == 0:
        return Verdict(fault, "survived", "no test", taken)
    first = re.search(r"^(?:FAILED|ERROR) (\S+)", output, re.MULTILINE)
    if code != RED or not first:
        return Verdict(fault, "broken", f"pytest exit {code}: {output.strip()[-300:]}", taken)
    return Verdict(fault, "killed", first[1], taken)


def run(chosen: Sequence[Fault], *, full: bool, jobs: int) -> int:
    """Try all out on as many copies as there are jobs, and print what became of each."""
    with tempfile.TemporaryDirectory(prefix="iomodel-plant-") as folder:
        copies: Queue[Path] = Queue()
        for number in range(jobs):
            # a folder around each copy: the official files are looked for beside the checkout
            place = Path(folder) / str(number) / "checkout"
            place.mkdir(parents=True)
            copies.put(copy_to(place))
        if not _runs_the_copy(copies.queue[0]):
            print("plant: the tests would run on another iomodel than the copy.", file=sys.stderr)
            return 1

        def one(fault: Fault | None) -> Verdict | tuple[int, str]:
            copy = copies.get()
            try:
                if fault is not None:
                    return try_out(fault, copy, full=full)
                tests = sorted({test for fault in chosen for test in fault.tests})
                return pytest(copy, () if full else tests, SECONDS_FULL)
            finally:
                copies.put(copy)

        width = max(len(fault.name) for fault in chosen)
        bad = 0
        with ThreadPoolExecutor(jobs) as pool:
            sound = pool.submit(one, None)  # first: red tests without a fault show nothing
            for verdict in pool.map(one, chosen):
                assert isinstance(verdict, Verdict)
                bad += verdict.said not in KILLED
                mark = verdict.said if verdict.said in KILLED else verdict.said.upper()
                line = f"{verdict.fault.name:{width}}  {mark:8}  {verdict.seconds:5.1f} s  "
                print(line + verdict.by, flush=True)
            result = sound.result()
            assert isinstance(result, tuple)
            code, output = result
    if code:
        print(f"\nThe tests are red without any fault, so the above shows nothing:\n{output}")
        return 1
    print(f"\n{len(chosen) - bad} of {len(chosen)} faults were found.")
    return 1 if bad else 0


def _runs_the_copy(copy: Path) -> bool:
    code = "import iomodel; print(iomodel.__file__)"
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=copy,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Path(said.stdout.strip()).resolve().is_relative_to(copy.resolve())


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="bootstrap.py plant",
        description="Plant faults one at a time in a copy; each must turn the tests red.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="only those with this in the name")
    parser.add_argument("--list", action="store_true", help="show the faults and plant nothing")
    parser.add_argument("--full", action="store_true", help="all tests for each fault (slow)")
    parser.add_argument("--jobs", type=int, default=min(4, os.cpu_count() or 1), help="at a time")
    options = parser.parse_args(arguments)
    known = faults()
    chosen = [
        fault for fault in known if not options.names or any(n in fault.name for n in options.names)
    ]
    if not chosen:
        parser.error(f"no fault is called {' or '.join(options.names)}; see --list")
    if options.list:
        for fault in chosen:
            print(f"{fault.name}\n  {fault.file}\n  - {fault.old.strip()}\n  + {fault.new.strip()}")
        return 0
    return run(chosen, full=options.full, jobs=max(1, options.jobs))


if __name__ == "__main__":
    sys.exit(main())
