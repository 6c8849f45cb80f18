"""Six settings side by side on the invented economy: every cell against an inverse by hand."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

import naive
from invented import CODES, accounts, built, economy, key
from iomodel import aggregate, leakage, settings
from iomodel.bop import BalanceOfPayments, Item
from iomodel.errors import ArgumentError, LabelError, MissingAccountError, UnitError
from iomodel.leakage import Outflow
from iomodel.leakage import repatriation_elasticities as elasticities
from iomodel.sam import SAMModel
from iomodel.settings import BENCHMARK, MARGINAL, WITHOUT

EXOGENOUS = ["government", "saving-investment", "tax", "row"]


def outflow(amount: float = 22.0) -> Outflow:
    """What leaves the surplus of the invented economy: 14 to owners and 8 of interest."""
    items = (
        Item("equity", "Equity", 14 / 22 * amount, "from_surplus", "foreign_equity"),
        Item("interest", "Interest", 8 / 22 * amount, "from_surplus", "corporate_surplus"),
    )
    bop = BalanceOfPayments("XXX", 2013, items, 1.0, "MXN", "million MXN", "invented")
    return leakage.allocate(economy(), bop, key=key())


def of_sam(model: SAMModel) -> np.ndarray:
    """Output, gva, gdp and gni per unit injected into each activity, by hand."""
    everyone = [*model.accounts.codes, *model.outside.codes]
    shares = pd.concat([model.A, model.leakage_coefficients]).loc[everyone]
    M = np.linalg.inv(np.eye(len(model.accounts)) - model.A.to_numpy())
    made = [c for c in model.accounts.codes if c in CODES]
    at = [model.accounts.codes.index(c) for c in CODES]
    output = np.array([c in made for c in model.accounts.codes], dtype=float)
    rows = ["labour", "mixed-income", "capital-household", "capital-national", "capital-foreign",
            "tax-production"]  # fmt: skip
    earned = shares.loc[rows].sum().to_numpy() * output
    taxes = shares.loc["tax-products"].to_numpy()
    abroad = shares.loc["row-income"].to_numpy()
    gdp = (earned + taxes) @ M
    return np.column_stack([output @ M, earned @ M, gdp, gdp - abroad @ M])[at]


def test_every_cell_is_the_one_by_hand() -> None:
    sam, table = built(), economy()
    found = settings.compare(sam, table, outflow(), sectors=CODES)
    assert list(found.columns) == ["output", "gva", "gdp", "gni"]
    assert list(found.index.names) == ["sector", "model", "income abroad"]
    assert len(found) == 3 * (2 + 3 + 3)
    L = naive.leontief(table)
    v, t = naive.per_unit(table, "w", "p", "s"), naive.per_unit(table, "t")
    r = outflow().flows.sum(axis=1).to_numpy() / table.x.to_numpy()
    gdp = (v + t) @ L
    for with_it, gni in ((WITHOUT, gdp), ("with", gdp - r @ L)):
        naive.close(
            found.xs(("open", with_it), level=("model", "income abroad")).loc[CODES],
            np.column_stack([L.sum(axis=0), v @ L, gdp, gni]),
        )
    respent = {
        WITHOUT: leakage.type_ii(table),
        MARGINAL: leakage.type_ii_marginal(table, outflow()),
        BENCHMARK: leakage.type_ii_benchmark(table, outflow()),
    }
    without = leakage.as_if_resident(sam)
    with_it = sam.cut(exogenous=EXOGENOUS)
    held = with_it.with_columns(without.cut(exogenous=EXOGENOUS).spending("households").to_frame())
    circular = {WITHOUT: without.cut(exogenous=EXOGENOUS), MARGINAL: held, BENCHMARK: with_it}
    for name, frame in respent.items():
        rows = found.xs(("type II", name), level=("model", "income abroad")).loc[CODES]
        naive.close(rows, frame.loc[CODES])
        rows = found.xs(("SAM", name), level=("model", "income abroad")).loc[CODES]
        naive.close(rows, of_sam(circular[name]))


def test_income_abroad_lowers_what_residents_earn_in_every_model() -> None:
    found = settings.compare(built(), economy(), outflow(), sectors=["mill"])
    gni = found["gni"].xs("mill")
    for model in ("open", "type II", "SAM"):
        for name, value in gni.xs(model).drop(WITHOUT).items():
            assert value < gni[model, WITHOUT], (model, name)
    assert (found["gni"] <= found["gdp"] + 1e-12).all()
    output = found["output"].xs("mill")
    assert output["open", "with"] == output["open", WITHOUT]
    for model in ("type II", "SAM"):
        assert output[model, MARGINAL] < output[model, WITHOUT]
        assert output[model, MARGINAL] < output[model, BENCHMARK]


def test_where_nothing_leaves_all_settings_of_a_model_agree() -> None:
    nothing = {"equity": 0.0, "public_interest": 0.0, "property_paid": 0.0}
    saved = {"transfers_paid": 3.0 + 25.0}  # as much leaves, but as transfers
    sam = built(institutions=accounts(**nothing, **saved))
    found = settings.compare(sam, economy(), outflow(0.0), sectors=CODES)
    for (_, _), rows in found.groupby(level=["sector", "model"]):
        spread = rows.max() - rows.min()
        assert (spread <= 1e-12 * rows.max().max()).all()
    report = settings.independence(sam, sectors=CODES)
    for (_, _), rows in report.groupby(level=["sector", "over"]):
        values = rows[["backward", "forward"]].astype(float)
        assert (values.max() - values.min() <= 1e-12).all()
        assert rows["class"].nunique() == 1


def test_the_independence_report_is_the_linkages_by_hand() -> None:
    sam = built()
    report = settings.independence(sam, sectors=["mill", "farm"])
    assert len(report) == 2 * 2 * 3
    for name, model in settings.models(sam).items():
        M = np.linalg.inv(np.eye(len(model.accounts)) - model.A.to_numpy())
        codes = list(model.accounts.codes)
        everyone = [i for i, c in enumerate(codes) if model.x[c] > 0]
        blocks = {"production block": [codes.index(c) for c in CODES], "all endogenous": everyone}
        for over, at in blocks.items():
            block = M[np.ix_(at, at)]
            for sector in ("mill", "farm"):
                j = at.index(codes.index(sector))
                row = report.loc[sector, over, name]
                naive.close(row["backward"], block[:, j].sum() / block.sum(axis=0).mean())
                naive.close(row["forward"], block[j].sum() / block.sum(axis=1).mean())
                both = (row["backward"] > 1) + 2 * (row["forward"] > 1)
                assert row["class"] == ["independent", "backward", "forward", "key"][both]


def test_models_say_which_is_which() -> None:
    found = settings.models(built(), exogenous=EXOGENOUS)
    assert list(found) == [WITHOUT, MARGINAL, BENCHMARK]
    assert found[BENCHMARK].A.equals(built().cut(exogenous=EXOGENOUS).A)
    assert found[WITHOUT].leakages.loc["row-income", "capital-foreign"] == 0
    others = [c for c in found[MARGINAL].accounts.codes if c != "households"]
    assert found[MARGINAL].A[others].equals(found[BENCHMARK].A[others])


def test_income_abroad_by_payer_is_what_the_outflow_has_to_match() -> None:
    paid = settings.outflow_of(built(), economy())
    assert {name: round(amount, 9) for name, amount in paid.items()} == {
        "capital-foreign": 14, "government": 3, "redistribution": 8}  # fmt: skip
    assert sum(paid.values()) == built().aggregates()["income_paid"]


def test_sam_and_table_speak_of_the_same() -> None:
    coarse = aggregate.by(built(), {"mill": "goods", "farm": "goods"})
    with pytest.raises(MissingAccountError, match="no activity 'mill'"):
        settings.compare(coarse, economy(), outflow(), sectors=["mill"])
    with pytest.raises(LabelError, match="'mine'"):
        settings.compare(built(), economy(), outflow(), sectors=["mine"])
    for changes, named in (
        ({"year": 2012}, "year: SAM 2013, table 2012"),
        ({"unit": "dollars"}, "unit: SAM million MXN, table dollars"),
        ({"prices": "constant 2018"}, "prices: SAM current, table constant 2018"),
    ):
        with pytest.raises(UnitError, match=named):
            settings.compare(built(), economy(**changes), outflow(), sectors=["mill"])
    with pytest.raises(MissingAccountError, match="no activity 'households'"):
        settings.independence(built(), sectors=["households"])
    with pytest.raises(LabelError, match="'gov'"):
        settings.models(built(), exogenous=["gov"])


def test_elasticities_need_payers_inside() -> None:
    sam = built()
    for question in (settings.content, partial(elasticities, abroad="row-income")):
        with pytest.raises(ArgumentError, match="is a SAM, not a SAMModel"):
            question(sam)  # type: ignore[arg-type]
    owners = ["capital-foreign", "redistribution"]
    outside = sam.cut(exogenous=[*EXOGENOUS, *owners])
    with pytest.raises(MissingAccountError, match="No endogenous account of"):
        elasticities(outside, abroad="row-income")
    inside = sam.cut(exogenous=EXOGENOUS)
    with pytest.raises(LabelError, match="row-incom"):
        elasticities(inside, abroad="row-incom")
    assert set(elasticities(inside, abroad="row-income").columns.unique("payer")) == set(owners)
