"""The same questions asked of iomodel, numpy and other libraries; answers agree before any time.

    python3 bootstrap.py bench [--quick] [CASE ...]

One BLAS thread, CPU seconds, jobs by turns in every run.  A full run of all cases writes
benchmarks/results.json and benchmarks/RESULTS.md; a quick one, or one of some cases, only prints.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from pathlib import Path

ONE = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "1")
os.environ.update(ONE)  # before numpy is imported

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import scipy  # noqa: E402
from case import Case, measure  # noqa: E402
from cases import CASES  # noqa: E402
from peers import PINS  # noqa: E402
from threadpoolctl import threadpool_info  # noqa: E402

HERE = Path(__file__).parent


def machine() -> dict[str, object]:
    """What it ran on, and how busy that was."""
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
        "pandas": pd.__version__, "peers": PINS,
        "blas": sorted({f"{p['internal_api']} {p['version']}" for p in pools}),
        "blas_threads": max(p["num_threads"] for p in pools),
    }  # fmt: skip


def load() -> list[float]:
    """The load average of 1, 5 and 15 minutes, where the system tells."""
    return [round(x, 2) for x in os.getloadavg()] if hasattr(os, "getloadavg") else []


def spread(values: list[float]) -> str:
    """Minimum, median and maximum."""
    return " / ".join(number(one) for one in (min(values), float(np.median(values)), max(values)))


def number(value: float) -> str:
    """Three digits, thousands apart."""
    if value >= 1_000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value >= 1e-3 or value == 0 else f"{value:.1e}"


def verdict(ratio: dict[str, object]) -> str:
    """The floor of a ratio and whether it was held."""
    if ratio["met"] is None:
        return "none set |"
    wanted = (
        f"at least {ratio['least']:g}"
        if ratio["least"] is not None
        else f"at most {ratio['most']:g}"
    )
    if ratio["plus"]:
        wanted += f", after {1000 * ratio['plus']:g} ms"
    held = "met" if ratio["met"] else f"missed: measured {number(float(np.median(ratio['ratio'])))}"
    return f"{wanted} | {held}"


def exponents(records: list[dict]) -> dict[str, float]:
    """How seconds grow with n: slopes between logarithms of the medians, n >= 500."""
    points: dict[str, list[tuple[float, float]]] = {}
    for record in records:
        for job, seconds in record["seconds"].items():
            if record["case"] == "leontief" and record["n"] >= 500:
                points.setdefault(job, []).append((record["n"], float(np.median(seconds))))
    return {
        job: float(np.polyfit(*np.log(np.array(found)).T, 1)[0])
        for job, found in points.items()
        if len(found) >= 3
    }


def page(result: dict) -> str:
    """RESULTS.md."""
    m = result["machine"]
    lines = [
        "# Benchmarks",
        "",
        "Written by `python3 bootstrap.py bench`; the numbers of every run are in `results.json`.",
        "",
        f"- {m['processor']}, {m['cores']} cores, {m['system']}; Python {m['python']}, numpy "
        f"{m['numpy']}, scipy {m['scipy']}, pandas {m['pandas']}; {', '.join(m['blas'])}, "
        f"{m['blas_threads']} thread",
        f"- other libraries, each in its own environment: {', '.join(m['peers'].values())}",
        f"- load average {result['load'][0]} at the start and {result['load'][1]} at the end: "
        "other people worked on the same cores; ratios of one run hold better than seconds",
        f"- CPU seconds, minimum / median / maximum of interleaved runs; {result['minutes']:.0f} "
        "minutes in all; answers were compared before anything was timed",
        "- sizes are invented, with the density, regions and column sums of the real tables "
        "(`sizes.py`); a floor is a requirement set before, a miss is reported as it was measured",
        "",
        "## Ratios and floors",
        "",
        "| floor | size | ratio | min / median / max | required | |",
        "|---|---|---|---|---|---|",
    ]
    for record in result["records"]:
        for r in record["ratios"]:
            lines.append(
                f"| {r['number']} | {record['size']} | {r['over']} / {r['under']} | "
                f"{spread(r['ratio'])} | {verdict(r)} |"
            )
    lines += ["", "## Seconds, memory and error", "",
              "`*` extrapolated from a part of the work.  Peak: allocated beside the table by "
              "numpy (ours) or held by the whole process (other libraries).", "",
              "| case | size | n | runs | job | CPU seconds | peak MB | apart |",
              "|---|---|---|---|---|---|---|---|"]  # fmt: skip
    for record in result["records"]:
        for job, seconds in record["seconds"].items():
            peak, gap = record["peak_bytes"].get(job), record["gaps"].get(job)
            star = "*" if record["extrapolated"].get(job, 1.0) != 1.0 else ""
            lines.append(
                f"| {record['case']} | {record['size']} | {record['n']:,} | {record['runs']} | "
                f"{job}{star} | {spread(seconds)} | {number(peak / 1e6) if peak else ''} | "
                f"{'' if gap is None else format(gap, '.0e')} |"
            )
    lines += ["", "## Counts", "", "| case | size | what | |", "|---|---|---|---|"]
    for record in result["records"]:
        for what, value in record["facts"].items():
            lines.append(f"| {record['case']} | {record['size']} | {what} | {number(value)} |")
        if record["case"] == "leontief" and "inverse" in record["peak_bytes"]:
            share = record["peak_bytes"]["inverse"] / (8 * record["n"] ** 2)
            held = f" (at most 1.8, floor 6: {'met' if share <= 1.8 else 'missed'})"
            lines.append(f"| leontief | {record['size']} | peak of the inverse / 8 n^2 | "
                         f"{share:.2f}{held if record['n'] >= 1000 else ''} |")  # fmt: skip
    lines += ["", "## Growth with n", "", "Seconds grow with n to the power of, from 500 up:", ""]
    lines += [f"- {job}: {slope:.2f}" for job, slope in result["exponents"].items()]
    lines += ["", "Not measured: floor 19 (a matrix on disk: the library has no operator for one "
              "yet), and a picture (the library does not draw yet).", ""]  # fmt: skip
    lines.append((HERE / "NOTES.md").read_text(encoding="utf-8"))
    return "\n".join(lines)


def main() -> None:
    """Say what is asked, ask it, and write it down."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = [case.name for case in CASES]
    parser.add_argument("--quick", action="store_true", help="small sizes, two runs, three minutes")
    parser.add_argument("--size", action="append", help="only these sizes")
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"of {', '.join(names)}")
    asked = parser.parse_args()
    unknown = [name for name in asked.cases if name not in names]
    if unknown:
        parser.error(f"no case {unknown[0]!r}; there are {', '.join(names)}")
    started, before, records = time.monotonic(), load(), []
    chosen: list[Case] = [case for case in CASES if not asked.cases or case.name in asked.cases]
    for case in chosen:
        for size in case.quick if asked.quick else case.sizes:
            if asked.size and size not in asked.size:
                continue
            record = measure(case, size, quick=asked.quick)
            records.append(record)
            print(f"\n{case.name}, {size}: {case.question}", file=sys.stderr)
            for job, seconds in record["seconds"].items():  # type: ignore[attr-defined]
                print(f"  {job:20} {spread(seconds)} s", file=sys.stderr)
            for r in record["ratios"]:  # type: ignore[attr-defined]
                print(
                    f"  {r['over']} / {r['under']}: {spread(r['ratio'])} | {verdict(r)}",
                    file=sys.stderr,
                )
            sys.stderr.flush()
    result = {
        "machine": machine(), "load": [before, load()], "quick": asked.quick,
        "minutes": (time.monotonic() - started) / 60, "exponents": exponents(records),
        "records": records,
    }  # fmt: skip
    whole = not asked.quick and not asked.cases and not asked.size
    if whole:
        text = json.dumps(result, indent=1, default=float)
        (HERE / "results.json").write_text(text + "\n", encoding="utf-8")
        (HERE / "RESULTS.md").write_text(page(result), encoding="utf-8")
    else:
        print(page(result))


if __name__ == "__main__":
    main()
