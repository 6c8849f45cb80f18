"""docs/regions.md holds fresh results; some cells are held against figures computed apart.

The literals come from the csv of tables/mexico-2018-puebla by numpy alone:

    import csv, numpy as np
    def block(name):
        rows = list(csv.reader(open(f"tables/mexico-2018-puebla/{name}.csv")))
        return rows, np.array([[float(v) for v in r[1:]] for r in rows[1:]])
    rows, Z = block("Z"); _, Y = block("Y"); x = Z.sum(1) + Y.sum(1); n, j = 35, 17
    inv = lambda B: np.linalg.inv(np.eye(len(B)) - B); A = Z / np.where(x, x, 1); L = inv(A)
    L11, L22 = inv(A[:n, :n]), inv(A[n:, n:])
    print(L11.sum(0)[j] - 1, (L22 @ A[n:, :n] @ L11).sum(0)[j], L.sum(0)[j])
    Zn = Z[:n, :n] + Z[:n, n:] + Z[n:, :n] + Z[n:, n:]; xn, xr = x[:n] + x[n:], x[:n]
    slq = (xr / xr.sum()) / (xn / xn.sum()); q = slq[:, None] / np.where(slq, slq, np.inf)
    q[range(n), range(n)] = slq
    E = Zn / xn * np.minimum(1, q * np.log2(1 + xr.sum() / xn.sum()) ** 0.3)
    print(100 * abs(E - A[:n, :n]).sum() / A[:n, :n].sum())
"""

import importlib.util
import re
from types import ModuleType

import pandas as pd
import pytest

from official import ROOT

PAGE = ROOT / "docs" / "regions.md"
HALF = 0.505e-4


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "write_regions", ROOT / "docs" / "write_regions.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def printed() -> list[list[list[str]]]:
    found = re.findall(r"(?:^\|.*\n)+", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return [
        [[c.strip() for c in line.strip("|").split("|")] for line in block.splitlines()]
        for block in found
    ]


def test_every_number_is_the_fresh_one(printed: list[list[list[str]]], writer: ModuleType) -> None:
    near = writer.quotients().drop(columns="share")
    near = near.drop(index="share of the nation's output", level="quotient")
    for rows, fresh in zip(printed, (writer.effects(), near), strict=True):
        width = fresh.index.nlevels
        assert rows[0] == [*fresh.index.names, *fresh.columns]
        assert len(rows) == len(fresh) + 2
        for line, (key, values) in zip(rows[2:], fresh.iterrows(), strict=True):
            assert tuple(line[:width]) == (key if isinstance(key, tuple) else (key,))
            for text, value in zip(line[width:], values, strict=True):
                if text:
                    assert float(text) == pytest.approx(value, abs=HALF)
                else:
                    assert pd.isna(value)


def test_cells_computed_apart(printed: list[list[list[str]]]) -> None:
    puebla = next(line for line in printed[0] if line[0] == "Puebla")
    assert [float(c) for c in puebla[2:4]] == pytest.approx([0.141073, 0.256370], abs=HALF)
    assert float(puebla[5]) == pytest.approx(1.398900, abs=HALF)
    flq = next(line for line in printed[1] if line[:2] == ["Puebla", "flq"])
    assert (float(flq[2]), float(flq[-1])) == (0.3, pytest.approx(39.2239, abs=HALF))


def test_the_page_is_what_would_be_written(writer: ModuleType) -> None:
    assert writer.main(["--check"]) == 0
    assert "being near to them proves little" in writer.page()
