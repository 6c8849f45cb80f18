"""The register of cases: the same question to the library, to numpy and to other libraries.

Adding a case is one entry of CASES: a function of a size that says what is timed and when the
answers agree, and the floors it has to hold.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from case import Ask, Case, Floor, Jobs, apart
from sizes import Economy, Size, network

import iomodel as im
from iomodel import balance, catalog, extraction, linkages, sensitivity
from iomodel.balance.scaling import scaled
from iomodel.linalg import Resolvent
from iomodel.sensitivity.noise import Cells
from iomodel.sensitivity.solving import multipliers

TAKEN = 5  # sectors, regions or cells that a loop does, where all of them would take hours


def leontief(size: Size) -> Jobs:
    """Multipliers, linkages, the inverse and extraction, from a table with nothing cached."""
    economy = Economy(size)
    table, n = economy.table, size.n
    Z, x, ones, eye = economy.Z, economy.x, np.ones(n), np.eye(n)
    A, of = economy.A, table.accounts.numbered
    large = n > 6_000
    jobs: dict[str, object] = {
        "passes over A": lambda: (ones @ Z, Z @ ones),
        "np.linalg.inv": lambda: np.linalg.inv(eye - A),
        "kernel": lambda: Resolvent(Z, x=x, regions=of).solve(ones, transposed=True),
        "multipliers": lambda: im.multipliers.output(replace(table)),
        "linkages": lambda: linkages.key_sectors(replace(table)),
    }
    if not large:
        jobs |= {
            "product": lambda: A @ A,
            "inverse": lambda: replace(table).L.to_array(),
            "dispersion": lambda: linkages.dispersion(replace(table)),
            "extraction": lambda: extraction.totals(replace(table)),
        }
    at = np.linspace(0, n - 1, min(TAKEN, n)).astype(int)
    f = table.f.to_numpy()

    def anew() -> np.ndarray:
        left = []
        for k in at:
            without, demand = A.copy(), f.copy()
            without[k], without[:, k], demand[k] = 0.0, 0.0, 0.0
            left.append((np.linalg.inv(eye - without) @ demand).sum())
        return x.sum() - np.array(left)

    if n <= 2_000:
        jobs["loop of inverses"] = anew

    def gaps(found: dict) -> dict[str, float]:
        L = found["np.linalg.inv"]
        m, r = L.sum(axis=0), L.sum(axis=1)
        key = found["linkages"]
        seen = {
            "kernel": apart(found["kernel"], m),
            "multipliers": apart(found["multipliers"], m),
            "linkages": max(apart(key["rasmussen_backward"], m / m.mean()),
                            apart(key["rasmussen_forward"], r / r.mean())),
        }  # fmt: skip
        if not large:
            seen["inverse"] = apart(found["inverse"], L)
            seen["dispersion"] = apart(
                found["dispersion"]["backward_cv"], L.std(axis=0, ddof=1) / L.mean(axis=0)
            )
            seen["extraction"] = apart(found["extraction"]["complete"], m * x / np.diagonal(L))
        if "loop of inverses" in found:
            seen["loop of inverses"] = apart(
                found["extraction"]["complete"].to_numpy()[at], found["loop of inverses"]
            )
        return seen

    memory = () if large else ("multipliers", "linkages", "inverse", "extraction")
    solved = Resolvent(Z, x=x, regions=of).solve_with_bound(ones, transposed=True)
    times = {"loop of inverses": n / len(at), "passes over A": max(1, solved.passes) / 2}
    facts = {"passes": float(solved.passes), "error bound of multipliers": solved.bound}
    return Jobs(jobs, gaps, 1e-9, times, memory, facts)  # type: ignore[arg-type]


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

    def gaps(a: dict) -> dict[str, float]:
        return {peer: apart(a["ours, from frames"], a[peer]) for peer in ("pymrio", "MARIO")}

    return Jobs(jobs, gaps, 1e-9)


def extensions(size: Size) -> Jobs:
    economy = Economy(size)
    F = np.random.default_rng(3).lognormal(0, 2, (20, size.n)) * economy.x
    F *= np.random.default_rng(4).random(F.shape) < 0.8

    def ours() -> np.ndarray:
        return Resolvent(economy.Z, x=economy.x).solve((F / economy.x).T, transposed=True).T

    given = {"Z": economy.Z, "x": economy.x, "F": F}
    jobs = {"20 rows": ours, "pymrio": Ask("pymrio extensions", given)}
    return Jobs(jobs, lambda a: {"pymrio": apart(a["20 rows"], a["pymrio"])}, 1e-9)


def regions(size: Size) -> Jobs:
    economy = Economy(size)
    table, A, x, n = economy.table, economy.A, economy.x, size.n
    f, few = table.f.to_numpy(), (0,) if n > 3_000 else (0, 1)

    def loop() -> np.ndarray:
        lost = []
        for at in few:
            gone = economy.region == at
            M, demand = np.eye(n) - A * np.outer(~gone, ~gone), np.where(gone, 0.0, f)
            lost.append(x - np.linalg.solve(M, demand))
        return np.column_stack(lost)

    jobs = {"all regions": lambda: extraction.regions(replace(table)), "loop of solves": loop}

    def gaps(a: dict) -> dict[str, float]:
        return {
            "loop of solves": apart(a["all regions"].to_numpy()[:, list(few)], a["loop of solves"])
        }

    return Jobs(jobs, gaps, 1e-8, {"loop of solves": size.regions / len(few)}, ("all regions",))


def influence(size: Size) -> Jobs:
    economy = Economy(size)
    table, A, n, h = economy.table, economy.A, size.n, 1e-6
    eye, at = np.eye(n), np.random.default_rng(1).integers(0, n, (20, 2))
    L = np.linalg.inv(eye - A)

    def again() -> np.ndarray:
        norms = []
        for i, j in at:
            changed = A.copy()
            changed[i, j] += h
            norms.append(np.linalg.norm((np.linalg.inv(eye - changed) - L) / h))
        return np.array(norms)

    jobs = {
        "all cells": lambda: sensitivity.field_of_influence(replace(table)).to_numpy(),
        "inverse for each": again,
    }

    def gaps(a: dict) -> dict[str, float]:
        return {"inverse for each": apart(a["all cells"][tuple(at.T)], a["inverse for each"])}

    return Jobs(jobs, gaps, 1e-4, {"inverse for each": n * n / len(at)})


def draws(size: Size) -> Jobs:
    economy = Economy(size)
    table, n = economy.table, size.n
    A, eye, sd = economy.A, np.eye(n), 0.1
    point = im.multipliers.output(table).to_numpy()
    cells = Cells.of_table(table)
    sampler = sensitivity.IndependentCells(sd).sampler(table, cells)
    turned, some, values = np.zeros((n, n)), A.T != 0, A.T[A.T != 0]
    sigma = np.sqrt(np.log1p(sd**2))
    start = np.random.Generator(np.random.SFC64(0))

    def ours() -> np.ndarray:  # the same numbers in every run, and in both
        turned.ravel()[cells.at] = sampler(copy.deepcopy(start))
        found = multipliers(turned, point, 1e-10)
        assert found is not None
        return found

    def textbook() -> np.ndarray:
        drawn, rng = np.zeros((n, n)), copy.deepcopy(start)
        drawn[some] = values * rng.lognormal(-(sigma**2) / 2, sigma, len(values))
        return np.linalg.inv(eye - drawn.T).sum(axis=0)

    jobs = {"draw": ours, "np.linalg.inv": textbook}
    return Jobs(jobs, lambda a: {"draw": apart(a["draw"], a["np.linalg.inv"])}, 1e-8)


def plain_ras(Z: np.ndarray, u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, int]:
    """The matrix itself scaled by rows and by columns until the rows stand."""
    Z, passes = Z.copy(), 0
    while (np.abs(Z.sum(axis=1) - u) / u).max() > 1e-10:
        Z *= (u / Z.sum(axis=1))[:, None]
        Z *= v / Z.sum(axis=0)
        passes += 1
    return Z, passes


def ras(size: Size) -> Jobs:
    n, rng = size.n, np.random.default_rng(size.n)
    Z = rng.lognormal(0, 1, (n, n)) * (rng.random((n, n)) < 0.5)
    W = Z * np.exp(1.2 * rng.normal(size=(n, 1)) * rng.normal(size=n))
    u, v = W.sum(axis=1), W.sum(axis=0)
    frame = pd.DataFrame(Z).rename(str).rename(columns=str)
    jobs: dict[str, object] = {
        "ras": lambda: balance.ras(frame, u, v).frame.to_numpy(),
        "ras, kernel": lambda: scaled(Z, u, v, 1e-10, 1_000),
        "matrix scaled": lambda: plain_ras(Z, u, v)[0],
    }
    if n <= 1_000:
        jobs["ipfn"] = Ask("ipfn", {"Z": Z, "u": u, "v": v})

    def gaps(a: dict) -> dict[str, float]:
        return {job: float(np.abs(a["ras"] - a[job]).max() / a["ras"].max())
                for job in ("matrix scaled", "ipfn") if job in a}  # fmt: skip

    return Jobs(jobs, gaps, 1e-7)  # type: ignore[arg-type]


def hard_ras(size: Size) -> Jobs:
    """Twenty regions that hardly trade, and margins by which that little trade changes."""
    n, rng, link, count = size.n, np.random.default_rng(size.n), 1e-3, 20
    region = np.arange(n) // (n // count)
    same = region[:, None] == region
    Z = rng.lognormal(0, 1, (n, n)) * (rng.random((n, n)) < 0.5) * np.where(same, 1, link)
    trade = rng.lognormal(0, 1, (count, count))[region][:, region]
    W = Z * rng.lognormal(0, 0.5, Z.shape) * np.where(same, 1, trade)
    u, v, frame = W.sum(axis=1), W.sum(axis=0), pd.DataFrame(Z).rename(str).rename(columns=str)
    jobs = {
        "ras": lambda: balance.ras(frame, u, v).frame.to_numpy(),
        "matrix scaled": lambda: plain_ras(Z, u, v)[0],
    }
    facts = {"passes, ras": float(balance.ras(frame, u, v).iterations),
             "passes, matrix scaled": float(plain_ras(Z, u, v)[1])}  # fmt: skip
    gap = lambda a: {"ras": float(np.abs(a["ras"] - a["matrix scaled"]).max() / a["ras"].max())}  # noqa: E731
    return Jobs(jobs, gap, 1e-6, facts=facts)


def paths(size: Size) -> Jobs:
    economy = Economy(size)
    table, threshold, first = economy.table, 2e-5, economy.table.accounts.codes[0]
    r = table.per_unit(table.primary("value_added"))
    given = {"A": economy.A, "r": r, "m": table.L.T.solve(r), "threshold": threshold}

    def ours() -> object:
        return im.paths.above(table, threshold, demand={first: 1.0})

    def gaps(a: dict) -> dict[str, float]:
        names: list[str] = []
        for parent, sector in zip(a["chains"].parent, a["chains"].sector, strict=True):
            names.append(f"{names[parent]}_{sector}" if parent >= 0 else str(sector))
        return {"chains that differ": float(len(set(names) ^ set(a["pyspa"].tolist())))}

    return Jobs({"chains": ours, "pyspa": Ask("pyspa", given)}, gaps, 0.0)


def firms(size: Size) -> Jobs:
    A, ones = network(size), np.ones(size.n)
    turned = A.T.tocsr()
    jobs = {
        "product": lambda: turned @ ones,
        "multipliers": lambda: Resolvent(A).solve(ones, transposed=True),
    }

    def gaps(a: dict) -> dict[str, float]:  # for A >= 0 the residual beside ones bounds the error
        m = a["multipliers"]
        return {"multipliers": float(np.abs(ones + turned @ m - m).max())}

    facts = {"matrix, MB": (A.data.nbytes + A.indices.nbytes + A.indptr.nbytes) / 1e6}
    return Jobs(jobs, gaps, 1e-12, memory=("multipliers",), facts=facts)


def mexico(size: Size) -> Jobs:
    """A bundled table read, all its multipliers and both linkages; numpy on the same files."""
    folder = Path(__file__).parents[1] / "tables" / "mexico-2018"
    fresh = catalog.load.__wrapped__
    asked = [getattr(im.multipliers, name) for name in (
        "output", "value_added", "compensation", "surplus", "imports", "product_taxes",
        "production_taxes", "taxes", "jobs")]  # fmt: skip

    def ours() -> object:
        table = fresh("mexico-2018")
        found = [question(table) for question in asked]
        linkages.key_sectors(table)
        return np.column_stack([found[0], *(frame["total"] for frame in found[1:])])

    def raw() -> object:
        blocks = {}
        for name in ("Z", "Y", "V", "satellites", "W"):
            rows = (folder / f"{name}.csv").read_text(encoding="utf-8-sig").splitlines()
            width = len(rows[0].split(","))
            blocks[name] = np.loadtxt(rows[1:], delimiter=",", usecols=range(1, width), ndmin=2)
        Z = blocks["Z"]
        x = Z.sum(axis=1) + blocks["Y"].sum(axis=1)
        x[x == 0] = 1.0
        L = np.linalg.inv(np.eye(len(Z)) - Z / x)
        rows = np.vstack([np.ones(len(Z)), blocks["V"] / x, blocks["satellites"] / x])
        return rows @ L, L.sum(axis=1)

    def gaps(a: dict) -> dict[str, float]:
        return {"output multipliers": apart(a["load and ask"][:, 0], a["numpy"][0][0])}

    return Jobs({"load and ask": ours, "numpy": raw}, gaps, 1e-9)


CASES = (
    Case(
        "leontief", "Multipliers, linkages, the inverse, extraction of every sector", leontief,
        ("textbook", "inegi-85", "inegi-263", "500", "1000", "2000", "wiod", "icio", "5000",
         "exiobase"),
        ("textbook", "inegi-263", "1000"),
        (
            Floor("1", "np.linalg.inv", "multipliers", {"2000": 12, "5000": 25, "exiobase": 45}),
            Floor("2", "multipliers", "passes over A", most={"5000": 1.35, "exiobase": 1.35}),
            Floor("3", "np.linalg.inv", "linkages", {"5000": 18}),
            Floor("4", "np.linalg.inv", "inverse", {"1000": 1.4, "2000": 1.5, "5000": 1.4}),
            Floor("5", "inverse", "product", most={"2000": 1.35, "5000": 1.35}),
            Floor("7", "dispersion", "product", most={"2000": 1.45, "5000": 1.45}),
            Floor("8", "loop of inverses", "extraction", {"500": 600, "1000": 1400, "2000": 2500}),
            Floor("9", "extraction", "np.linalg.inv",
                  most={"1000": 0.75, "2000": 0.75, "5000": 0.75}),
            Floor("18", "multipliers", "kernel", most={"5000": 1.02}),
        ),
    ),
    Case("peers", "Output multipliers from frames, against pymrio and MARIO", peers_multipliers,
         ("inegi-263", "wiod"), ("inegi-263",),
         (Floor("-", "pymrio", "ours, from frames"), Floor("-", "MARIO", "ours, from frames"))),
    Case("extensions", "Multipliers of 20 extension rows from Z", extensions, ("5000",), ("1000",),
         (Floor("15", "pymrio", "20 rows", {"5000": 6}),)),
    Case("regions", "Extraction of every region", regions, ("wiod", "5000"), ("wiod",),
         (Floor("10", "loop of solves", "all regions", {"5000": 40}),)),
    Case("influence", "The influence of every cell", influence, ("500",), ("inegi-85",),
         (Floor("11", "inverse for each", "all cells", {"500": 1e5}),)),
    Case("draws", "A Monte Carlo draw of all coefficients", draws, ("1000",), ("500",),
         (Floor("12", "np.linalg.inv", "draw", {"1000": 5}),)),
    Case("ras", "RAS to new margins", ras, ("1000", "5000"), ("500",),
         (Floor("13", "matrix scaled", "ras", {"5000": 4}),
          Floor("13", "ipfn", "ras", {"1000": 80}))),
    Case("ras, hard", "RAS of regions that hardly trade", hard_ras, ("1000",), ("500",)),
    Case("paths", "Every supply chain above a threshold", paths, ("1000",), ("500",),
         (Floor("17", "pyspa", "chains", {"1000": 300}),), runs=3),
    Case("firms", "Multipliers of a network of firms", firms, ("firms-1e5", "firms-1e6"),
         ("firms-1e5",), (Floor("16", "multipliers", "product", most={"firms-1e6": 45}),)),
    Case("mexico", "mexico-2018 read, all multipliers, both linkages", mexico, ("inegi-85",),
         ("inegi-85",), (Floor("load", "load and ask", "numpy", most={"inegi-85": 2}, plus=0.03),)),
)  # fmt: skip
