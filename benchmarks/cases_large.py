"""Cases beyond one table in memory: networks of firms, flows on disk, chunks on a cluster."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import on_disk
from case import Jobs, apart
from firms import Firms
from sizes import Economy, Size, network

import iomodel as im
from iomodel.linalg import Resolvent
from iomodel.stored.rows import READERS


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


def firms_table(size: Size) -> Jobs:
    """From an edge list to multipliers, import content and who ends up with the income."""
    firms, made = Firms(size.n), {}

    def build() -> None:
        made["table"] = firms.table()

    def shown() -> object:
        return made["table"].L

    def gaps(a: dict) -> dict[str, float]:
        m = a["output multipliers"].to_numpy()
        return {
            "output multipliers": float(np.abs(firms.round(m) - m).max()),
            "import content": float(
                np.abs(a["value added, GDP and GNI"].iloc[:, 0] + a["import content"]["total"] - 1)
                .max()
            ),
        }  # fmt: skip

    jobs = {
        "table from edges, checked": build,
        "L: shown to be productive": shown,
        "output multipliers": lambda: im.multipliers.output(made["table"]),
        "import content": lambda: im.multipliers.imports(made["table"]),
        "value added, GDP and GNI": lambda: firms.content(made["table"]),
    }
    return Jobs(jobs, gaps, 1e-10, after=peak)


def peak() -> dict[str, float]:
    """The most memory that the process ever held, where the system counts it."""
    import resource

    return {
        "peak of the process, all that is compared included, GB": resource.getrusage(
            resource.RUSAGE_SELF
        ).ru_maxrss
        / 1e6
    }


def disk(size: Size) -> Jobs:
    """Products and multipliers of row blocks on disk, against reading the same files.

    What the system keeps of the files is dropped before each cold job (posix_fadvise); what a
    virtual machine or a controller keeps below it is not in our hands.
    """
    folder = tempfile.TemporaryDirectory()
    place = on_disk.written(size.n, Path(folder.name))
    table = im.open_blocks(place)
    flows, ones = table.arrays.flows, np.ones(size.n)
    files = sorted((place / "Z").iterdir())

    def evict() -> None:
        on_disk.evict(files)

    def raw() -> int:
        return sum(map(on_disk.read, files))

    def raw_by_several() -> int:
        with ThreadPoolExecutor(READERS) as pool:
            return sum(pool.map(on_disk.read, files))

    def one_pass() -> np.ndarray:
        return flows.product(ones, transposed=True)

    def multipliers() -> np.ndarray:
        fresh = im.open_blocks(place)
        return im.multipliers.output(fresh).to_numpy()

    evict()
    before = on_disk.fetched()
    one_pass()
    cold = (on_disk.fetched() - before) / (8 * size.n**2)

    def gaps(a: dict) -> dict[str, float]:
        m = a["multipliers, cold"]
        left = ones + on_disk.bought(files, m, size.n) / table.arrays.x - m
        return {
            "bytes read": abs(a["raw read, cold"] - 8.0 * size.n**2),
            "multipliers, cold": float(np.abs(left).max()),
            "a pass, cold": apart(a["a pass, cold"], a["a pass, warm"]),
        }

    jobs = {
        "raw read, cold": raw,
        f"raw read by {READERS}, cold": raw_by_several,
        "a pass, cold": one_pass,
        "a pass, warm": one_pass,
        "multipliers, cold": multipliers,
    }
    cold_jobs = [job for job in jobs if job.endswith("cold")]
    return Jobs(
        jobs, gaps, 1e-11, before=dict.fromkeys(cold_jobs, evict), close=folder.cleanup,
        facts={"bytes from the disk in a cold pass / 8 n^2": cold, "GB": 8e-9 * size.n**2},
        after=peak,
    )  # fmt: skip


def cluster(size: Size) -> Jobs:
    """A zarr store multiplied by two workers, and the same table in memory."""
    from distributed import Client, LocalCluster

    economy, folder = Economy(size), tempfile.TemporaryDirectory()
    place = im.write_zarr(economy.table, Path(folder.name) / "store")
    workers = LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    )
    client = Client(workers)

    def close() -> None:
        client.close()
        workers.close()
        folder.cleanup()

    def ours() -> np.ndarray:
        return im.multipliers.output(im.open_zarr(place)).to_numpy()

    def memory() -> np.ndarray:
        return im.multipliers.output(replace(economy.table)).to_numpy()

    ones, flows = np.ones(size.n), im.open_zarr(place).arrays.flows
    passes = Resolvent(economy.Z, x=economy.x).solve_with_bound(ones, transposed=True).passes
    jobs = {
        "two workers": ours,
        "in memory": memory,
        "a pass, two workers": lambda: flows.product(ones, transposed=True),
        "a pass in memory": lambda: ones @ economy.Z,
    }

    def gaps(a: dict) -> dict[str, float]:
        return {
            "two workers": apart(a["two workers"], a["in memory"]),
            "a pass, two workers": apart(a["a pass, two workers"], a["a pass in memory"]),
        }

    return Jobs(jobs, gaps, 1e-11, close=close, facts={"passes": float(passes)})
