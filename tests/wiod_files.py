"""Small files in the layout of WIOD's national tables (2016), drawn from a seed, all invented.

`niot` gives the rows of cells of some years, `write` the file as WIOD writes it: semicolons, a byte
order mark, a space in thousands.  L68 has no output, as in Mexico's table.
"""

from pathlib import Path

import numpy as np

INDUSTRIES = ("A01", "C29", "L68", "O84")
DEMAND = ("CONS_h", "CONS_np", "CONS_g", "GFCF", "INVEN", "EXP")
HEADER = ["Year", "Code", "Description", "Origin", *INDUSTRIES, *DEMAND, "GO"]
TOTALS = ("II_fob", "TXSP", "EXP_adj", "PURR", "PURNR", "VA", "IntTTM", "GO")
EMPTY = INDUSTRIES.index("L68")


def economy(year: int) -> dict[str, np.ndarray]:
    """Balanced whole figures of one year: blocks and total rows over industries and demand."""
    rng = np.random.default_rng(year)
    n, k = len(INDUSTRIES), len(DEMAND)
    home = rng.integers(100, 2000, (n, n + k))
    abroad = rng.integers(0, 500, (n, n + k))
    home[EMPTY] = home[:, EMPTY] = abroad[:, EMPTY] = 0
    abroad[:, -1] = 0
    home[1, n + 4] = -7  # inventories fall
    home[:EMPTY, n + k - 1] += 9000
    x = home.sum(axis=1)
    below = {name: np.zeros(n + k, dtype=int) for name in TOTALS}
    below["II_fob"][:-1] = (home + abroad).sum(axis=0)[:-1]
    below["TXSP"][:n] = rng.integers(-3, 30, n)
    below["TXSP"][n] = 400
    below["IntTTM"][:n] = rng.integers(1, 20, n)
    below["PURR"][n], below["PURNR"][n] = 55, -1089
    for name in ("TXSP", "IntTTM"):
        below[name][EMPTY] = 0
    below["GO"][:n] = x
    below["VA"][:n] = x - sum(below[r][:n] for r in ("II_fob", "TXSP", "IntTTM"))
    return {"home": home, "abroad": abroad, "x": x, **below}


def niot(*years: int) -> list[list[object]]:
    """The rows of a file that holds these years."""
    rows: list[list[object]] = [list(HEADER)]
    rows.append(["", "", "", "", *(f"Name of {code}" for code in HEADER[4:])])
    for year in years:
        drawn = economy(year)
        for origin, block, output in (
            ("Domestic", drawn["home"], drawn["x"]),
            ("Imports", drawn["abroad"], np.zeros(len(INDUSTRIES), dtype=int)),
        ):
            for code, line, made in zip(INDUSTRIES, block, output, strict=True):
                rows.append([year, code, f"Name of {code}", origin, *line, made])
        rows += [[year, name, f"Total {name}", "TOT", *drawn[name], 0] for name in TOTALS]
    return rows


def at(rows: list[list[object]], year: int, code: str, origin: str) -> int:
    """Where the row of a code stands."""
    return next(i for i, row in enumerate(rows) if [row[0], row[1], row[3]] == [year, code, origin])


def write(path: Path, rows: list[list[object]]) -> Path:
    """The rows as WIOD writes them: a space in thousands, but none in the year."""
    lines = [";".join([str(row[0]), *map(_cell, row[1:])]) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return path


def _cell(value: object) -> str:
    return value if isinstance(value, str) else f"{value:,}".replace(",", " ")
