"""Linkages that do not exist for a table, and questions that a table cannot answer."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from iomodel import linkages
from iomodel.errors import (
    LabelError,
    MissingAccountError,
    NegativeFlowWarning,
    NotProductiveError,
    TableError,
)
from iomodel.hirschman import classes
from iomodel.linalg import Resolvent
from iomodel.table import IOTable

CODES = ["a", "b", "c"]


def table(
    Z: list[list[float]],
    consumption: list[float],
    exports: list[float],
    imports: tuple[float, ...] = (0.0, 0.0, 0.0),
) -> IOTable:
    flows, Y = np.array(Z), np.array([consumption, exports]).T
    x = flows.sum(axis=1) + Y.sum(axis=1)
    V = np.array([imports, x - flows.sum(axis=0) - np.array(imports)])
    return IOTable.from_frames(
        pd.DataFrame(flows, CODES, CODES),
        pd.DataFrame(Y, CODES, ["consumption", "exports"]),
        pd.DataFrame(V, ["imports", "wages"], CODES),
        kinds={"imports": "imports", "wages": "compensation"},
        demand_kinds={"consumption": "private_consumption", "exports": "exports"},
    )


def chain() -> IOTable:
    """a sells to b, b to c: no circle."""
    return table([[0, 20, 0], [0, 0, 30], [0, 0, 0]], [10, 10, 60], [10.0, 0, 40])


def twins(other: float = 5.0) -> IOTable:
    """a and b buy from themselves alone, and from nobody else."""
    return table([[5, 0, 0], [0, other, 0], [0, 0, 0]], [5, 5, 5], [0, 10 - 2 * other, 5])


def values(of: IOTable, name: str) -> list[float]:
    return [round(float(v), 6) for v in linkages.measure(of, name)]


def test_there_is_no_eigenvector_without_a_circle_or_with_two_equal_ones() -> None:
    for name in ("eigenvector_backward", "eigenvector_forward"):
        assert linkages.measure(chain(), name).isna().all()
        assert linkages.measure(twins(), name).isna().all()
        assert values(twins(4.0), name) == [3.0, 0.0, 0.0]


def test_who_does_not_buy_from_the_circle_has_no_eigenvector_linkage() -> None:
    # a and b supply each other, b supplies c: c buys from the circle and sells to nobody
    found = table([[0, 20, 0], [20, 0, 20], [0, 0, 0]], [20, 0, 40], [0.0, 0, 0])
    back, ahead = (values(found, f"eigenvector_{way}") for way in ("backward", "forward"))
    # both coefficients are 1/2: rho = 1/2 and y is equal; c buys half of its output from b
    assert back == [1.0, 1.0, 1.0]
    assert ahead == [1.5, 1.5, 0.0]


def test_where_nobody_trades_there_is_no_share_in_it() -> None:
    alone = twins()
    for name in ("cella_backward", "cella_total", "pure_forward", "pure_total"):
        assert linkages.measure(alone, name).isna().all()
    assert linkages.cella_in_money(alone).to_numpy().tolist() == [[0.0] * 3] * 3
    assert linkages.pure_in_money(alone).to_numpy().tolist() == [[0.0] * 3] * 3
    with pytest.raises(TableError, match=r"(?s)'pure_backward' does not exist.*another index"):
        linkages.key_sectors(alone, backward="pure_backward")


def test_lengths_of_a_chain_are_counted_on_the_fingers() -> None:
    found = linkages.propagation_lengths(chain())
    assert found.loc["a", "b"] == found.loc["b", "c"] == pytest.approx(1)
    assert found.loc["a", "c"] == pytest.approx(2)
    assert found.isna().sum().sum() == 6
    assert values(chain(), "propagation_backward") == [0.0, 1.0, 1.5]
    assert values(chain(), "propagation_forward") == [1.5, 1.0, 0.0]


def test_exports_are_used_as_the_product_is_used_at_home() -> None:
    # of c all that stays is consumed; of b 30 of 40 go to c; of a 20 of 30 to b
    found = linkages.trade_corrected_upstreamness(chain())
    assert found.to_dict() == pytest.approx({"c": 1.0, "b": 1.75, "a": 1 + 2 / 3 * 1.75})
    plain = linkages.measure(chain(), "upstreamness")
    assert plain["a"] == pytest.approx(1 + 20 / 40 * 1.75)


def test_imported_inputs_are_as_long_as_the_domestic_ones() -> None:
    found = table([[0, 20, 0], [0, 0, 30], [0, 0, 0]], [20, 10, 100], [0.0] * 3, (10, 10, 20))
    # b: 20 of 30 at home come from a; c: 30 of 80 from b
    expected = {"a": 1.0, "b": 1 + 2 / 3, "c": 1 + 3 / 8 * 5 / 3}
    assert linkages.trade_corrected_downstreamness(found).to_dict() == pytest.approx(expected)


def test_a_sector_that_sells_all_abroad_is_at_the_end_of_its_chain() -> None:
    found = table([[0, 0, 0], [0, 0, 30], [0, 0, 0]], [0, 10, 60], [40.0, 0, 40])
    assert linkages.trade_corrected_upstreamness(found)["a"] == 1.0


def test_a_chain_without_an_end_is_refused_by_name() -> None:
    circle = table([[0, 20, 0], [30, 0, 0], [10, 0, 0]], [0, 0, 60], [40.0, 30, 0])
    with pytest.raises(NotProductiveError, match=r"(?s)2 sectors have no final use.*'a'.*'b'") as e:
        linkages.trade_corrected_upstreamness(circle)
    assert e.value.sectors == ("a", "b")
    assert linkages.measure(circle, "upstreamness").notna().all()
    bought = table([[0, 20, 0], [30, 0, 0], [0, 0, 0]], [30, 20, 60], [0.0] * 3, (20, 30, 0))
    with pytest.raises(NotProductiveError, match=r"(?s)2 sectors have no primary inputs.*'a'"):
        linkages.trade_corrected_downstreamness(bought)


def test_final_use_below_zero_is_refused_where_it_outweighs_deliveries() -> None:
    with pytest.warns(NegativeFlowWarning):
        odd = table([[0, 20, 0], [0, 0, 30], [0, 0, 0]], [-30, 10, 60], [50.0, 0, 40])
    with pytest.raises(TableError, match=r"(?s)1 sectors have final use at home.*'a': -30"):
        linkages.trade_corrected_upstreamness(odd)


def test_a_circle_that_subsidies_pay_for_is_refused() -> None:
    with pytest.warns(NegativeFlowWarning):  # a: 60 bought of b, 50 imported, output 100
        odd = table([[0, 40, 0], [60, 0, 0], [0, 0, 0]], [60, 30, 10], [0.0] * 3, (50, 45, 0))
    assert odd.v["a"] == -10
    with pytest.raises(NotProductiveError, match=r"(?s)2 sectors have no primary.*'a'") as error:
        linkages.trade_corrected_downstreamness(odd)
    assert error.value.spectral_radius == pytest.approx(np.sqrt(60 / 50 * 40 / 45))


QUESTIONS: list[Callable[[IOTable], object]] = [
    linkages.cella_in_money,
    linkages.dispersion,
    linkages.pure_in_money,
    linkages.propagation_lengths,
    linkages.multiplier_product_matrix,
    linkages.rank_correlations,
    linkages.trade_corrected_upstreamness,
    linkages.trade_corrected_downstreamness,
]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.__name__)
def test_imports_inside_the_flows_are_refused(question: Callable[[IOTable], object]) -> None:
    question(chain())
    total = replace(chain(), meta=chain().meta.but(origin="total"))
    with pytest.raises(MissingAccountError, match="split_imports"):
        question(total)


def test_a_correction_needs_the_trade_it_corrects_for() -> None:
    bare = IOTable.from_coefficients(
        pd.DataFrame(0.1, CODES, CODES), pd.Series([10.0, 20, 30], CODES)
    )
    with pytest.raises(MissingAccountError, match=r"(?s)of kind exports.*demand_kinds"):
        linkages.trade_corrected_upstreamness(bare)
    with pytest.raises(MissingAccountError, match="of kind imports"):
        linkages.trade_corrected_downstreamness(bare)


def test_ranks_tie_where_only_rounding_differs_and_idle_sectors_are_counted() -> None:
    idle = table([[1, 2, 0], [2, 1, 0], [0, 0, 0]], [5, 5, 0], [2.0, 2, 0])
    found = linkages.rank_correlations(idle)
    assert (found.sectors, found.left_out) == (2, 1)
    assert found.spearman.isna().all(axis=None)  # both are alike in everything


def test_classes_against_averages_of_either_sign() -> None:
    active = np.array([True, True, True, False])
    levels = np.array([-1.0, -3.0, -2.0, np.nan])
    assert list(classes(levels, -levels, active, averages=(-2.0, 2.0))) == [
        "backward",
        "forward",
        "independent",
        "inactive",
    ]


def test_a_pair_looks_both_ways() -> None:
    for wrong in ("propagation_backward", "cella_total", "rasmussen_forward_cv", "downstreamness"):
        with pytest.raises(LabelError, match=r"not a backward index.*|Use one of: .*net_backward"):
            linkages.key_sectors(chain(), backward=wrong)


def test_all_indices_together_form_the_inverse_once(monkeypatch: pytest.MonkeyPatch) -> None:
    economy, formed, inverse = chain(), [], Resolvent.inverse

    def counted(self: Resolvent) -> np.ndarray:
        formed.append(self)
        return inverse(self)

    monkeypatch.setattr(Resolvent, "inverse", counted)
    found = linkages.compare(economy)
    assert len(formed) == 1
    kept = economy.L.kept()
    assert kept.to_array() is kept.to_array()
    assert not kept.to_array().flags.writeable
    np.testing.assert_array_equal(kept.to_array(), economy.L.to_array())
    np.testing.assert_array_equal(economy.G.T.kept().to_array(), economy.G.T.to_array())
    for name in ("cella_total", "rasmussen_backward_cv"):
        np.testing.assert_array_equal(found[name], linkages.measure(economy, name))
