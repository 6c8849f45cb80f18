"""Social accounting matrices for tests: drawn as sums of closed walks of money, and by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from iomodel.meta import Meta
from iomodel.sam import SAM, SAMModel

OTHERS = {
    "labour": "factor",
    "capital-national": "factor",
    "capital-foreign": "factor",
    "tax-products": "tax",
    "tax-production": "tax",
    "firms": "institution",
    "households": "institution",
    "government": "institution",
    "saving": "saving-investment",
    "row-trade": "row-trade",
    "row-income": "row-income",
    "row-transfers": "row-transfers",
    "row-balance": "row-balance",
}
# who pays whom; "*" stands for every activity
PAYS = {
    "*": "* labour capital-national capital-foreign tax-products tax-production row-trade",
    "labour": "households",
    "capital-national": "firms households",
    "capital-foreign": "firms row-income",
    "tax-products": "government",
    "tax-production": "government",
    "firms": "households saving row-income",
    "households": "* row-trade tax-products saving government row-income row-transfers",
    "government": "* households saving row-income",
    "saving": "* row-trade",
    "row-trade": "* row-balance",
    "row-income": "labour firms row-balance",
    "row-transfers": "households row-balance",
    "row-balance": "saving row-trade row-transfers",
}
EXOGENOUS = ["government", "saving-investment", "tax", "row"]


def _edges(activities: list[str]) -> dict[str, list[str]]:
    def spelled(words: str) -> list[str]:
        return [code for word in words.split() for code in (activities if word == "*" else [word])]

    return {payer: spelled(words) for key, words in PAYS.items() for payer in spelled(key)}


@st.composite
def sams(draw: st.DrawFn, *, idle: bool = True) -> SAM:
    """A balanced SAM: money walks in circles, whole numbers, so rows equal columns exactly.

    One to six activities that buy from each other, factors, taxes, institutions, saving and the
    rest of the world in four; some activities 10,000 times the others, sometimes one without any
    transaction (`idle`); labels in a shuffled order.  Households always save and every activity
    always pays taxes and wages, so that something leaks everywhere.
    """
    n = draw(st.integers(1, 6))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    activities = [f"{i + 1}1" for i in range(n)]
    edges = _edges(activities)
    kinds = dict.fromkeys(activities, "activity") | OTHERS
    if idle and draw(st.booleans()):
        kinds["99"] = "activity"
    codes = list(kinds)
    at = {code: i for i, code in enumerate(codes)}
    T = np.zeros((len(codes), len(codes)))

    def add(circle: list[str], amount: float) -> None:
        """Money goes once round: each pays the next, the last the first."""
        for payer, receiver in zip(circle, [*circle[1:], circle[0]], strict=True):
            T[at[receiver], at[payer]] += amount

    size = {code: 10.0 ** draw(st.sampled_from([0, 0, 4])) for code in activities}
    for code in activities:
        amount = size[code] * float(rng.integers(1, 50))
        for circle in (
            ["households", code, "labour"],
            ["households", code, "tax-products", "government"],
            ["households", code, "capital-foreign", "row-income", "row-balance", "saving", code]
            + ["labour"],
            ["households", code, "capital-foreign", "firms", "saving", code, "labour"],
        ):
            add(circle, amount)
    add(["households", "saving", activities[0], "labour"], 1 + T.max() // 4)
    for _ in range(draw(st.sampled_from([0, 5, 20]))):
        add(_walk(rng, edges), float(rng.integers(1, 1000)))
    order = rng.permutation(len(codes))
    frame = pd.DataFrame(T, codes, codes).iloc[order, order[::-1]]
    meta = Meta(title="drawn", country="MEX", year=2013, unit="million")
    return SAM.from_frame(frame, kinds=kinds, meta=meta)


def _walk(rng: np.random.Generator, edges: dict[str, list[str]]) -> list[str]:
    """A random walk from an account until it is there again."""
    accounts = list(edges)
    walk = [accounts[rng.integers(len(accounts))]]
    while True:
        options = edges[walk[-1]]
        step = options[rng.integers(len(options))]
        if step == walk[0]:
            return walk
        walk.append(step)


def naive(model: SAMModel) -> tuple[np.ndarray, np.ndarray]:
    """M_a, inverted as it stands, and A_x: one cell after the other."""
    n = len(model.accounts)
    A, leaks = np.zeros((n, n)), np.zeros((len(model.outside), n))
    flows = model.A.to_numpy() * model.x.to_numpy()
    left = model.leakages.to_numpy()
    for j in range(n):
        spent = flows[:, j].sum() + left[:, j].sum()
        for i in range(n):
            A[i, j] = flows[i, j] / spent if spent else 0.0
        for i in range(len(leaks)):
            leaks[i, j] = left[i, j] / spent if spent else 0.0
    return np.linalg.inv(np.eye(n) - A), leaks
