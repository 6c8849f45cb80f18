"""The same questions asked of iomodel, numpy and other libraries; answers agree before any time.

    python3 bootstrap.py bench                    all cases, to results.json, RESULTS.md, growth.svg
    python3 bootstrap.py bench CASE ... [--size SIZE]   these; their results replace the old ones
    python3 bootstrap.py bench --quick [CASE ...]       small sizes, two runs; only prints
    python3 bootstrap.py bench --page                   the page and the picture again

Every case and size runs in a process of its own: what fails or takes too long there is reported
and the others go on (exit code 1).  One BLAS thread, CPU seconds, jobs by turns in every run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ONE = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "1")
os.environ.update(ONE)  # before numpy is imported

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import peers  # noqa: E402
import results  # noqa: E402
import scipy  # noqa: E402
from case import AnswersDifferError, Case, measure  # noqa: E402
from register import CASES  # noqa: E402
from sizes import SIZES  # noqa: E402
from threadpoolctl import threadpool_info  # noqa: E402

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
BLAS = ("internal_api", "version", "architecture")
PATIENCE, QUICK_PATIENCE = 900.0, 60.0  # seconds of a case at one size


def machine() -> dict[str, object]:
    """What it ran on."""
    processor = platform.processor() or platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        processor = next(
            (x.split(":")[1].strip() for x in lines if x.startswith("model name")), processor
        )
    pools = [p for p in threadpool_info() if p["user_api"] == "blas"]
    return {
        "processor": processor, "cores": os.cpu_count(), "system": platform.system(),
        "python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__,
        "pandas": pd.__version__, "peers": peers.PINS,
        "blas": sorted({" ".join(str(p.get(k, "")) for k in BLAS).strip() for p in pools}),
        "blas_threads": max(p["num_threads"] for p in pools),
    }  # fmt: skip


def load() -> list[float]:
    """The load average of 1, 5 and 15 minutes, where the system tells."""
    return [round(x, 2) for x in os.getloadavg()] if hasattr(os, "getloadavg") else []


def recorded(case: Case, size: str, *, quick: bool) -> dict:
    """The record of a process of its own, or why there is none."""
    with tempfile.TemporaryDirectory(prefix="iomodel-bench-") as folder:
        answer, words = Path(folder) / "record.json", Path(folder) / "words"
        asked = [sys.executable, __file__, "--record", str(answer), "--size", size, case.name]
        patience = QUICK_PATIENCE if quick else PATIENCE
        with words.open("w") as heard:
            child = subprocess.Popen(
                asked + ["--quick"] * quick, stderr=heard, env={**os.environ, "TMPDIR": folder},
                start_new_session=True,
            )  # fmt: skip
            try:
                code = child.wait(patience)
                why = f"exit code {code}"
            except subprocess.TimeoutExpired:
                why = f"stopped after {patience:.0f} s"
            finally:
                _end(child)
        if answer.exists():
            return json.loads(answer.read_text(encoding="utf-8"))
        said = [line for line in words.read_text().splitlines() if line.strip()]
    empty = {key: {} for key in ("gaps", "seconds", "peak_bytes", "extrapolated", "facts")}
    return {
        "case": case.name, "question": case.question, "size": size, "n": SIZES[size].n, "runs": 0,
        **empty, "ratios": [], "failed": {"all of it": ": ".join([why, *said[-1:]])},
    }  # fmt: skip


def _end(child: subprocess.Popen) -> None:
    """Stop a process and those it started, where it has not ended."""
    if child.poll() is None and hasattr(os, "killpg"):
        os.killpg(child.pid, signal.SIGKILL)
    elif child.poll() is None:
        child.kill()
    child.wait()


def record(case: Case, size: str, answer: Path, *, quick: bool) -> None:
    """Measure here, and leave the record in a file."""
    if quick:
        peers.PATIENCE = QUICK_PATIENCE / 2
    before = load()
    try:
        found = measure(case, size, quick=quick)
    except AnswersDifferError as error:
        raise SystemExit(str(error)) from error
    found["load"] = [before, load()]
    answer.write_text(json.dumps(found, default=float), encoding="utf-8")


def tell(found: dict) -> None:
    """A record in some lines on the terminal."""
    took = f"{60 * found['minutes']:.0f} s in all"
    print(f"\n{found['case']}, {found['size']}: {found['question']} ({took})", file=sys.stderr)
    for job, why in found.get("failed", {}).items():
        print(f"  {job}: FAILED, {why}", file=sys.stderr)
    for job, seconds in found["seconds"].items():
        print(f"  {job:26} {results.spread(seconds)} s", file=sys.stderr)
    for r in found["ratios"]:
        said = f"{results.spread(r['ratio'])} | {results.verdict(r)}"
        print(f"  {r['over']} / {r['under']}: {said}", file=sys.stderr)
    sys.stderr.flush()


def merged(old: dict, new: dict) -> dict:
    """The old results with the new records in the place of those of the same case and size."""
    places = [(case.name, size) for case in CASES for size in (*case.sizes, *case.named)]
    records = {(r["case"], r["size"]): r for r in old["records"]}
    for r in new["records"]:
        r["alone"] = {"load": r.get("load", new["load"])}
        if new["machine"] != old["machine"]:
            r["alone"]["machine"] = new["machine"]
        records[r["case"], r["size"]] = r
    return {**old, "records": [records[place] for place in places if place in records]}


def write(result: dict) -> None:
    """results.json, the picture and the page."""
    text = json.dumps(result, indent=1, default=float)
    RESULTS.write_text(text + "\n", encoding="utf-8")
    results.draw(result["records"], HERE / "growth.svg")
    (HERE / "RESULTS.md").write_text(results.page(result), encoding="utf-8")


def chosen(asked: argparse.Namespace) -> list[tuple[Case, str]]:
    """The cases and sizes that are asked for."""
    found = []
    for case in CASES:
        if asked.cases and case.name not in asked.cases:
            continue
        known = (*case.sizes, *case.named, *case.quick)
        sizes = case.quick if asked.quick else case.sizes
        if asked.size:
            sizes = tuple(size for size in dict.fromkeys(known) if size in asked.size)
        found += [(case, size) for size in sizes]
    return found


def arguments() -> argparse.Namespace:
    """What was asked."""
    about, _, how = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        description=about, epilog=how, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [case.name for case in CASES]
    parser.add_argument("--quick", action="store_true", help="small sizes, two runs, three minutes")
    parser.add_argument("--size", action="append", help="only these sizes")
    parser.add_argument("--page", action="store_true", help="RESULTS.md and growth.svg anew")
    parser.add_argument("--record", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"of {', '.join(names)}")
    asked = parser.parse_args()
    unknown = [name for name in asked.cases if name not in names]
    unknown += [size for size in asked.size or () if size not in SIZES]
    if unknown:
        parser.error(f"no {unknown[0]!r}; cases are {', '.join(names)}; sizes {', '.join(SIZES)}")
    return asked


def main() -> int:
    """Say what is asked, ask it, and write it down."""
    asked = arguments()
    todo = chosen(asked)
    if asked.record:
        record(*todo[0], asked.record, quick=asked.quick)
        return 0
    if asked.page:
        write(json.loads(RESULTS.read_text(encoding="utf-8")))
        return 0
    for peer in peers.PINS:
        try:
            peers.install(peer)
        except peers.PeerError as error:
            print(f"{peers.PINS[peer]}: {error}", file=sys.stderr)
    started, before, records = time.monotonic(), load(), []
    for case, size in todo:
        begun = time.monotonic()
        records.append(recorded(case, size, quick=asked.quick))
        records[-1]["minutes"] = (time.monotonic() - begun) / 60
        tell(records[-1])
    result = {
        "machine": machine(), "load": [before, load()],
        "minutes": (time.monotonic() - started) / 60, "records": records,
    }  # fmt: skip
    if asked.quick:
        print(results.page(result))
    elif asked.cases or asked.size:
        write(merged(json.loads(RESULTS.read_text(encoding="utf-8")), result))
    else:
        write(result)
    return int(any(r.get("failed") for r in records))


if __name__ == "__main__":
    sys.exit(main())
