"""Cases in memory: the same question to the library and to numpy, on one BLAS thread and more."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from case import Ask, Jobs, apart
from sizes import Economy, Size
from threadpoolctl import threadpool_limits

import iomodel as im
from iomodel import balance, catalog, extraction, linkages, sensitivity
from iomodel.balance.scaling import scaled
from iomodel.linalg import Resolvent
from iomodel.sensitivity.noise import Cells
from iomodel.sensitivity.solving import multipliers

TAKEN = 5  # sectors, regions or cells that a loop does, where all of them would take hours
THREADS = tuple(k for k in (1, 2, 4) if k <= max(2, os.cpu_count() or 1))


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


def threads(size: Size) -> Jobs:
    """The same on one BLAS thread and on more; the numbers must not depend on them."""
    economy = Economy(size)
    table, M = economy.table, np.eye(size.n) - economy.A
    asked: dict[str, Callable[[], object]] = {
        "np.linalg.inv": lambda: np.linalg.inv(M),
        "multipliers": lambda: im.multipliers.output(replace(table)),
        "linkages": lambda: linkages.key_sectors(replace(table))[
            ["rasmussen_backward", "rasmussen_forward"]
        ],
        "inverse": lambda: replace(table).L.to_array(),
    }

    def limited(question: Callable[[], object], count: int) -> object:
        with threadpool_limits(limits=count, user_api="blas"):
            return question()

    jobs = {
        f"{what}, {count}": partial(limited, question, count)
        for what, question in asked.items()
        for count in THREADS
    }

    def gaps(a: dict) -> dict[str, float]:
        return {
            f"{what}, {count}": apart(a[f"{what}, {count}"], a[f"{what}, 1"])
            for what in asked
            for count in THREADS[1:]
        }

    return Jobs(jobs, gaps, 1e-13)


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
