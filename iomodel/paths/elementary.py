"""Elementary paths from one account to another, the strongest first (Defourny and Thorbecke)."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from heapq import heappop, heappush
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from iomodel import models
from iomodel.accounts import Array, show
from iomodel.arguments import typed
from iomodel.errors import TableError
from iomodel.paths.layers import BETWEEN
from iomodel.sam import SAMModel
from iomodel.table import IOTable

Path: TypeAlias = tuple[int, ...]

ROWS = 512  # compared together: a block of 512 x n stays small beside A
DEFOURNY_THORBECKE = (
    "Defourny, J. and Thorbecke, E. (1984), Structural path analysis and multiplier decomposition "
    "within a social accounting matrix framework, Economic Journal 94(373), 111-136"
)


@typed
def largest(
    model: SAMModel | IOTable, origin: Hashable, destination: Hashable, *, top: int = 10
) -> pd.DataFrame:
    """Through whom an injection into one account reaches another: the strongest paths.

    In a SAM a column pays a row: one peso that reaches `origin` is spent on a_1o of account 1, who
    spends a_21 of it on account 2 ..., until `destination` d is paid.  The path o > 1 > ... > d
    meets no account twice.  Its direct influence is the product of its propensities; the circuits
    that its accounts close among themselves and with all others repeat it path multiplier
    M_p = det(M_a[p, p]) times (Jacobi: a minor of the inverse, no second inversion); direct
    influence times multiplier is the total influence.  Summed over all elementary paths this is
    the global influence, the accounting multiplier (M_a)_{d,o}.  In a table 'A > B' is A buying
    from B, and the global influence is l_{d,o}: output of d per unit of final demand for o.

    From an account back to itself the paths are its circuits: they add up to (M_a)_{o,o} - 1, the
    multiplier less the injection itself.

    A DataFrame, the strongest direct influence (in magnitude) first: path, length (payments),
    direct, path_multiplier, total, share (of the global influence), cumulative.  `.attrs` has
    `global_influence`.  Fewer rows than `top` where there are fewer paths; none where no payment
    leads there.

    The search is exact: the best continuation from every account (largest product, by relaxation)
    bounds each family of paths that begin alike, and the families are split where the last path
    found left them (Yen; Lawler).  Coefficients above one and negative ones are no obstacle.
    Cost: some 2 n^2 flops for the bound, O(n) for each prefix of a path found, now and then
    another bound; a solve for each account that appears, 2 n^2 flops.
    Errors: LabelError with the nearest names for an account that is not there (or not
    endogenous), MissingAccountError for total transactions, TableError
    for `top` below one.
    Reference: Defourny, J. and Thorbecke, E. (1984), Structural path analysis and multiplier
    decomposition within a social accounting matrix framework, Economic Journal 94(373), 111-136.
    The search: Yen, J. Y. (1971), Finding the K shortest loopless paths in a network, Management
    Science 17(11), 712-716; Lawler, E. L. (1972), A procedure for computing the K best solutions
    to discrete optimization problems and its application to the shortest path problem, Management
    Science 18(7), 401-405.

    >>> codes = ["farm", "shop", "homes"]
    >>> A = pd.DataFrame([[0, 0.5, 0.2], [0, 0, 0.4], [0.6, 0.25, 0]], index=codes, columns=codes)
    >>> table = IOTable.from_coefficients(A, pd.Series(100.0, index=codes))
    >>> largest(table, "shop", "homes").round(4).drop(columns="cumulative")
                      path  length  direct  path_multiplier   total   share
    rank
    1     shop > farm > homes       2    0.30           1.5152  0.4545  0.5455
    2            shop > homes       1    0.25           1.5152  0.3788  0.4545
    """
    models.require(model, "Paths between sectors")
    if top < 1:
        raise TableError(f"`top` is {top}.", remedy="Ask for one path or more.").keyed(
            "top", top=top
        )
    start, end = model.accounts.positions([origin, destination])
    A = model.A.to_numpy()
    found = circuits(A, start, top) if start == end else strongest(A, start, end, top)
    met = sorted({start, end}.union(*found))
    M = model.L.solve(np.eye(len(A))[:, met])[met]
    at = {account: i for i, account in enumerate(met)}
    whole = float(M[at[end], at[start]]) - float(start == end)
    direct = np.array([_product(A, path) for path in found])
    minors = [[at[account] for account in dict.fromkeys(path)] for path in found]
    multiplier = np.array([np.linalg.det(M[np.ix_(minor, minor)]) for minor in minors])
    total = direct * multiplier
    share = total / whole if whole else np.full(len(found), np.nan)
    keys = [show(key) for key in model.accounts.keys]
    frame = pd.DataFrame(
        {
            "path": [BETWEEN.join(keys[i] for i in path) for path in found],
            "length": [len(path) - 1 for path in found],
            "direct": direct,
            "path_multiplier": multiplier,
            "total": total,
            "share": share,
            "cumulative": np.cumsum(share),
        },
        index=pd.RangeIndex(1, len(found) + 1, name="rank"),
    )
    frame.attrs.update(
        name=f"paths from {keys[start]} to {keys[end]}",
        global_influence=whole,
        unit="unit received per unit injected",
        formula="total = product of a along the path * det(M_a[p, p])",
        reference=DEFOURNY_THORBECKE,
    )
    return frame


def strongest(A: Array, origin: int, destination: int, top: int) -> list[Path]:
    """The `top` elementary paths with the largest |product of a|, in order; arrays only."""
    strength = A if A.min() >= 0 else np.abs(A)
    bound = _continuations(strength, destination, (origin,))
    waiting: list[tuple[float, int, Path, int, frozenset[int]]] = []

    def wait(prefix: Path, banned: frozenset[int]) -> None:
        """The best of the paths that begin so and do not go on to those banned."""
        path = _completed(strength, prefix, banned, destination, bound)
        if path is not None:
            family = (-_product(strength, path), len(path), path, len(prefix), banned)
            heappush(waiting, family)

    wait((origin,), frozenset())
    found: list[Path] = []
    while waiting and len(found) < top:
        _, _, path, begun, banned = heappop(waiting)
        found.append(path)
        for cut in range(begun, len(path)):  # the others of its family, by where they leave it
            wait(path[:cut], frozenset({path[cut]}) | (banned if cut == begun else frozenset()))
    return found


def circuits(A: Array, account: int, top: int) -> list[Path]:
    """The strongest paths from an account back to itself: to a copy of it that only receives."""
    n = len(A)
    with_copy = np.zeros((n + 1, n + 1))
    with_copy[:n, :n] = A
    with_copy[n, :n] = A[account]
    return [(*path[:-1], account) for path in strongest(with_copy, account, n, top)]


def _product(A: Array, path: Sequence[int]) -> float:
    """The propensities along a path multiplied."""
    return float(np.prod(A[list(path[1:]), list(path[:-1])]))


def _continuations(
    strength: Array, destination: int, without: Collection[int]
) -> tuple[Array, npt.NDArray[np.intp]]:
    """The largest product from every account to the destination, and the next account on the way.

    Relaxation, so that coefficients above one do no harm: no circuit has a product of one or more
    in a productive matrix.
    """
    n = len(strength)
    best, following = np.zeros(n), np.full(n, -1)
    fixed = np.zeros(n, dtype=bool)
    fixed[[destination, *without]] = True
    best[destination] = 1.0
    changed = np.array([destination])
    for _ in range(n):
        before = best.copy()
        for first in range(0, len(changed), ROWS):
            rows = changed[first : first + ROWS]
            products = strength[rows] * before[rows, None]
            by = products.argmax(axis=0)
            product = products[by, np.arange(n)]
            better = (product > best) & ~fixed
            best[better], following[better] = product[better], rows[by[better]]
        changed = np.flatnonzero(best > before)
        if not len(changed):
            break
    return best, following


def _completed(
    strength: Array,
    prefix: Path,
    banned: Collection[int],
    destination: int,
    bound: tuple[Array, npt.NDArray[np.intp]],
) -> Path | None:
    """The strongest elementary path that begins with a prefix and does not go on to the banned.

    The best continuation serves where it does not come back to the prefix; else it is looked for
    again without the accounts of the prefix.
    """
    path = _followed(strength, prefix, banned, destination, bound)
    if path is not None and len(set(path)) < len(path):
        narrower = _continuations(strength, destination, prefix)
        path = _followed(strength, prefix, banned, destination, narrower)
    return path


def _followed(
    strength: Array,
    prefix: Path,
    banned: Collection[int],
    destination: int,
    bound: tuple[Array, npt.NDArray[np.intp]],
) -> Path | None:
    best, following = bound
    products = strength[:, prefix[-1]] * best
    products[[*prefix, *banned]] = 0.0
    at = int(products.argmax())
    if products[at] <= 0:
        return None
    path = [*prefix, at]
    while path[-1] != destination:
        path.append(int(following[path[-1]]))
    return tuple(path)
