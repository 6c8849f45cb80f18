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

    `jobs` by name; `gaps` turns the answers there are (a library that fails has none) into one gap
    for each job that is checked, none of which may pass `agree`; `times` extrapolates a job that
    does a part of the work; `memory` names the jobs whose peak allocation is traced in a run of its
    own; `facts` are counts to report, `after` those known at the end; `before` is done before a job
    and not timed; `close` ends what was started.
    """

    jobs: dict[str, Callable[[], object] | Ask]
    gaps: Callable[[dict[str, object]], dict[str, float]]
    agree: float
    times: dict[str, float] = field(default_factory=dict)
    memory: tuple[str, ...] = ()
    facts: dict[str, float] = field(default_factory=dict)
    after: Callable[[], dict[str, float]] = dict
    before: dict[str, Callable[[], None]] = field(default_factory=dict)
    close: Callable[[], None] = lambda: None


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
class Peak:
    """What memory is held: the peak of a job in full matrices (8 n^2 bytes), from a size on."""

    number: str
    job: str
    most: float
    least_n: int  # below it the peak is told and not held


@dataclass(frozen=True)
class Case:
    """One question at several sizes: those of a full run, of a quick one, and when it is named.

    `wall` times by the clock on the wall (disks and other processes) and not by CPU seconds.
    """

    name: str
    question: str
    prepare: Callable[[Size], Jobs]
    sizes: tuple[str, ...]
    quick: tuple[str, ...]
    floors: tuple[Floor, ...] = ()
    peak: Peak | None = None
    runs: int = 5  # at most; a size may have fewer
    named: tuple[str, ...] = ()
    wall: bool = False


class AnswersDifferError(Exception):
    """Two answers to the same question: nothing is timed."""


def apart(ours: object, theirs: object) -> float:
    """The largest difference, relative to each number where it is not a thousandth of the rest."""
    a, b = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    return float((np.abs(a - b) / np.maximum(np.abs(b), 1e-3 * np.abs(b).max())).max(initial=0.0))


def against(found: Mapping[str, object], ours: str, peers: Mapping[str, object]) -> dict:
    """The gap of each library that answered; `peers` maps a job to the part of ours it asks for."""
    return {
        job: apart(part(found[ours]), found[job])  # type: ignore[operator]
        for job, part in peers.items()
        if job in found
    }


def measure(case: Case, name: str, *, quick: bool) -> dict[str, object]:
    """One size of a case: a record for the results; AnswersDifferError where they do."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        jobs = case.prepare(SIZES[name])
        try:
            asks = any(isinstance(ask, Ask) for ask in jobs.jobs.values())
            most = (1 if asks else 2) if quick else SIZES[name].runs
            return _measured(case, SIZES[name], jobs, min(case.runs, most), warm=asks or most > 1)
        finally:
            jobs.close()


def _measured(case: Case, size: Size, jobs: Jobs, runs: int, *, warm: bool) -> dict[str, object]:
    runner = _Runner(jobs, time.perf_counter if case.wall else time.process_time)
    answers = {job: runner.answer(job) for job in jobs.jobs}
    answers = {job: answer for job, answer in answers.items() if job not in runner.failed}
    gaps = jobs.gaps(answers)
    if not max(gaps.values(), default=0.0) <= jobs.agree:
        raise AnswersDifferError(
            f"{case.name}, {size.name}: the answers differ ({gaps}); nothing is timed."
        )
    del answers
    if warm and case.runs > 1:  # else the run of the answers, now known to agree, is the one
        runner.forget_warming_up()
    gc.collect()
    while runner.rounds < runs:
        runner.round()
    peaks = runner.peaks
    for job in jobs.memory:
        tracemalloc.start()
        runner.once(job)
        peaks[job] = float(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    seconds = {job: runner.seconds[job] for job in jobs.jobs if job not in runner.failed}
    held = [
        _held(floor, size.name, seconds)
        for floor in case.floors
        if floor.over in seconds and floor.under in seconds
    ]
    return {
        "case": case.name, "question": case.question, "size": size.name, "n": size.n,
        "runs": runs, "clock": "wall" if case.wall else "CPU", "agree": jobs.agree, "gaps": gaps,
        "seconds": seconds, "peak_bytes": peaks, "extrapolated": jobs.times,
        "facts": {**jobs.facts, **jobs.after()}, "ratios": held, "failed": runner.failed,
    }  # fmt: skip


class _Runner:
    """Runs jobs by turns and keeps seconds, peaks, and what the libraries that failed said."""

    def __init__(self, jobs: Jobs, clock: Callable[[], float]) -> None:
        self._jobs, self._clock, self.rounds = jobs, clock, 1
        self.seconds: dict[str, list[float]] = {job: [] for job in jobs.jobs}
        self.peaks: dict[str, float] = {}
        self.failed: dict[str, str] = {}

    def answer(self, job: str) -> object:
        """The answer of one run, which is timed; None where another library failed."""
        try:
            answer, took, peak = self.once(job)
        except peers.PeerError as error:
            self.failed[job] = str(error)
            return None
        self.seconds[job].append(took * self._jobs.times.get(job, 1.0))
        if peak:
            self.peaks[job] = max(peak, self.peaks.get(job, 0.0))
        return answer

    def once(self, job: str) -> tuple[object, float, int]:
        """Answer, seconds and peak memory (0: not known) of one run."""
        ask = self._jobs.jobs[job]
        self._jobs.before.get(job, lambda: None)()
        if isinstance(ask, Ask):
            return peers.ask(ask.script, **ask.given)
        start = self._clock()
        answer = ask()
        return answer, self._clock() - start, 0

    def forget_warming_up(self) -> None:
        """Take the first seconds of our own jobs away; another library starts anew every time."""
        self.rounds = 0
        for job, ask in self._jobs.jobs.items():
            if not isinstance(ask, Ask):
                self.seconds[job].clear()

    def round(self) -> None:
        """One more run of each job."""
        self.rounds += 1
        for job in self._jobs.jobs:
            if job not in self.failed and len(self.seconds[job]) < self.rounds:
                self.answer(job)


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
