"""Cases asked of other libraries, each answering in a process and an environment of its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import peers
from case import Ask, Jobs, against
from sizes import Economy, Size

import iomodel as im
from iomodel import linkages
from iomodel.linalg import Resolvent


def same(ours: object) -> object:
    """What another library is asked is all of what we are."""
    return ours


PEERS = {"pymrio": same, "MARIO": same}


def peers_multipliers(size: Size) -> Jobs:
    economy = Economy(size)
    given = {"Z": economy.Z, "x": economy.x}
    codes = [f"s{i}" for i in range(size.n)]
    Z = pd.DataFrame(economy.Z, codes, codes)
    demand = pd.Series(economy.x - economy.Z.sum(axis=1), codes)
    earned = pd.Series(economy.x - economy.Z.sum(axis=0), codes)
    jobs = {
        "ours, from frames": lambda: im.multipliers.output(
            im.IOTable.from_frames(Z, demand, earned)
        ),
        "pymrio": Ask("pymrio multipliers", given),
        "MARIO": Ask("mario multipliers", given),
    }

    return Jobs(jobs, lambda a: against(a, "ours, from frames", PEERS), 1e-9)


def extensions(size: Size) -> Jobs:
    economy = Economy(size)
    F = np.random.default_rng(3).lognormal(0, 2, (20, size.n)) * economy.x
    F *= np.random.default_rng(4).random(F.shape) < 0.8

    def ours() -> np.ndarray:
        return Resolvent(economy.Z, x=economy.x).solve((F / economy.x).T, transposed=True).T

    given = {"Z": economy.Z, "x": economy.x, "F": F}
    jobs = {
        "20 rows": ours,
        "pymrio": Ask("pymrio extensions", given),
        "MARIO": Ask("mario footprints", given),
    }
    return Jobs(jobs, lambda a: against(a, "20 rows", PEERS), 1e-9)


def peers_linkages(size: Size) -> Jobs:
    """Multipliers, and backward with Ghosh's forward linkages, from a table with nothing cached."""
    economy = Economy(size)
    table = economy.table
    indices = linkages.indices()
    given = {"Z": economy.Z, "x": economy.x}

    def both() -> np.ndarray:
        fresh = replace(table)
        names = ("rasmussen_backward", "ghosh_forward")
        return np.stack([indices[name].compute(fresh) for name in names])

    jobs = {
        "multipliers": lambda: im.multipliers.output(replace(table)).to_numpy(),
        "both linkages": both,
        "Rasmussen's linkages": lambda: linkages.key_sectors(replace(table)),
        "pymrio calc_all": Ask("pymrio calc_all", given),
        "MARIO linkages": Ask("mario linkages", given),
    }

    def gaps(a: dict) -> dict[str, float]:
        return {
            **against(a, "multipliers", {"pymrio calc_all": same}),
            **against(a, "both linkages", {"MARIO linkages": same}),
        }

    return Jobs(jobs, gaps, 1e-9)


def paths(size: Size) -> Jobs:
    """Value added along the chains behind the demand for one sector."""
    economy = Economy(size)
    table = economy.table
    r = table.per_unit(table.primary("value_added"))
    return _chains(table, economy.A, r, None, 2e-5)


def example(size: Size) -> Jobs:
    """The example that pyspa ships with: emissions of all Australian sectors along the chains.

    Its files are read from the package where that is installed, and stay there.
    """
    read, _, _ = peers.ask("pyspa example")
    A, r = read[:-1], read[-1]
    codes = [str(i) for i in range(len(A))]
    x = np.linalg.solve(np.eye(len(A)) - A, np.ones(len(A)))
    table = im.IOTable.from_coefficients(pd.DataFrame(A, codes, codes), pd.Series(x, codes))
    return _chains(table, A, r, pd.Series(r, codes), 1e-5)


def _chains(
    table: im.IOTable, A: np.ndarray, r: np.ndarray, row: pd.Series | None, threshold: float
) -> Jobs:
    """All chains behind the first sector whose subtree is above the threshold: the same ones."""
    first = table.accounts.codes[0]
    given = {"A": A, "r": r, "m": table.L.T.solve(r), "threshold": threshold}

    def gaps(a: dict) -> dict[str, float]:
        if "pyspa" not in a:
            return {}
        names: list[str] = []
        for parent, sector in zip(a["chains"].parent, a["chains"].sector, strict=True):
            names.append(f"{names[parent]}_{sector}" if parent >= 0 else str(sector))
        # pyspa leaves out chains to a sector that itself uses nothing of what is traced
        ours = {name for name, value in zip(names, a["chains"].value, strict=True) if value}
        return {"chains that differ": float(len(ours ^ set(a["pyspa"].tolist())))}

    def ours() -> object:
        return im.paths.above(table, threshold, demand={first: 1.0}, row=row)

    facts = {"chains": float(len(ours().parent))}
    return Jobs({"chains": ours, "pyspa": Ask("pyspa", given)}, gaps, 0.0, facts=facts)
