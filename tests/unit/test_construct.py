"""Taking imports out of total transactions, by hand and by name."""

import numpy as np
import pandas as pd
import pytest

from iomodel import construct
from iomodel.errors import MissingAccountError, TableError
from iomodel.meta import Meta
from iomodel.table import IOTable


def total_table(imports: tuple[float, float], exports: float = 20.0) -> IOTable:
    Z = pd.DataFrame([[10.0, 20.0], [30.0, 40.0]], ["a", "b"], ["a", "b"])
    Y = pd.DataFrame(
        {"C": [50.0, 60.0], "E": [exports, 30.0], "M": [-imports[0], -imports[1]]}, ["a", "b"]
    )
    x = Z.sum(axis=1) + Y.sum(axis=1)
    V = pd.DataFrame([x - Z.sum(axis=0)], ["va"])
    kinds = {"C": "private_consumption", "E": "exports", "M": "imports"}
    meta = Meta(title="total", origin="total")
    return IOTable.from_frames(Z, Y, V, demand_kinds=kinds, meta=meta)


def test_each_domestic_buyer_imports_the_share_of_the_product() -> None:
    table = total_table((8.0, 26.0))
    split = construct.split_imports(table)
    share = np.array([8 / (10 + 20 + 50), 26 / (30 + 40 + 60)])
    np.testing.assert_allclose(split.Z, table.Z.to_numpy() * (1 - share)[:, None])
    np.testing.assert_allclose(split.Y["C"], [50 * 0.9, 60 * 0.8])
    np.testing.assert_allclose(split.Y["E"], [20, 30])
    np.testing.assert_allclose(split.V.loc["P.7"], share @ table.Z.to_numpy())
    assert split.V.loc["P.7"].sum() + split.W.loc["P.7"].sum() == pytest.approx(34.0)
    assert split.W.loc["P.7", "E"] == 0
    pd.testing.assert_series_equal(split.x, table.x)
    np.testing.assert_allclose(split.gdp(), table.gdp())
    assert split.meta.origin == "domestic"
    assert any("import the same share" in note for note in split.meta.assumptions)


def test_imports_left_inside_a_make_every_gva_multiplier_one() -> None:
    table = total_table((8.0, 26.0))
    v = table.coefficients.sum()
    np.testing.assert_allclose(table.L.T @ v, 1.0)  # what split_imports is there to prevent
    split = construct.split_imports(table)
    assert ((split.L.T @ (split.v / split.x)) < 1).all()


def test_imports_beyond_domestic_use_are_refused_by_name() -> None:
    with pytest.raises(TableError, match=r"'a' \(a\): imports 100 over domestic use 80 = 1\.250"):
        construct.split_imports(total_table((100.0, 26.0), exports=60.0))


def test_reexports_are_capped_on_request_and_written_down() -> None:
    table = total_table((100.0, 26.0), exports=60.0)
    split = construct.split_imports(table, cap_reexports=True)
    assert split.Y.loc["a", "E"] == pytest.approx(40.0)  # output is all exported
    assert split.W.loc["P.7", "E"] == pytest.approx(20.0)  # the rest passes through
    np.testing.assert_allclose(split.Z.loc["a"], 0.0)
    assert any("re-exports of 'a': 20" in note for note in split.meta.assumptions)


def test_negative_imports_are_refused() -> None:
    with pytest.raises(TableError, match="'b'"):
        construct.split_imports(total_table((8.0, -5.0)))


def test_nothing_to_split_is_said() -> None:
    split = construct.split_imports(total_table((8.0, 26.0)))
    with pytest.raises(MissingAccountError, match="nothing to split"):
        construct.split_imports(split)
