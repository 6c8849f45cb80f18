"""Exporters set apart: by hand, against the formula of the collapsed inverse, and by name."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import iomodel as im
from iomodel import construct, multipliers
from iomodel.errors import LabelError, MissingAccountError, TableError
from iomodel.meta import Meta
from iomodel.table import IOTable

CODES = ["cars", "parts", "farms"]


def small(**kinds: str) -> IOTable:
    Z = pd.DataFrame([[10.0, 0, 0], [40, 10, 5], [5, 10, 20]], CODES, CODES)
    Y = pd.DataFrame({"C": [40.0, 20, 80], "E": [100.0, 60, 5], "E2": [50.0, 15, 0]}, CODES)
    V = pd.DataFrame(
        {
            "cars": [60.0, 20, 5, 30, 30],
            "parts": [50.0, 0, 5, 45, 30],
            "farms": [9.0, 1, 5, 40, 40],
        },
        ["IET", "P.721", "t", "w", "s"],
    )
    of = {"IET": "imports", "P.721": "imports", "t": "product_taxes", "w": "compensation",
          "s": "surplus"} | kinds  # fmt: skip
    return IOTable.from_frames(
        Z, Y, V, kinds=of,
        demand_kinds={"C": "private_consumption", "E": "exports", "E2": "exports"},
        satellites=pd.DataFrame({"cars": [8.0], "parts": [30.0], "farms": [99.0]}, ["PT"]),
        names={"cars": "Car assembly"},
        meta=Meta(title="small", unit="pesos", year=2003),
    )  # fmt: skip


def test_both_parts_by_hand() -> None:
    """Half of 200 is exported: value added 0.3, inputs 0.675 a unit, four fifths of them abroad."""
    split = construct.split_maquila(small(), {"cars": 0.5}, {"cars": 0.8})
    assert split.accounts.codes == ("cars", "cars-exporting", "parts", "farms")
    assert split.accounts.names[:2] == ("Car assembly", "Car assembly, exporting part")
    assert split.x.tolist() == [100, 100, 150, 120]
    inputs = 100 * (1 - 0.3 - 0.025)
    at = "cars-exporting"
    assert (split.Z.loc[at] == 0).all()
    assert split.Y.loc[at].tolist() == pytest.approx([0, 100 * 100 / 150, 100 * 50 / 150])
    assert split.Y.loc["cars"].tolist() == pytest.approx([40, 100 / 3, 50 / 3])
    assert split.V.loc[["IET", "P.721"], at].tolist() == pytest.approx(
        [0.8 * inputs * 60 / 80, 0.8 * inputs * 20 / 80]
    )
    assert split.V.loc[["t", "w", "s"], at].tolist() == pytest.approx([2.5, 15, 15])
    bought = 0.2 * inputs * np.array([10, 40, 5]) / 55
    assert split.Z.loc[CODES, at].tolist() == pytest.approx(list(bought))
    assert split.satellites.loc["PT", ["cars", at]].tolist() == [4, 4]
    assert split.check()["holds"].all()
    (note,) = split.meta.assumptions
    assert "exporting part of 'cars' set apart: 0.5 of its output, 0.8 of its inputs" in note
    assert "1 industries set apart" in split.meta.history[-1]


def test_nothing_is_lost() -> None:
    table = small()
    split = construct.split_maquila(
        table, {"cars": 0.4, "parts": 0.25}, {"parts": 0.6, "cars": 0.7},
        value_added={"parts": 0.3},
    )  # fmt: skip
    groups = {code: code.removesuffix("-exporting") for code in split.accounts.codes}
    back = im.aggregate.by(split, groups)
    for block in ("Z", "Y", "V", "W", "x", "satellites"):
        ours, theirs = getattr(back, block), getattr(table, block)
        np.testing.assert_allclose(ours, theirs, atol=1e-12, err_msg=block)
    np.testing.assert_allclose(split.gdp(), table.gdp())
    v = split.coefficients.loc[["w", "s"], "parts-exporting"]
    assert v.tolist() == pytest.approx([0.3 * 45 / 75, 0.3 * 30 / 75])


def test_the_multiplier_is_the_one_of_the_collapsed_inverse() -> None:
    """k^M = 1 + (v^D L^DD A^DM) / v^M with the ordinary parts alone, inverted by hand."""
    split = construct.split_maquila(
        small(), {"cars": 0.4, "parts": 0.25}, {"parts": 0.6, "cars": 0.7}
    )
    A = split.Z.to_numpy() / split.x.to_numpy()
    v = split.v.to_numpy() / split.x.to_numpy()
    D = [i for i, code in enumerate(split.accounts.codes) if "exporting" not in code]
    M = [i for i in range(len(A)) if i not in D]
    L = np.linalg.inv(np.eye(len(D)) - A[np.ix_(D, D)])
    k = 1 + (v[D] @ L @ A[np.ix_(D, M)]) / v[M]
    found = multipliers.value_added(split)["multiplier"]
    np.testing.assert_allclose(found.iloc[M], k, rtol=1e-12)
    total = multipliers.value_added(split)["total"]
    np.testing.assert_allclose(total.iloc[M], v[M] + v[D] @ L @ A[np.ix_(D, M)], rtol=1e-12)


def test_a_share_of_nothing_leaves_the_industry_whole() -> None:
    table = small()
    split = construct.split_maquila(table, {"cars": 0.0, "parts": 0.2}, {"cars": 0.1, "parts": 0.6})
    assert split.accounts.codes == ("cars", "parts", "parts-exporting", "farms")
    pd.testing.assert_series_equal(split.Z["cars"].drop("parts-exporting"), table.Z["cars"])


def test_all_of_an_industry_that_only_exports() -> None:
    Z = pd.DataFrame([[0.0, 0], [30, 10]], ["maquila", "rest"], ["maquila", "rest"])
    Y = pd.DataFrame({"C": [0.0, 50], "E": [100.0, 10]}, Z.index)
    V = pd.DataFrame({"maquila": [50.0, 20], "rest": [30.0, 60]}, ["m", "w"])
    table = IOTable.from_frames(
        Z, Y, V, kinds={"m": "imports", "w": "compensation"}, demand_kinds={"E": "exports"}
    )
    split = construct.split_maquila(table, {"maquila": 1.0}, {"maquila": 50 / 80})
    assert split.x.tolist() == [0, 100, 100]
    assert split.Z["maquila-exporting"].tolist() == pytest.approx([0, 0, 30])
    # its rows are zero already, so its multiplier was that of exporters
    before, after = (multipliers.value_added(t)["total"] for t in (table, split))
    assert after["maquila-exporting"] == pytest.approx(before["maquila"])
    with pytest.raises(TableError, match="'maquila': imported inputs of 56, of 50 in all"):
        construct.split_maquila(table, {"maquila": 1.0}, {"maquila": 0.7})


@pytest.mark.parametrize(
    ("share", "imported", "value_added", "named"),
    [
        (0.9, 0.6, 0.3, "'cars': output for export of 180, of 150 in all"),
        (0.7, 0.9, 0.3, "'cars': imported inputs of 85.05, of 80 in all"),
        (0.5, 0.1, 0.3, "'cars': domestic inputs of 60.75, of 55 in all"),
        (0.5, 0.6, 0.7, "'cars': value added of 70, of 60 in all"),
        (0.5, 0.6, 0.99, "'cars': imported inputs of -0.9, of 80 in all"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    share: float, imported: float, value_added: float, named: str
) -> None:
    with pytest.raises(TableError, match=named):
        construct.split_maquila(
            small(), {"cars": share}, {"cars": imported}, value_added={"cars": value_added}
        )


@pytest.mark.parametrize("name", ["share", "imported_inputs", "value_added"])
@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_shares_are_fractions(name: str, value: float) -> None:
    given = {"share": {"cars": 0.5}, "imported_inputs": {"cars": 0.8}, name: {"cars": value}}
    with pytest.raises(TableError, match=rf"(?s)`{name}` has 1 values outside.*'cars'"):
        construct.split_maquila(small(), **given)  # type: ignore[arg-type]


def test_sectors_are_named_once_and_with_their_imports() -> None:
    with pytest.raises(LabelError, match="'car'"):
        construct.split_maquila(small(), {"car": 0.5}, {"cars": 0.8})
    with pytest.raises(LabelError, match="1 sectors twice"):
        construct.split_maquila(small(), {"cars": 0.5, "Car assembly": 0.5}, {"cars": 0.8})
    with pytest.raises(LabelError, match=r"(?s)nothing of 1 sectors.*'parts'"):
        construct.split_maquila(small(), {"cars": 0.5, "parts": 0.1}, {"cars": 0.8})
    with pytest.raises(LabelError, match="no sector"):
        construct.split_maquila(small(), {}, {})
    every = pd.Series(0.8, index=CODES)
    assert len(construct.split_maquila(small(), {"cars": 0.5}, every).accounts) == 4


def test_exports_imports_and_domestic_flows_are_needed() -> None:
    table = small()
    with pytest.raises(MissingAccountError, match="imports"):
        construct.split_maquila(small(IET="product_taxes", **{"P.721": "product_taxes"}),
                                {"cars": 0.5}, {"cars": 0.8})  # fmt: skip
    closed = IOTable.from_frames(table.Z, table.Y, table.V, kinds={"IET": "imports"})
    with pytest.raises(MissingAccountError, match="no column of exports"):
        construct.split_maquila(closed, {"cars": 0.5}, {"cars": 0.8})
    total = replace(table, meta=replace(table.meta, origin="total"))
    for question in (
        lambda: construct.split_maquila(total, {"cars": 0.5}, {"cars": 0.8}),
        lambda: construct.imported_inputs_for(total, ["cars"], 1.5),
    ):
        with pytest.raises(MissingAccountError, match="needs domestic flows"):
            question()


# -- which imported inputs would give a multiplier ------------------------------------------------


def test_the_answer_gives_the_multiplier_that_was_asked_for() -> None:
    table = small()
    answer = construct.imported_inputs_for(table, ["cars", "Car assembly"], 1.4)
    assert list(answer.index) == ["cars"]
    m = answer.at["cars", "imported_inputs"]
    # a very small exporting part leaves the rest of its industry as it is
    split = construct.split_maquila(table, {"cars": 1e-9}, {"cars": m})
    found = multipliers.value_added(split).at["cars-exporting", "multiplier"]
    assert found == pytest.approx(1.4, rel=1e-7)
    assert answer.at["cars", "industry"] == 80 / 135
    assert (
        answer.at["cars", "multiplier"] == multipliers.value_added(table).at["cars", "multiplier"]
    )
    # the industry's own share gives the industry's inputs, bought by who sells nothing here
    L = table.L.to_array()
    v = table.v.to_numpy() / table.x.to_numpy()
    own = 1 + (v @ L @ table.A["cars"].to_numpy()) / v[0]
    same = construct.imported_inputs_for(table, ["cars"], own)
    assert same.at["cars", "imported_inputs"] == pytest.approx(80 / 135)
    assert answer.at["cars", "at_all"] == 1
    assert answer.at["cars", "at_none"] == pytest.approx(1 + (own - 1) / (55 / 135))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.7])
def test_with_a_share_the_rest_of_the_industry_changes_too(share: float) -> None:
    answer = construct.imported_inputs_for(small(), ["cars"], 1.45, share={"cars": share})
    m = answer.at["cars", "imported_inputs"]
    split = construct.split_maquila(small(), {"cars": share}, {"cars": m})
    assert multipliers.value_added(split).at["cars-exporting", "multiplier"] == pytest.approx(
        1.45, rel=1e-10
    )
    low, high = answer.loc["cars", ["at_all", "at_none"]]
    assert low < 1.45 < high


def test_a_multiplier_that_no_imports_give_is_refused_with_the_bounds() -> None:
    for multiplier in (0.9, 9.0, float("nan")):
        with pytest.raises(TableError, match=r"'cars' a multiplier of .*between 1 and 2\.\d+"):
            construct.imported_inputs_for(small(), ["cars"], multiplier)
    with pytest.raises(TableError, match="exporters of 'cars'"):
        construct.imported_inputs_for(small(), ["cars"], 1.01, share={"cars": 0.7})
    with pytest.raises(LabelError, match="says nothing of 'parts'"):
        construct.imported_inputs_for(small(), ["parts"], 1.4, share={"cars": 0.7})
    with pytest.raises(LabelError, match="'lorries'"):
        construct.imported_inputs_for(small(), ["lorries"], 1.4)
    alone = IOTable.from_frames(
        pd.DataFrame([[0.0]], ["a"], ["a"]), pd.Series({"a": 9.0}),
        pd.DataFrame({"a": [4.0, 5.0]}, ["m", "w"]), kinds={"m": "imports", "w": "compensation"},
    )  # fmt: skip
    with pytest.raises(TableError, match="domestic inputs of 0"):
        construct.imported_inputs_for(alone, ["a"], 1.4)


def test_what_can_be_known_of_the_maquila_of_2003() -> None:
    """Fujii and Cervantes find about 1.49 for car maquilas; the table has no such part."""
    table = im.load("mexico-projected-2003")
    found = construct.imported_inputs_for(table, ["3361", "3362", "3363"], 1.49)
    assert found["multiplier"].round(3).to_dict() == {"3361": 2.339, "3362": 2.241, "3363": 2.912}
    assert found["imported_inputs"].round(3).to_dict() == {
        "3361": 0.777, "3362": 0.712, "3363": 0.844}  # fmt: skip
    assert found["industry"].round(3).to_dict() == {"3361": 0.39, "3362": 0.271, "3363": 0.39}
