"""RESULTS.md and growth.svg: what results.json holds, against the floors of the register."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import register

from iomodel import plot

HERE = Path(__file__).parent
DRAWN = (  # the jobs in the picture, and its names for them
    ("loop of inverses", "extraction by a loop of inverses"),
    ("np.linalg.inv", "np.linalg.inv"),
    ("extraction", "extraction of every sector"),
    ("inverse", "the inverse"),
    ("linkages", "both linkages"),
    ("multipliers", "multipliers"),
    ("passes over A", "the readings of A they need"),
)
READINGS = "passes over A"  # none where factors are cheaper


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
            if record["case"] == register.DRAWN and record["n"] >= 500:
                points.setdefault(job, []).append((record["n"], float(np.median(seconds))))
    return {
        job: float(np.polyfit(*np.log(np.array(found)).T, 1)[0])
        for job, found in points.items()
        if len(found) >= 3
    }


def medians(records: Iterable[dict]) -> pd.DataFrame:
    """Seconds of the jobs that are drawn, by number of sectors."""
    found = {
        record["n"]: {
            words: statistics.median(record["seconds"][job])
            for job, words in DRAWN
            if job in record["seconds"] and (job != READINGS or record["facts"]["passes"])
        }
        for record in records
        if record["case"] == register.DRAWN and record["n"] >= 85
    }
    frame = pd.DataFrame(found).T.sort_index()
    return frame.reindex(columns=[words for _, words in DRAWN if words in frame])


def draw(records: list[dict], file: Path) -> None:
    """How cost grows, on logarithmic scales; the same file for the same numbers."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    frame = medians(records)
    if len(frame) < 2:
        return
    with matplotlib.rc_context({"svg.hashsalt": "growth", "font.size": 11}):
        figure = Figure(figsize=(9, 5.5), layout="constrained")
        FigureCanvasSVG(figure)
        ax = figure.subplots()
        plot.benchmark(frame, unit="seconds on one processor", ax=ax)
        ax.set_title("One core, median of the runs", fontsize="medium", loc="left")
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})


def page(result: dict) -> str:
    """RESULTS.md."""
    records = result["records"]
    return "\n".join(
        [
            *_head(result), *_ratios(records), *_seconds(records), *_counts(records),
            "", "## Growth with n", "",
            "![Seconds over sectors, on logarithmic scales](growth.svg)", "",
            "Seconds grow with n to the power of, from 500 up:", "",
            *(f"- {job}: {slope:.2f}" for job, slope in exponents(records).items()),
            "", (HERE / "NOTES.md").read_text(encoding="utf-8"),
        ]
    )  # fmt: skip


def _machine(m: dict) -> str:
    return (
        f"{m['processor']}, {m['cores']} cores, {m['system']}; Python {m['python']}, numpy "
        f"{m['numpy']}, scipy {m['scipy']}, pandas {m['pandas']}; {', '.join(m['blas'])}, "
        f"{m['blas_threads']} thread{'s' * (m['blas_threads'] > 1)}"
    )


def _head(result: dict) -> list[str]:
    m, begun, ended = result["machine"], *result["load"]
    lines = [
        "# Benchmarks",
        "",
        "Written by `python3 bootstrap.py bench`; the numbers of every run are in `results.json`.",
        "",
        f"- {_machine(m)}",
        f"- other libraries, each in its own environment: {', '.join(m['peers'].values())}",
        f"- load average (1, 5, 15 minutes) {begun} at the start and {ended} at the end; where it "
        "is high other people worked on the same cores, and ratios of one run hold better than "
        "seconds",
        f"- minimum / median / maximum of interleaved runs; {result['minutes']:.0f} minutes; "
        "answers were compared before anything was timed",
        "- CPU seconds; of the cases marked `wall` those on the wall, because disks and other "
        "processes do the work",
        "- sizes are invented, with the density, regions and column sums of the real tables "
        "(`sizes.py`); a floor is a requirement set before, a miss is reported as it was measured",
    ]
    alone = [r for r in result["records"] if r.get("alone")]
    if alone:
        lines.append("- asked for by themselves, at another time:")
        lines += [
            f"  - {r['case']}, {r['size']}: load {r['alone']['load']}"
            + (f"; {_machine(r['alone']['machine'])}" if r["alone"].get("machine") else "")
            for r in alone
        ]
    failed = [(r, job, why) for r in result["records"] for job, why in r.get("failed", {}).items()]
    if failed:
        lines += ["", "## Without an answer", ""]
        lines += [f"- {r['case']}, {r['size']}, {job}: {why}" for r, job, why in failed]
    return lines


def _ratios(records: list[dict]) -> list[str]:
    lines = ["", "## Ratios and floors", "",
             "| floor | case | size | ratio | min / median / max | required | |",
             "|---|---|---|---|---|---|---|"]  # fmt: skip
    for record in records:
        for r in record["ratios"]:
            lines.append(
                f"| {r['number']} | {record['case']} | {record['size']} | {r['over']} / "
                f"{r['under']} | {spread(r['ratio'])} | {verdict(r)} |"
            )
    return lines


def _seconds(records: list[dict]) -> list[str]:
    lines = ["", "## Seconds, memory and error", "",
             "`*` extrapolated from a part of the work.  Peak: allocated beside the table by "
             "numpy (ours) or held by the whole process (other libraries).", "",
             "| case | size | n | runs | job | seconds | peak MB | apart |",
             "|---|---|---|---|---|---|---|---|"]  # fmt: skip
    for record in records:
        wall = " wall" if record.get("clock") == "wall" else ""
        for job, seconds in record["seconds"].items():
            peak, gap = record["peak_bytes"].get(job), record["gaps"].get(job)
            star = "*" if record["extrapolated"].get(job, 1.0) != 1.0 else ""
            lines.append(
                f"| {record['case']} | {record['size']} | {record['n']:,} | {record['runs']} | "
                f"{job}{star} | {spread(seconds)}{wall} | {number(peak / 1e6) if peak else ''} | "
                f"{'' if gap is None else format(gap, '.0e')} |"
            )
    return lines


def _counts(records: list[dict]) -> list[str]:
    lines = ["", "## Counts", "", "| case | size | what | |", "|---|---|---|---|"]
    peaks = {case.name: case.peak for case in register.CASES}
    for record in records:
        for what, value in record["facts"].items():
            lines.append(f"| {record['case']} | {record['size']} | {what} | {number(value)} |")
        held = peaks.get(record["case"])
        if held is not None and held.job in record["peak_bytes"]:
            share = record["peak_bytes"][held.job] / (8 * record["n"] ** 2)
            met = "met" if share <= held.most else "missed"
            floor = f" (at most {held.most:g}, floor {held.number}: {met})"
            lines.append(
                f"| {record['case']} | {record['size']} | peak of the {held.job} / 8 n^2 | "
                f"{share:.2f}{floor if record['n'] >= held.least_n else ''} |"
            )
    return lines
