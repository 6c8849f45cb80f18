"""Parts of the answer: market prices, income spent again, exporters, what cannot be said."""

from __future__ import annotations

import numpy as np
import pytest

from iomodel import catalog, closure, leakage, multipliers
from iomodel.reproduction import answer
from iomodel.reproduction.answers import ALL_IMPORTED, ALL_IMPORTS
from iomodel.reproduction.facts import ALL_INCOME, TODAY, payments_of, placed


def test_national_income_is_at_market_prices_in_every_part() -> None:
    found, table = answer("3363"), catalog.load(TODAY)
    content = leakage.content(table, placed(table, payments_of(table))).loc["3363"]
    taxes = content["product_taxes"]
    assert taxes > 0
    for reading in ("recorded", "owned_net", "owned_gross"):
        kept = content[f"gni_{reading}"] + taxes
        assert found.three["central"][f"residents: {reading}"] == pytest.approx(kept)
        assert found.bands.loc[(reading, "paper"), "central"] == pytest.approx(kept)
    assert found.respending.loc["GNI", "open"] == pytest.approx(content["gni_recorded"] + taxes)
    assert found.respending.loc["GDP", "open"] == pytest.approx(content["gdp"])


@pytest.mark.parametrize("sector", ["3361", "3363"])
def test_respending_by_brute_force(sector: str) -> None:
    """Dense inverses of the closed coefficients: leak in, leak out, leak out and more spent."""
    table = catalog.load(TODAY)
    found, outflow = answer(sector).respending, placed(table, payments_of(table))
    x, at = table.x.to_numpy(), table.accounts.position(sector)
    r = outflow.flows.sum(axis=1).to_numpy() / x
    for rule, income in (("wages", ("compensation",)), ("all", ALL_INCOME)):
        closed = closure.households(table, income=income)
        v = np.append(table.v.to_numpy() / x, 0.0)
        taxes = closed.per_unit(closed.primary("product_taxes"))
        A = closed.A.to_numpy()
        models = {rule: A}
        if rule == "all":
            kept = A.copy()
            kept[-1, :-1] -= r
            more = kept.copy()
            more[:, -1] *= (A[-1, :-1] @ x) / (kept[-1, :-1] @ x)
            models |= {"all_marginal": kept, "all_benchmark": more}
            # what was consumed is consumed again, out of the income that stayed
            assert more[:-1, -1] * (more[-1, :-1] @ x) == pytest.approx(
                A[:-1, -1] * (A[-1, :-1] @ x)
            )
        for name, matrix in models.items():
            scale = np.ones(len(matrix))
            scale[-1] = matrix[:-1, -1].sum() / A[:-1, -1].sum()
            column = np.linalg.inv(np.eye(len(matrix)) - matrix)[:, at]
            output, gva = column[:-1].sum(), v @ column
            gdp = gva + (taxes * scale) @ column
            rows = found[name]
            assert rows["output"] == pytest.approx(output, abs=1e-10)
            assert rows["value added"] == pytest.approx(gva, abs=1e-10)
            assert rows["GDP"] == pytest.approx(gdp, abs=1e-10)
            if name == "all":
                assert np.isnan(rows["GNI"])
            else:
                assert rows["GNI"] == pytest.approx(gdp - r @ column[:-1], abs=1e-10)
        total = multipliers.value_added(closed)["total"][sector]
        assert found.loc["value added", rule] == pytest.approx(total, abs=1e-12)


def test_more_repatriation_never_means_more_respending_at_the_margin() -> None:
    found = answer("3361").respending
    for row in ("output", "value added", "GDP"):
        assert found.loc[row, "all_marginal"] < found.loc[row, "all_benchmark"]
        assert found.loc[row, "all_marginal"] < found.loc[row, "all"]


def test_exporters_import_at_most_what_their_industry_imports() -> None:
    found, table = answer("3361"), catalog.load("mexico-2018")
    bound, x = found.exporters, table.x["3361"]
    assert bound["value_added"].iloc[0] == pytest.approx(found.three["central"].iloc[0], abs=1e-12)
    assert bound["value_added"].is_monotonic_decreasing
    exports = table.Y["P.6"]["3361"]
    imported = multipliers.imports(table)["direct"]["3361"] * x
    assert bound["imported_inputs"].iloc[-1] * exports == pytest.approx(imported)
    direct = multipliers.value_added(table)["direct"]["3361"]
    assert (bound["value_added"] > direct).all()


def test_the_limit_that_binds_is_named() -> None:
    """Assembly runs out of what the industry imports, parts run out of inputs to replace."""
    assembly, parts = answer("3361"), answer("3363")
    assert assembly.exporters.index[-1] == ALL_IMPORTS
    assert assembly.exporters["share_of_inputs"].iloc[-1] < 1
    assert "(all that the industry imports)" in assembly.cannot_say[0]
    assert parts.exporters.index[-1] == ALL_IMPORTED
    assert parts.exporters["share_of_inputs"].iloc[-1] == pytest.approx(1)
    assert "(all of them)" in parts.cannot_say[0]


def test_limits_and_assumptions_come_with_the_answer() -> None:
    found = answer("3363")
    said = " ".join(found.cannot_say)
    for word in ("exporters", "Transfer prices", "comes back", "Not recorded", "census", "public"):
        assert word in said
    assert any("INEGI" in text for text in found.assumptions)
    assert any("licensing industry 533 first" in text for text in found.assumptions)
    assert "receive from abroad" in said
    assert found.payments["placed"].sum() > 0
