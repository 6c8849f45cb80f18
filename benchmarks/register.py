"""The register of cases: what is asked, at which sizes, and the floors it has to hold.

Adding a case is one entry of CASES: a function of a size that says what is timed and when the
answers agree.
"""

from __future__ import annotations

import cases
import cases_large as large
import cases_peers as other
from case import Case, Floor, Peak

DRAWN = "leontief"  # the case whose growth with n is drawn
CASES = (
    Case(
        "leontief", "Multipliers, linkages, the inverse, extraction of every sector",
        cases.leontief,
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
        Peak("6", "inverse", most=1.8, least_n=1000),
    ),
    Case("peers", "Output multipliers from frames, against pymrio and MARIO",
         other.peers_multipliers, ("inegi-263", "wiod"), ("inegi-263",),
         (Floor("-", "pymrio", "ours, from frames"), Floor("-", "MARIO", "ours, from frames"))),
    Case("peers-linkages", "Multipliers and linkages, against pymrio and MARIO",
         other.peers_linkages, ("inegi-263", "5000"), ("inegi-263",),
         (Floor("-", "pymrio calc_all", "multipliers", {"5000": 30}),
          Floor("-", "pymrio calc_all", "Rasmussen's linkages"),
          Floor("-", "MARIO linkages", "both linkages", {"5000": 50})), runs=2),
    Case("extensions", "Multipliers of 20 extension rows from Z", other.extensions, ("5000",),
         ("500",),
         (Floor("15", "pymrio", "20 rows", {"5000": 6}), Floor("15", "MARIO", "20 rows"))),
    Case("regions", "Extraction of every region", cases.regions, ("wiod", "5000"), ("wiod",),
         (Floor("10", "loop of solves", "all regions", {"5000": 40}),)),
    Case("influence", "The influence of every cell", cases.influence, ("500",), ("inegi-85",),
         (Floor("11", "inverse for each", "all cells", {"500": 1e5}),)),
    Case("draws", "A Monte Carlo draw of all coefficients", cases.draws, ("1000",), ("500",),
         (Floor("12", "np.linalg.inv", "draw", {"1000": 5}),)),
    Case("ras", "RAS to new margins", cases.ras, ("1000", "5000"), ("500",),
         (Floor("13", "matrix scaled", "ras", {"5000": 4}),
          Floor("13", "ipfn", "ras", {"1000": 80}))),
    Case("ras, hard", "RAS of regions that hardly trade", cases.hard_ras, ("1000",), ("500",)),
    Case("paths", "Every supply chain above a threshold", other.paths, ("1000",), ("inegi-263",),
         (Floor("17", "pyspa", "chains", {"1000": 300}),), runs=3),
    Case("paths-example", "The chains of the example that pyspa ships with", other.example,
         ("australia",), ("australia",),
         (Floor("17", "pyspa", "chains", {"australia": 500}),), runs=3),
    Case("firms", "Multipliers of a network of firms", large.firms,
         ("firms-1e5", "firms-1e6"), ("firms-1e5",),
         (Floor("16", "multipliers", "product", most={"firms-1e6": 45}),)),
    Case("mexico", "mexico-2018 read, all multipliers, both linkages", cases.mexico,
         ("inegi-85",), ("inegi-85",),
         (Floor("load", "load and ask", "numpy", most={"inegi-85": 2}, plus=0.03),)),
    Case("threads", "The same on one BLAS thread and on more", cases.threads, ("5000",), ("500",),
         tuple(Floor("-", f"{what}, 1", f"{what}, {count}")
               for what in ("np.linalg.inv", "multipliers", "linkages", "inverse")
               for count in cases.THREADS[1:]), runs=2, wall=True),
    Case("firms-table", "From an edge list (20 suppliers each) to who ends up with the income",
         large.firms_table, ("firms-1e6",), ("firms-1e5",), runs=1, wall=True),
    Case("on-disk", "A dense table in row blocks on disk, against reading the same files",
         large.disk, ("on-disk-2e4",), ("on-disk-4e3",),
         (Floor("19", "a pass, cold", "raw read, cold", most={"on-disk-2e4": 1.3}),),
         runs=3, named=("on-disk",), wall=True),
    Case("dask", "Multipliers of a zarr store by two workers, against the same in memory",
         large.cluster, ("5000",), ("1000",),
         (Floor("-", "two workers", "in memory"),), runs=3, wall=True),
)  # fmt: skip
