"""Other libraries, each in an environment of its own that is made once, under a cache folder.

One that cannot be installed, ends badly or takes longer than PATIENCE is said to have failed, and
the run goes on.
MARIO is pinned because pip beside numpy >= 2.2 quietly takes mariopy 0.3.3, which lacks most of it.
Each script reads the numbers, does what it times, and leaves its answer, its CPU seconds (imports
and reading left out) and the peak memory of its process.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import venv
from pathlib import Path

import numpy as np

PINS = {
    "pymrio": "pymrio==0.7.0",
    "mario": "mariopy==1.3.2",
    "ipfn": "ipfn==1.4.4",
    "pyspa": "pyspa==2.4",
}
PATIENCE = 300.0  # seconds that a library may take for one answer, starting included
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "1")
FRAME = """
import os, sys, time, json, contextlib, io, numpy as np, pandas as pd
given = dict(np.load(sys.argv[1]))
def frames():
    codes = [f"s{i}" for i in range(len(given["Z"]))]
    return (pd.DataFrame(given["Z"], codes, codes),
            pd.DataFrame(given["x"][:, None], codes, ["indout"]), codes)
BODY
peak = 0
if os.path.exists("/proc/self/status"):
    peak = [int(l.split()[1]) for l in open("/proc/self/status") if l.startswith("VmHWM")][0] * 1024
np.save(sys.argv[2], np.asarray(answer))
print(json.dumps([took, peak]))
"""
SCRIPTS = {
    "pymrio multipliers": ("pymrio", """
import pymrio
Z, x, codes = frames()
start = time.process_time()
A = pymrio.calc_A(Z, x)
L = pymrio.calc_L(A)
answer = L.to_numpy().sum(axis=0)
took = time.process_time() - start
"""),
    "pymrio extensions": ("pymrio", """
import pymrio
Z, x, codes = frames()
F = pd.DataFrame(given["F"], columns=codes)
start = time.process_time()
L = pymrio.calc_L(pymrio.calc_A(Z, x))
answer = pymrio.calc_M(pymrio.calc_S(F, x), L)
took = time.process_time() - start
"""),
    "pymrio calc_all": ("pymrio", """
import pymrio
Z, x, codes = frames()
both = pd.MultiIndex.from_product([["r"], codes], names=["region", "sector"])
Z = Z.set_axis(both).set_axis(both, axis=1)
Y = pd.DataFrame((given["x"] - given["Z"].sum(axis=1))[:, None], both,
                 pd.MultiIndex.from_tuples([("r", "all")], names=["region", "category"]))
start = time.process_time()
L = pymrio.IOSystem(Z=Z, Y=Y).calc_all().L
answer = L.to_numpy().sum(axis=0)
took = time.process_time() - start
"""),
    "mario footprints": ("mario", """
import mario
Z, x, codes = frames()
x.columns = ["production"]
E = pd.DataFrame(given["F"], columns=codes)
start = time.process_time()
w = mario.calc_w(mario.calc_z(Z, x))
answer = mario.calc_f(mario.calc_e(E, x), w).to_numpy()
took = time.process_time() - start
"""),
    "mario linkages": ("mario", """
import logging, mario
logging.disable(logging.INFO)
Z, x, codes = frames()
names = ["Region", "Level", "Item"]
rows = pd.MultiIndex.from_product([["r"], ["Sector"], codes], names=names)
use = pd.MultiIndex.from_tuples([("r", "Consumption category", "all")], names=names)
one = lambda code: pd.Index([code], name="Item")
unit = lambda labels: pd.DataFrame({"unit": "u"}, labels)
database = mario.Database(
    name="b", table="IOT", Z=Z.set_axis(rows).set_axis(rows, axis=1),
    Y=pd.DataFrame((given["x"] - given["Z"].sum(axis=1))[:, None], rows, use),
    V=pd.DataFrame((given["x"] - given["Z"].sum(axis=0))[None], one("v"), rows),
    E=pd.DataFrame(0.0, one("e"), rows), EY=pd.DataFrame(0.0, one("e"), use),
    units={"Sector": unit(codes), "Factor of production": unit(["v"]),
           "Satellite account": unit(["e"])})
start = time.process_time()
found = database.calc_linkages(multi_mode=False, cut_diag=False)
took = time.process_time() - start
# it has sorted the labels
answer = found.reindex(rows)[["Total Backward", "Total Forward"]].to_numpy().T
"""),
    "mario multipliers": ("mario", """
import mario
Z, x, codes = frames()
x.columns = ["production"]
start = time.process_time()
w = mario.calc_w(mario.calc_z(Z, x))
answer = w.to_numpy().sum(axis=0)
took = time.process_time() - start
"""),
    "ipfn": ("ipfn", """
from ipfn import ipfn
how = dict(convergence_rate=1e-10, max_iteration=5000, verbose=0, rate_tolerance=0)
Z = given["Z"].copy()
start = time.process_time()
answer = ipfn.ipfn(Z, [given["u"], given["v"]], [[0], [1]], **how).iteration()
took = time.process_time() - start
"""),
    # 30 stages are deeper than any chain found: the threshold ends the search
    "pyspa": ("pyspa", """
from pyspa.pyspa import get_spa
sheet = pd.DataFrame({"DR_v_(u)": given["r"], "TR_v_(u)": given["m"], "Region": "r", "Unit": "u"})
start = time.process_time()
with contextlib.redirect_stdout(io.StringIO()):
    found = get_spa(0, 30, given["A"], sheet, {"v": float(given["threshold"])},
                    breakdown_remainder=False, zero_indexing=True)
took = time.process_time() - start
answer = sorted(path.get_short_id() for path in found.pathways_list)
"""),
    # the example that ships with it: 114 sectors of Australia, greenhouse gases by sector
    "pyspa example": ("pyspa", """
import template_input_files
folder = os.path.dirname(template_input_files.__file__)
took = 0.0
sheet = pd.read_csv(os.path.join(folder, "Infosheet_template.csv"))
answer = np.vstack([pd.read_csv(os.path.join(folder, "A_matrix_template.csv")).to_numpy(),
                    sheet.filter(like="DR_").to_numpy().T])
"""),
}  # fmt: skip


def cache() -> Path:
    """Where environments are kept: $XDG_CACHE_HOME, or .cache in the home folder."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "iomodel-benchmarks"


class PeerError(Exception):
    """Another library gave no answer; says why."""


def program(peer: str) -> Path:
    """The Python that has this library."""
    return cache() / PINS[peer] / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def install(peer: str) -> None:
    """Make its environment, with pip, where there is none yet."""
    done = cache() / PINS[peer] / "done"
    if not done.exists():
        venv.create(done.parent, with_pip=True, clear=True)
        pip = [program(peer), "-m", "pip", "install", "--quiet", PINS[peer]]
        _run(pip, "could not be installed", 600.0)
        done.touch()


def ask(script: str, **given: object) -> tuple[np.ndarray, float, int]:
    """The answer of a script, its CPU seconds and the peak memory of its process."""
    peer, body = SCRIPTS[script]
    if not (cache() / PINS[peer] / "done").exists():
        raise PeerError("could not be installed")
    with tempfile.TemporaryDirectory() as folder:
        numbers, answer = Path(folder) / "given.npz", Path(folder) / "answer.npy"
        np.savez(numbers, **given)
        asked = [program(peer), "-W", "ignore", "-c", FRAME.replace("BODY", body), numbers, answer]
        said = _run(asked, f"gave no answer to '{script}'", PATIENCE)
        took, peak = json.loads(said.splitlines()[-1])
        return np.load(answer), float(took), int(peak)


def _run(command: list[object], otherwise: str, patience: float) -> str:
    """What a program prints; PeerError with its last words where it fails or takes too long."""
    env = {**os.environ, **ONE_THREAD, "PYTHONPATH": ""}
    words = [str(part) for part in command]
    try:
        done = subprocess.run(words, capture_output=True, text=True, env=env, timeout=patience)
    except subprocess.TimeoutExpired as error:
        raise PeerError(f"{otherwise}: stopped after {patience:.0f} s") from error
    except OSError as error:
        raise PeerError(f"{otherwise}: {error}") from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        raise PeerError(f"{otherwise}: exit code {done.returncode}, {last}")
    return done.stdout
