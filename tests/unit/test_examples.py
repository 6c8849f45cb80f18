"""The tasks in examples/ run as they stand, and print what a computation apart from them gives."""

import ast
import runpy
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import iomodel as im
from iomodel.sam import SAMModel
from official import ROOT

EXAMPLES = ROOT / "examples"
PROGRAMS = sorted(EXAMPLES.glob("*.py"))
SHORT = 5  # lines, without the question and the imports


def inverse(A: pd.DataFrame) -> pd.DataFrame:
    """The textbook's inverse, labelled; the library never forms it."""
    return pd.DataFrame(np.linalg.inv(np.eye(len(A)) - A.to_numpy()), A.index, A.columns)


def mexico() -> tuple[im.IOTable, pd.DataFrame]:
    table = im.load("mexico-2018")
    return table, inverse(table.A)


def of_output(table: im.IOTable, rows: list[str]) -> pd.Series:
    """Rows of V, added up, per unit of output."""
    return table.V.loc[rows].sum() / table.x


def circular() -> tuple[SAMModel, pd.DataFrame]:
    sam = im.load_sam("mexico-2013")
    model = sam.cut(exogenous=["government", "saving-investment", "tax", "row"])
    inside = list(model.accounts.codes)
    T = sam.transactions
    return model, inverse(T.loc[inside, inside] / T.loc[:, inside].sum())


def kept_of_a_peso() -> list[str]:
    table, L = mexico()
    lost = of_output(table, ["IET"]) @ L
    return [f"gdp {1 - lost['3361']:.3f}", f"imports {lost['3361']:.3f}"]


def key_sectors() -> list[str]:
    _, L = mexico()
    backward, forward = L.sum() / L.sum().mean(), L.sum(axis=1) / L.sum(axis=1).mean()
    both = backward[(backward > 1) & (forward > 1)]
    ordered = both.sort_values(ascending=False)
    return [f"{ordered.index[0]} ", f"{ordered.iloc[0]:.3f}", f"{ordered.index[-1]} "]


def less_exports() -> list[str]:
    table, L = mexico()
    less = -0.1 * table.Y.loc["3361", "P.6"] * L["3361"]
    return [f"all sectors: {less.sum():,.0f} million", f"{less['3363']:.1f}"]


def without_parts() -> list[str]:
    table, _ = mexico()
    stays = table.A.copy()
    stays.loc["3363"] = stays["3363"] = 0.0
    lost = table.x - inverse(stays) @ table.f.where(table.f.index != "3363", 0.0)
    added = table.v / table.x
    return [f"all sectors: {100 * (added @ lost) / table.v.sum():.3f} per cent"]


def households_inside() -> list[str]:
    table, L = mexico()
    wages = of_output(table, ["D.1"])
    residents = table.Y["CPrv"]
    on_territory = residents.sum() + table.W.loc[["IET", "D.21-D.31"], "CPrv"].sum()
    residents = residents * (1 + table.W.loc["P.621", "CPrv"] / on_territory)
    spent = residents / table.V.loc[["D.1", "B.2b"]].sum().sum()
    induced = (L @ spent).sum() * (wages @ L)["3361"] / (1 - wages @ L @ spent)
    return [f"open {L['3361'].sum():.3f}", f"households inside {L['3361'].sum() + induced:.3f}"]


def circular_multipliers() -> list[str]:
    model, M = circular()
    kinds = zip(model.accounts.codes, model.accounts.kinds, strict=True)
    made = [code for code, kind in kinds if kind == "activity"]
    income = M.loc["households", "3361"]
    return [f"output {M.loc[made, '3361'].sum():.3f}", f"household_income {income:.3f}"]


def paths_to_households() -> list[str]:
    _, M = circular()
    return [f"all paths together: {M.loc['households', '3363']:.3f} of a peso"]


def dearer_imports() -> list[str]:
    table, L = mexico()
    rise = 0.1 * of_output(table, ["IET", "P.721"]) @ L
    bought = table.Y["CPrv"].sum() + table.W["CPrv"].drop("P.621").sum()
    imported = table.W.loc[["IET", "P.721"], "CPrv"].sum()
    return [
        f"{100 * rise.max():.2f}",
        f"CPrv {(rise @ table.Y['CPrv'] + 0.1 * imported) / bought:.4f}",
    ]


def region() -> list[str]:
    table = im.load("mexico-2018-puebla")
    A, x = table.A.loc["puebla", "puebla"], table.x
    Z = table.Z.groupby(level="sector").sum().T.groupby(level="sector").sum().T
    nation = x.groupby(level="sector").sum()
    here = x["puebla"]
    size = here.sum() / nation.sum()
    slq = (here / nation) / size
    ratio = pd.DataFrame({j: slq / slq[j] if slq[j] else 0.0 * slq for j in slq.index})
    ratio = ratio.where(~np.eye(len(slq), dtype=bool), pd.DataFrame(dict.fromkeys(slq.index, slq)))
    flq = ratio * np.log2(1 + size) ** 0.30
    estimated = (Z / nation) * flq.clip(upper=1)
    on = here > 0
    estimated = estimated.loc[A.index, A.columns]
    off = (estimated - A).abs().loc[:, on].sum().sum() / A.loc[:, on].sum().sum()
    return [f"flq 0.30 {100 * off:.2f}"]


def village() -> list[str]:
    Z, Y, V = (
        pd.read_excel(EXAMPLES / "village.xlsx", sheet_name=sheet, index_col=0) for sheet in "ZYV"
    )
    x = Z.sum(axis=1) + Y.sum(axis=1)
    total = (V.loc[["wages", "profit"]].sum() / x) @ inverse(Z / x)
    written = pd.read_excel("multipliers.xlsx", index_col=0)
    pd.testing.assert_series_equal(written["total"], total, check_names=False)
    return [f"{total['farms']:.4f}", f"{total['bakeries']:.4f}"]


ANSWERS: dict[str, Callable[[], list[str]]] = {
    "01_what_stays_of_a_peso": kept_of_a_peso,
    "02_key_sectors": key_sectors,
    "03_exports_fall_by_a_tenth": less_exports,
    "04_extract_a_sector": without_parts,
    "05_households_spend_again": households_inside,
    "06_sam_multipliers": circular_multipliers,
    "07_paths_to_households": paths_to_households,
    "08_imports_a_tenth_dearer": dearer_imports,
    "09_a_region_estimated": region,
    "10_from_excel_and_back": village,
}


def test_every_example_has_its_answer_here() -> None:
    assert [path.stem for path in PROGRAMS] == list(ANSWERS)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_it_is_a_question_and_at_most_five_lines(program: Path) -> None:
    tree = ast.parse(program.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "the task, as a person would say it"
    code = [node for node in tree.body[1:] if not isinstance(node, (ast.Import, ast.ImportFrom))]
    lines = {line for node in code for line in range(node.lineno, (node.end_lineno or 0) + 1)}
    assert len(lines) <= SHORT


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_it_prints_what_is_computed_here_apart(
    program: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copy(EXAMPLES / "village.xlsx", tmp_path)
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(program), run_name="__main__")
    printed = " ".join(capsys.readouterr().out.split())
    for answer in ANSWERS[program.stem]():
        assert answer in printed
