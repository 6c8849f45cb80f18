"""What values say of themselves: less than a screen as text, harmless html, one line in errors."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

import iomodel as im
from invented import CODES, accounts
from iomodel import methods
from iomodel.display import LONGEST, WIDTH, as_html, as_text, inline
from iomodel.errors import TableError
from iomodel.meta import Meta
from iomodel.sensitivity.noise import IndependentCells
from iomodel.table import IOTable
from village import small

EVIL = "<script>alert('a & b')</script>"


@cache
def values() -> dict[str, object]:
    """One value of every public type, out of what ships."""
    table, payments = im.load("mexico-2018"), im.load_bop("mexico", 2018)
    states = im.load("mexico-2018-puebla")
    key, sam = im.leakage.default_key(table), im.load_sam("mexico-2013")
    square = pd.DataFrame([[1.0, 2], [3, 4]], ["a", "b"], ["a", "b"])
    totals = pd.Series({"a": 4.0, "b": 6.0})
    model = sam.cut(exogenous=["government", "saving-investment", "tax", "row"])
    outflow, A = im.leakage.allocate(table, payments, key=key), table.A
    small, noise = im.load("miller-blair-2x2"), IndependentCells(0.1)
    income = pd.DataFrame([[0.8, 0.25], [0.2, 0.75]], ["poor", "rich"], CODES[:2])
    farms = economy_of_two()
    return {
        "IOTable": table,
        "SAM": sam,
        "SAMModel": model,
        "Leontief": table.L,
        "Ghosh": table.G.T,
        "OwnershipKey": key,
        "BalanceOfPayments": payments,
        "Outflow": outflow,
        "Balanced": im.balance.ras(square, totals, totals),
        "Region": im.regional.region_of(states, states.accounts.regions[0]),
        "Answer": im.reproduction.answer("3361"),
        "Bounds": im.sensitivity.interval(table, A, A),
        "Chain": im.multipliers.round_by_round(table, {"3361": 1.0}),
        "Change": im.sensitivity.rank_one(table, "3361", "3363", 0.01),
        "Decomposition": im.blocks.decompose(model),
        "Drawn": im.bands.draw(table, payments, key=key, draws=2),
        "Draws": im.sensitivity.monte_carlo(small, noise, draws=2),
        "FixedPrice": im.blocks.fixed_price(model, {}),
        "Important": im.sensitivity.important_coefficients(small),
        "Index": im.linkages.indices()["upstreamness"],
        "Indices": im.linkages.indices(),
        "InstitutionalAccounts": accounts(),
        "Interrelational": im.miyazawa.interrelational(farms, income=income, spending=income.T / 2),
        "Paths": im.paths.above(table, 1e5),
        "RankCorrelations": im.linkages.rank_correlations(small),
        "Reconciliation": im.leakage.reconciliation(table, outflow, payments),
        "Report": im.report.sector(table, "3361"),
    }


def economy_of_two() -> IOTable:
    codes = CODES[:2]
    return IOTable.from_frames(
        Z=pd.DataFrame([[10.0, 20], [30, 0]], codes, codes),
        Y=pd.Series([70.0, 70.0], codes),
        V=pd.DataFrame([[60.0, 80.0]], ["wages"], codes),
        kinds={"wages": "compensation"},
    )


KINDS = (
    *("IOTable", "SAM", "SAMModel", "Leontief", "Ghosh", "OwnershipKey", "BalanceOfPayments"),
    *("Outflow", "Balanced", "Region", "Answer", "Bounds", "Chain", "Change", "Decomposition"),
    *("Drawn", "Draws", "FixedPrice", "Important", "Index", "Indices", "InstitutionalAccounts"),
    *("Interrelational", "Paths", "RankCorrelations", "Reconciliation", "Report"),
)


def given_by_public_functions() -> set[str]:
    """The types of the library that public functions give, by their annotations."""
    found = set()
    for name in methods.public():
        value: object = im
        for part in name.split("."):
            value = getattr(value, part, None)
        if callable(value):
            given = str(inspect.signature(value).return_annotation)
            module = inspect.getmodule(inspect.unwrap(value))
            found |= {one for one in re.findall(r"\w+", given) if _ours(module, one)}
    return found


def _ours(module: object, name: str) -> bool:
    kind = getattr(module, name, None)
    return inspect.isclass(kind) and kind.__module__.startswith("iomodel.")


def test_a_part_is_said_by_its_size() -> None:
    lines = dict(line.split(maxsplit=1) for line in repr(values()["Drawn"]).splitlines()[1:])
    assert lines["values"] == "2 draw x 84 sector x 7 measure"
    assert lines["point"] == "84 sector x 7 measure"
    assert lines["seed"] == "1"
    assert "accounts      2: 1, 2" in repr(values()["Draws"])
    assert "circle    The 3 blocks" in repr(values()["Decomposition"])


def test_every_public_function_gives_what_shows_itself() -> None:
    plain = {"Exporters", "Uncertain", "Meta"}  # a few words each: the line of a dataclass
    assert given_by_public_functions() - plain <= set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_value_is_less_than_a_screen(kind: str) -> None:
    lines = repr(values()[kind]).splitlines()
    assert lines[0].startswith(f"<{kind}")
    assert lines[0].endswith(">")
    assert 1 < len(lines) <= 15
    assert max(map(len, lines)) <= WIDTH


@pytest.mark.parametrize("kind", KINDS)
def test_a_notebook_gets_the_same_facts_and_no_colours(kind: str) -> None:
    value = values()[kind]
    page = value._repr_html_()  # type: ignore[attr-defined]
    tree = ElementTree.fromstring(page)
    names = [str(cell.text) for cell in tree.iter("th")]
    lines = repr(value).splitlines()[1:]
    assert len(names) == len(lines)
    assert all(line.startswith(f"  {name}") for name, line in zip(names, lines, strict=True))
    assert not re.search(r"color|background|border|<script|<style", page)
    assert max(len(str(cell.text)) for cell in tree.iter("td")) <= LONGEST


def evil_table() -> IOTable:
    return IOTable.from_frames(
        Z=pd.DataFrame([[10.0, 20], [30, 0]], ["<i>a</i>", "b"], ["<i>a</i>", "b"]),
        Y=pd.Series({"<i>a</i>": 70.0, "b": 70.0}),
        V=pd.Series({"<i>a</i>": 60.0, "b": 80.0}),
        meta=Meta(title=EVIL, unit="a & b", source=EVIL),
    )


def test_labels_and_titles_are_escaped() -> None:
    page = evil_table()._repr_html_()
    for text in ("<script", "<i>", " & "):
        assert text not in page
    told = "".join(ElementTree.fromstring(page).itertext())
    assert EVIL in told
    assert "<i>a</i>" in told


def test_a_table_says_where_its_largest_gap_is_and_a_failing_identity_first() -> None:
    table = evil_table()
    blocks = replace(table.arrays, x=table.arrays.x + np.array([0.0, 3.0]))
    wrong = IOTable(table.accounts, table.categories, table.inputs, blocks, table.meta)
    said = repr(wrong).splitlines()[-1]
    assert said.startswith("  largest gap")
    assert "3 a & b (output" in said
    assert float(wrong.check()["residual"].max()) == 3


def test_a_sam_names_the_account_of_its_largest_gap() -> None:
    sam = small()
    array = sam.array.copy()
    array[0, 1] += 2
    said = repr(im.SAM(sam.accounts, array, sam.meta))
    assert "largest gap" in said
    assert f"(account {sam.accounts.codes[0]})" in said
    assert "row           " in said  # the rest of the world is one kind here
    assert "row-trade" not in [line.split()[0] for line in said.splitlines()]


def test_nothing_left_out_and_nothing_too_long() -> None:
    class Long:
        def _said(self) -> tuple[str, dict[str, str]]:
            facts = {"empty": "", "long": "word " * 200, "lines": "a\nb\tc"}
            return "Long " * 50, facts | {f"fact {i}": "x" for i in range(20)}

    lines = as_text(Long()).splitlines()
    assert len(lines) == 15
    assert max(map(len, lines)) == WIDTH
    assert all(line.endswith("...") for line in (lines[0][:-1], lines[1]))
    assert "a b c" in lines[2]
    assert "empty" not in as_html(Long())


def test_errors_name_a_value_in_one_line() -> None:
    sam = small()
    assert "\n" not in inline(sam)
    with pytest.raises(TableError) as dense:
        np.asarray(evil_table().L)
    assert str(dense.value).splitlines()[0].endswith("is not an array: it was never formed.")
