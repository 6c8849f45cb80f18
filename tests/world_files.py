"""Invented tables of two or three regions in the layouts of the world's tables."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

REGIONS = ("ARG", "MEX", "CHN")
SECTORS = ("A01_02", "C10T12")


def economy(n: int, k: int, m: int, seed: int = 0, decimals: int = 3) -> dict[str, np.ndarray]:
    """Whole thousandths that balance exactly: Z (n x n), Y (n x k), V (m x n), W (m x k), x."""
    rng = np.random.default_rng(seed)
    scale = 10**decimals
    Z = rng.integers(0, 20 * scale, (n, n))
    Y = rng.integers(10 * n * scale, 40 * n * scale, (n, k))
    x = Z.sum(1) + Y.sum(1)
    V = rng.integers(0, 3 * scale, (m, n))
    V[-1] = x - Z.sum(0) - V[:-1].sum(0)
    W = rng.integers(0, 5 * scale, (m, k))
    W[-1] = 0
    return {name: block / scale for name, block in zip("ZYVWx", (Z, Y, V, W, x), strict=True)}


def text(lines: list[list[object]], path: Path, delimiter: str = ",") -> Path:
    """The lines as text, numbers with all their digits."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter, lineterminator="\n").writerows(lines)
    return path


def icio(regions: tuple[str, ...] = REGIONS, seed: int = 0) -> list[list[object]]:
    """ICIO as the OECD lays it out: three regions, two industries, six categories each."""
    final = ("HFCE", "NPISH", "GGFC", "GFCF", "INVNT", "DPABR")
    sellers = [f"{region}_{sector}" for region in regions for sector in SECTORS]
    homes = [region for region in regions if len(region) == 3 and not region[-1].isdigit()]
    demand = [f"{region}_{code}" for region in homes for code in final]
    e = economy(len(sellers), len(demand), 2, seed)
    lines: list[list[object]] = [["V1", *sellers, *demand, "OUT"]]
    for i, label in enumerate(sellers):
        lines.append([label, *e["Z"][i], *e["Y"][i], e["x"][i]])
    for j, label in enumerate(("TLS", "VA")):
        lines.append([label, *e["V"][j], *e["W"][j], round(e["V"][j].sum() + e["W"][j].sum(), 3)])
    lines.append(["OUT", *e["x"], *(round(total, 3) for total in e["Y"].sum(0)), 0.0])
    return lines


def icio_totals(lines: list[list[object]]) -> None:
    """Output (row and column OUT) and value added of six industries made those of the cells."""
    numbers = np.array([line[1:] for line in lines[1:]], dtype=float)
    x = numbers[:6, :24].sum(axis=1).round(3)
    added = (x - numbers[:7, :6].sum(axis=0)).round(3)
    for i in range(6):
        lines[1 + i][-1] = lines[9][1 + i] = x[i]
        lines[8][1 + i] = added[i]


def icio_split(seed: int = 0) -> list[list[object]]:
    """The whole edition: MEX and CHN without figures, their industries in MX1, MX2, CN1, CN2."""
    lines = icio(("ARG", "MEX", "CHN", "MX1", "MX2", "CN1", "CN2"), seed)
    head = [str(label) for label in lines[0]]
    gone = [f"{region}_{sector}" for region in ("MEX", "CHN") for sector in SECTORS]
    e = economy(10, 18, 2, seed)
    kept = [label for label in head[1:15] if label not in gone]
    demand = head[15:-1]
    numbers = {
        **{(a, b): e["Z"][i, j] for i, a in enumerate(kept) for j, b in enumerate(kept)},
        **{(a, b): e["Y"][i, j] for i, a in enumerate(kept) for j, b in enumerate(demand)},
        **{(a, "OUT"): e["x"][i] for i, a in enumerate(kept)},
        **{("OUT", a): e["x"][i] for i, a in enumerate(kept)},
    }
    for j, label in enumerate(("TLS", "VA")):
        numbers |= {(label, a): e["V"][j, i] for i, a in enumerate(kept)}
        numbers |= {(label, a): e["W"][j, i] for i, a in enumerate(demand)}
    for line in lines[1:]:
        line[1:] = [numbers.get((str(line[0]), label), 0.0) for label in head[1:]]
    return lines


def figaro(seed: int = 0) -> list[list[object]]:
    """FIGARO's matrix: two regions and the rest of the world, two industries."""
    regions, sectors = ("AT", "BE", "FIGW1"), ("A01", "C31_32")
    final = ("P3_S13", "P3_S14", "P3_S15", "P51G", "P5M")
    inputs = ("D21X31", "OP_RES", "OP_NRES", "D1", "D29X39", "B2A3G")
    sellers = [f"{region}_{sector}" for region in regions for sector in sectors]
    demand = [f"{region}_{code}" for region in regions for code in final]
    e = economy(6, 15, 6, seed)
    e["V"][-1] += e["V"][1] + e["V"][2]
    e["V"][1:3] = 0.0
    e["W"][2] = -e["W"][1][::-1]
    e["W"][3:] = 0.0
    lines: list[list[object]] = [["rowLabels", *sellers, *demand]]
    lines += [[label, *e["Z"][i], *e["Y"][i]] for i, label in enumerate(sellers)]
    lines += [
        [f"W2_{label}", *(round(v, 3) for v in e["V"][i]), *e["W"][i]]
        for i, label in enumerate(inputs)
    ]
    return lines


def figaro_flat(lines: list[list[object]]) -> list[list[object]]:
    """The same as Eurostat's list of cells."""
    head = lines[0][1:]
    flat: list[list[object]] = [
        ["icioiRow", "icioiCol", "refArea", "rowIi", "counterpartArea", "colIi", "obsValue"]
    ]
    for line in lines[1:]:
        row, row_code = str(line[0]).split("_", 1)
        for label, value in zip(head, line[1:], strict=True):
            column, column_code = str(label).split("_", 1)
            flat.append([line[0], label, row, row_code, column, column_code, value])
    return flat


FACTORS = (
    "Taxes less subsidies on products purchased: Total",
    "Other net taxes on production",
    "Compensation of employees; wages, salaries, & employers' social contributions: Low-skilled",
    "Compensation of employees; wages, salaries, & employers' social contributions: Medium-skilled",
    "Compensation of employees; wages, salaries, & employers' social contributions: High-skilled",
    "Operating surplus: Consumption of fixed capital",
    "Operating surplus: Rents on land",
    "Operating surplus: Royalties on resources",
    "Operating surplus: Remaining net operating surplus",
)


def exiobase(root: Path, *, factors: str = "satellite", unit: str = "M.EUR") -> Path:
    """EXIOBASE 3 as pandas writes it: two regions, three industries, two further stressors."""
    regions, sectors = ("AT", "WA"), ("Cultivation of wheat", "Mining, n.e.c.", "Hotels (55)")
    final = (
        "Final consumption expenditure by households",
        "Final consumption expenditure by non-profit organisations serving households (NPISH)",
        "Final consumption expenditure by government",
        "Gross fixed capital formation",
        "Changes in inventories",
        "Changes in valuables",
        "Exports: Total (fob)",
    )
    e = economy(6, 14, 9)
    index = pd.MultiIndex.from_product([regions, sectors], names=["region", "sector"])
    demand = pd.MultiIndex.from_product([regions, final], names=["region", "category"])
    stressors = [*FACTORS] + (["Employment: Low-skilled male", "CO2 - combustion - air"]
                              if factors == "satellite" else [])  # fmt: skip
    S = np.arange(12.0).reshape(2, 6)
    F = np.vstack([e["V"], S]) if factors == "satellite" else e["V"]
    names = pd.Index(stressors, name="stressor")
    units = ["M.EUR"] * 9 + ["1000 p", "kg"]
    (root / factors).mkdir(parents=True)
    frames = {
        "Z": pd.DataFrame(e["Z"], index, index),
        "Y": pd.DataFrame(e["Y"], index, demand),
        "x": pd.DataFrame({"indout": e["x"]}, index),
        "unit": pd.DataFrame({"unit": [unit] * 6}, index),
        f"{factors}/F": pd.DataFrame(F, names, index),
        f"{factors}/F_Y": pd.DataFrame(np.zeros((len(names), 14)), names, demand),
        f"{factors}/unit": pd.DataFrame({"unit": units[: len(names)]}, names),
    }
    if factors == "factor_inputs":
        (root / "employment").mkdir()
        jobs = pd.Index(["Employment: Low-skilled male", "CO2 - combustion - air"], name="stressor")
        frames["employment/F"] = pd.DataFrame(S, jobs, index)
        frames["employment/unit"] = pd.DataFrame({"unit": units[9:]}, jobs)
    for name, frame in frames.items():
        frame.to_csv(root / f"{name}.txt", sep="\t", lineterminator="\n")
    return root


def zipped(root: Path, path: Path) -> Path:
    """The folder as an archive that holds it."""
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(root.rglob("*.txt")):
            archive.write(file, f"{root.name}/{file.relative_to(root).as_posix()}")
    return path


def stacked(e: dict[str, np.ndarray], *, wiod: bool) -> list[list[object]]:
    """Two regions with two sectors under three rows of labels (ADB's), or four (WIOD's)."""
    codes, names = (("A01", "C10-C12") if wiod else ("c1", "c2")), ("Farms, hunting", "Food")
    final = {
        "F1": "Final consumption expenditure by households",
        "F2": "Final consumption expenditure by non-profit organisations",
        "F3": "Final consumption expenditure by government",
        "F4": "Gross fixed capital formation",
        "F5": "Changes in inventories and valuables",
    }
    wanted = ("CONS_h", "CONS_np", "CONS_g", "GFCF", "INVEN")
    homes = ("MEX", "ROW")
    sellers = [(region, at) for region in homes for at in range(2)]
    buyers = [(region, at) for region in homes for at in range(5)]
    tags = [f"c{i + 1}" for _, i in sellers] + [
        f"c{57 + i}" if wiod else f"F{i + 1}" for _, i in buyers
    ]
    label = [names[i] for _, i in sellers] + [list(final.values())[i] for _, i in buyers]
    head: list[list[object]] = [
        ["Multiregional Input-Output Table 2014"],
        ["2 economies, at current prices (industry by industry)"],
        [*([codes[i] for _, i in sellers] + [wanted[i] for _, i in buyers]), "GO"],
        [*label, "Total output"],
        [*(region for region, _ in sellers + buyers), "TOT" if wiod else "ToT"],
        [*tags, "c62" if wiod else None],
    ]
    lines = [row if len(row) == 1 else [None] * 4 + row for row in head]
    lines[2 if wiod else 3][0] = "(millions of US$)"
    if not wiod:
        del lines[2]
        lines.insert(2, ["In millions of US$"])
        lines[3][0] = None
    for i, (region, at) in enumerate(sellers):
        code, tag = (codes[at], f"r{i + 1}") if wiod else (None, codes[at])
        lines.append([code, names[at], region, tag, *e["Z"][i], *e["Y"][i], e["x"][i]])
    inputs = (
        ("TXSP", "taxes less subsidies on products", "r99"),
        ("EXP_adj", "Cif/ fob adjustments on exports", "r61"),
        ("PURR", "Direct purchases abroad by residents", "r62"),
        ("PURNR", "Purchases on the domestic territory by non-residents", "r63"),
        ("VA", "Value added at basic prices", "r64"),
        ("IntTTM", "International Transport Margins", "trs"),
    )
    order = [0, 1, 2, 3, 5, 4]  # value added is the last row of the economy, margins of the sheet
    total = [*e["Z"].sum(0), *e["Y"].sum(0), None]

    def row(code: str, name: str, tag: str, figures: list[object]) -> list[object]:
        return [code if wiod else None, name, "TOT", "r70" if wiod else tag, *figures]

    lines.append(row("II_fob", "Total intermediate consumption", "r60", total))
    for (code, name, tag), i in zip(inputs, order, strict=True):
        lines.append(row(code, name, tag, [*e["V"][i], *e["W"][i], None]))
    lines.append(row("GO", "Output at basic prices", "r69", [*e["x"], *e["Y"].sum(0), None]))
    return lines


def book(lines: list[list[object]], path: Path, sheet: str = "2014") -> Path:
    """The lines as a workbook, with a second sheet of legends."""
    import openpyxl

    workbook = openpyxl.Workbook()
    first = workbook.active
    assert first is not None
    first.title = sheet
    for line in lines:
        first.append([v.item() if isinstance(v, np.generic) else v for v in line])
    workbook.create_sheet("Legend").append(["Code", "Country"])
    workbook.save(path)
    return path
