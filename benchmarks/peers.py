"""Other libraries, each in an environment of its own that is made once, under a cache folder.

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
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "1")
FRAME = """
import sys, time, json, contextlib, io, numpy as np, pandas as pd
given = dict(np.load(sys.argv[1]))
def frames():
    codes = [f"s{i}" for i in range(len(given["Z"]))]
    return (pd.DataFrame(given["Z"], codes, codes),
            pd.DataFrame(given["x"][:, None], codes, ["indout"]), codes)
BODY
import os
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
}  # fmt: skip


def cache() -> Path:
    """Where environments are kept: $XDG_CACHE_HOME, or .cache in the home folder."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "iomodel-benchmarks"


def python(peer: str) -> str:
    """The Python that has this library; pip fetches it the first time."""
    folder = cache() / PINS[peer]
    program = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = folder / "done"
    if not done.exists():
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([program, "-m", "pip", "install", "--quiet", PINS[peer]], check=True)
        done.touch()
    return str(program)


def ask(script: str, **given: object) -> tuple[np.ndarray, float, int]:
    """The answer of a script, its CPU seconds and the peak memory of its process."""
    peer, body = SCRIPTS[script]
    program = python(peer)
    with tempfile.TemporaryDirectory() as folder:
        numbers, answer = Path(folder) / "given.npz", Path(folder) / "answer.npy"
        np.savez(numbers, **given)
        asked = [program, "-W", "ignore", "-c", FRAME.replace("BODY", body), numbers, answer]
        env = {**os.environ, **ONE_THREAD, "PYTHONPATH": ""}
        said = subprocess.run(asked, check=True, stdout=subprocess.PIPE, text=True, env=env)
        took, peak = json.loads(said.stdout.splitlines()[-1])
        return np.load(answer), float(took), int(peak)
