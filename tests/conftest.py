"""What all tests share: official files, one BLAS thread, hypothesis profiles, count of skips."""

import os

for _variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")  # before numpy is imported; also for what the tests start

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import numpy  # noqa: F401  loaded here so that the cap below finds its BLAS
import pytest
import scipy.linalg  # noqa: F401  scipy brings a BLAS of its own
from threadpoolctl import threadpool_limits

import official

# `--hypothesis-profile thorough` digs deeper. With CI set, the same examples are drawn every time.
hypothesis.settings.register_profile(
    "iomodel",
    deadline=None,
    max_examples=60,
    derandomize=bool(os.environ.get("CI")),
    print_blob=True,
)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=2000, print_blob=True)
hypothesis.settings.load_profile("iomodel")


@pytest.fixture(autouse=True, scope="session")
def one_blas_thread() -> Iterator[None]:
    """With many threads on a busy machine a small inverse takes 100 times longer."""
    with threadpool_limits(limits=1):
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of official files; the test is skipped where there is none."""
    return official.shared_file(".")


@pytest.fixture(scope="session")
def shared_file() -> Callable[[str], Path]:
    """`shared_file("data/inegi/MIP_53.xlsx")`: path, skip (no folder) or failure (no file)."""
    return official.shared_file


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The number of skips, and one line for each reason."""
    skips = [report.longrepr for report in terminalreporter.stats.get("skipped", [])]
    reasons = Counter(skip[2].removeprefix("Skipped: ") for skip in skips)
    terminalreporter.write_line("")
    terminalreporter.write_line(f"skipped: {reasons.total()}")
    for reason, count in reasons.most_common():
        terminalreporter.write_line(f"  {count} x {' '.join(reason.split())}")
