"""What a benchmark case is, and how one is run: answers compared first, then interleaved runs."""

from __future__ import annotations

import gc
import time
import tracemalloc
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import peers
from sizes import SIZES, Size


@dataclass(frozen=True)
class Ask:
    """A question to another library: the script of `peers`, and the numbers it is given."""

    script: str
    given: Mapping[str, object]


@dataclass
class Jobs:
    """What is timed at one size, and when the answers agree.

    `jobs` by name; `gaps` turns all answers into one gap for each job that is checked, none of
    which may pass `agree`; `times` extrapolates a job that does a part of the work; `memory` names
    the jobs whose peak allocation is traced in a run of its own; `facts` are counts to report.
    """

    jobs: dict[str, Callable[[], object] | Ask]
    gaps: Callable[[dict[str, object]], dict[str, float]]
    agree: float
    times: dict[str, float] = field(default_factory=dict)
    memory: tuple[str, ...] = ()
    facts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Floor:
    """What is held: seconds of `over` / seconds of `under`, at least or at most, by size."""

    number: str
    over: str
    under: str
    least: Mapping[str, float] = field(default_factory=dict)
    most: Mapping[str, float] = field(default_factory=dict)
    plus: float = 0.0  # seconds granted on top of `most` times `under`


@dataclass(frozen=True)
class Case:
    """One question at several sizes; `quick` are the sizes of a quick run."""

    name: str
    question: str
    prepare: Callable[[Size], Jobs]
    sizes: tuple[str, ...]
    quick: tuple[str, ...]
    floors: tuple[Floor, ...] = ()
    runs: int = 5  # at most; a size may have fewer


def apart(ours: object, theirs: object) -> float:
    """The largest difference, relative to each number where it is not a thousandth of the rest."""
    a, b = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    return float((np.abs(a - b) / np.maximum(np.abs(b), 1e-3 * np.abs(b).max())).max(initial=0.0))


def measure(case: Case, name: str, *, quick: bool) -> dict[str, object]:
    """One size of a case: a record for the results, refused where the answers differ."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _measured(case, SIZES[name], 2 if quick else min(case.runs, SIZES[name].runs))


def _measured(case: Case, size: Size, runs: int) -> dict[str, object]:
    jobs = case.prepare(size)
    first = {job: _once(ask) for job, ask in jobs.jobs.items()}
    answers = {job: answer for job, (answer, _, _) in first.items()}
    gaps = jobs.gaps(answers)
    if not max(gaps.values(), default=0.0) <= jobs.agree:
        raise SystemExit(
            f"{case.name}, {size.name}: the answers differ ({gaps}); nothing is timed."
        )
    seconds: dict[str, list[float]] = {job: [] for job in jobs.jobs}
    peaks: dict[str, float] = {}
    if runs == 1:  # where a run takes minutes, that of the answers, now known to agree, is the one
        seconds = {job: [took * jobs.times.get(job, 1.0)] for job, (_, took, _) in first.items()}
    del answers, first
    gc.collect()
    for _ in range(runs if runs > 1 else 0):
        for job, ask in jobs.jobs.items():
            _, took, peak = _once(ask)
            seconds[job].append(took * jobs.times.get(job, 1.0))
            if peak:
                peaks[job] = max(peak, peaks.get(job, 0.0))
    for job in jobs.memory:
        tracemalloc.start()
        _once(jobs.jobs[job])
        peaks[job] = float(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    held = [
        _held(floor, size.name, seconds)
        for floor in case.floors
        if floor.over in seconds and floor.under in seconds
    ]
    return {
        "case": case.name, "question": case.question, "size": size.name, "n": size.n,
        "runs": runs, "agree": jobs.agree, "gaps": gaps, "seconds": seconds, "peak_bytes": peaks,
        "extrapolated": jobs.times, "facts": jobs.facts, "ratios": held,
    }  # fmt: skip


def _once(ask: Callable[[], object] | Ask) -> tuple[object, float, int]:
    """Answer, CPU seconds and peak memory (0: not known) of one run."""
    if isinstance(ask, Ask):
        return peers.ask(ask.script, **ask.given)
    start = time.process_time()
    answer = ask()
    return answer, time.process_time() - start, 0


def _held(floor: Floor, size: str, seconds: dict[str, list[float]]) -> dict[str, object]:
    """The ratios of each run, the floor at this size and whether their median holds it."""
    each = [
        over / (under + (floor.plus / floor.most[size] if floor.plus and size in floor.most else 0))
        for over, under in zip(seconds[floor.over], seconds[floor.under], strict=True)
    ]
    middle = float(np.median(each))
    least, most = floor.least.get(size), floor.most.get(size)
    met = None
    if least is not None or most is not None:
        met = middle >= least if least is not None else middle <= (most or 0.0)
    return {
        "number": floor.number, "over": floor.over, "under": floor.under, "ratio": each,
        "least": least, "most": most, "plus": floor.plus, "met": met,
    }  # fmt: skip
