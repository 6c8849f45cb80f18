"""Results as LaTeX: signs escaped, numbers aligned, the sources below; compiled where it can be."""

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import iomodel as im
from iomodel.errors import ArgumentError, TableError, WriteError
from iomodel.exchange.latex import escaped

MX = "mexico-2018"
COMMANDS = re.compile(r"\\(?:textbackslash\{\}|textasciitilde\{\}|textasciicircum\{\}|[&%$#_{}])")


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"])))
def test_no_sign_is_left_that_latex_reads_as_a_command(text: str) -> None:
    assert not re.search(r"[\\&%$#_{}~^]", COMMANDS.sub("", escaped(text)))


def test_a_result_says_what_it_is() -> None:
    table = im.load(MX)
    text = im.exchange.to_latex(
        im.named(table, im.linkages.key_sectors(table)), table=table, label="tab:key"
    )
    lines = text.split("\n")
    assert lines[2] == r"\caption{Key sectors, Mexico 2018, domestic, 84 industries}\label{tab:key}"
    assert lines[3] == r"\begin{tabular}{llrrl}"
    assert lines[5] == r"sector & name & rasmussen backward & rasmussen forward & class \\"
    assert lines[7] == r"111 & Agriculture: crops & 0.859 & 1.232 & forward \\"
    assert len(lines) == 84 + 11
    assert "Unit: mean over sectors with output is 1." in lines[-2]
    assert r"MIP\_53.xlsx" in lines[-2]


def test_numbers_have_the_decimals_they_need() -> None:
    frame = pd.DataFrame(
        {
            "rate": [0.12345, np.nan, -0.0001],
            "flow": [1234567.8, -2.4, 0.0],
            "count": [3, -4, 5],
            "yes": [True, False, True],
            "endless": [np.inf, -np.inf, 1.0],
        },
        index=["[a]", "B_c", "50%"],
    )
    lines = im.exchange.to_latex(frame).split("\n")
    assert lines[2] == r"\begin{tabular}{lrrrrr}"
    assert lines[6] == r"{[}a] & 0.123 & 1\,234\,568 & 3 & True & $\infty$ \\"
    assert lines[7] == r"B\_c & -- & $-$2 & $-$4 & False & $-\infty$ \\"
    assert lines[8] == r"50\% & 0.000 & 0 & 5 & True & 1.000 \\"
    assert "0.12 &" in im.exchange.to_latex(frame, digits=2)
    assert "caption" not in im.exchange.to_latex(frame)


def test_flows_regions_and_sams_too() -> None:
    table = im.load("mexico-2018-puebla")
    text = im.exchange.to_latex(table.V.iloc[:, :2], table=table, long=True)
    assert r"\begin{longtable}{lrr}" in text
    assert r"input & puebla, 111 & puebla, 112 \\" in text
    assert r"\endhead" in text
    assert "Unit: million MXN." in text
    wide = im.exchange.to_latex(im.multipliers.output(table))
    assert r"region & sector & output multiplier \\" in wide
    codes = pd.DataFrame([[1.0]], index=["A01_02"], columns=["C10T12_x"])
    assert r" & C10T12\_x \\" in im.exchange.to_latex(codes)
    sam = im.load_sam("mexico-2013-21")
    assert escaped(sam.meta.title) in im.exchange.to_latex(sam.totals, table=sam)


def test_a_long_table_names_itself_once_and_leaves_the_text_its_size() -> None:
    table = im.load("miller-blair-2x2")
    text = im.exchange.to_latex(
        im.multipliers.output(table), table=table, caption="Output", label="tab:o", long=True
    )
    first, _, rest = text.partition("\\endfirsthead\n")
    assert first.split("\n")[1] == r"\caption{Output}\label{tab:o} \\"
    assert "caption" not in rest
    assert "label" not in rest
    assert rest.startswith("\\toprule\nsector & output multiplier \\\\\n\\midrule\n\\endhead")
    note = text.split("\n")[-1]
    assert note.startswith(r"\par{\footnotesize ")
    assert note.endswith(r"\par}")


def test_a_label_without_a_caption_is_refused() -> None:
    frame = pd.DataFrame({"a": [1.0]})
    for caption in (None, ""):
        with pytest.raises(TableError, match=r"'tab:a' has no caption.*\n.*caption="):
            im.exchange.to_latex(frame, label="tab:a", caption=caption)


def test_names_of_ours_are_words_and_codes_are_not() -> None:
    frame = pd.DataFrame({"of_peso": [1.0]}, index=["product_taxes"])
    assert "of peso" in im.exchange.to_latex(frame)
    assert "\nproduct taxes & 1.000" in im.exchange.to_latex(frame)
    codes = pd.DataFrame([[1.0]], pd.Index(["agr_crops"], name="sector"))
    codes.columns = pd.Index(["agr_crops"], name="sector")
    assert im.exchange.to_latex(codes).count(r"agr\_crops") == 2


def test_what_is_no_result_and_files_that_are_there(tmp_path: Path) -> None:
    table = im.load("miller-blair-2x2")
    with pytest.raises(ArgumentError, match=r"(?s)is an IOTable, not a DataFrame.*table\.Z"):
        im.exchange.to_latex(table)  # type: ignore[arg-type]
    path = tmp_path / "t.tex"
    text = im.exchange.to_latex(table.x, path)
    assert path.read_text(encoding="utf-8") == f"{text}\n"
    with pytest.raises(WriteError, match="exists"):
        im.exchange.to_latex(table.x, path)
    im.exchange.to_latex(table.f, path, overwrite=True)
    with pytest.raises(WriteError, match=r"is not called \.tex"):
        im.exchange.to_latex(table.x, tmp_path / "t.txt")


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex here to compile with")
def test_it_compiles(tmp_path: Path) -> None:
    table = im.load(MX)
    body = im.exchange.to_latex(im.multipliers.output(table), table=table, long=True)
    (tmp_path / "t.tex").write_text(
        "\\documentclass{article}\n\\usepackage[utf8]{inputenc}\n\\usepackage{booktabs,longtable}\n"
        f"\\begin{{document}}\n{body}\n\\end{{document}}\n",
        encoding="utf-8",
    )
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "t.tex"]
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 0
