"""A SAM as GAMS writes it: every flow one line, what is wrong by name."""

from pathlib import Path

import pytest
from hypothesis import given

from iomodel import SAM, read_gams
from iomodel.errors import BalanceError, CellError, LabelError, LayoutError
from sams import sams

KINDS = {"farms": "activity", "people": "institution", "labour": "factor"}
TEXT = '"i","j","Val"\n"farms","people",5\n"labour","farms",5\n"people","labour",5\n'


def write(folder: Path, text: str) -> Path:
    path = folder / "sam.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_rows_receive_from_columns(tmp_path: Path) -> None:
    sam = read_gams(write(tmp_path, TEXT), kinds=KINDS, names={"farms": "All farms"})
    assert sam.transactions.loc["farms", "people"] == 5
    assert sam.transactions.loc["people", "farms"] == 0
    assert sam.accounts.names == ("All farms", "people", "labour")
    assert sam.accounts.kinds == ("activity", "institution", "factor")
    assert sam.meta.title == "sam"


@given(sams())
def test_any_sam_comes_back(tmp_path_factory: pytest.TempPathFactory, sam: SAM) -> None:
    codes = sam.accounts.codes
    lines = ["row,column,value"] + [
        f"{a},{b},{sam.array[i, j]!r}".replace("np.float64(", "").replace(")", "")
        for i, a in enumerate(codes)
        for j, b in enumerate(codes)
        if sam.array[i, j]
    ]
    path = write(tmp_path_factory.mktemp("gams"), "\n".join(lines))
    again = read_gams(path, kinds=dict(zip(codes, sam.accounts.kinds, strict=True)))
    assert again.accounts.codes == codes
    assert (again.array == sam.array).all()


@pytest.mark.parametrize(
    ("old", "new", "error", "match"),
    [
        ("5\n", "6\n", BalanceError, r"sam\.csv.*'?farms"),
        ("5\n", "n.a.\n", CellError, r"C2 \(row 'farms, people'.*'n\.a\.'"),
        ("5\n", '""\n', CellError, r"C2 .*is blank"),
        ('"labour","farms"', '"farms","people"', LabelError, "'farms, people' in lines 2 and 3"),
        ('"labour","farms"', '"capital","farms"', LabelError, "'capital' has no kind"),
        ('"labour","farms",5', '"labour",5', LayoutError, "line 3: 2 fields"),
        (TEXT[14:], "", LayoutError, "not a list of three columns"),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path, old: str, new: str, error: type[Exception], match: str
) -> None:
    path = write(tmp_path, TEXT.replace(old, new, 1))
    with pytest.raises(error, match=f"(?s){match}"):
        read_gams(path, kinds=KINDS)


def test_a_sam_still_to_be_balanced(tmp_path: Path) -> None:
    path = write(tmp_path, TEXT.replace("5", "6", 1))
    sam = read_gams(path, kinds={**KINDS, "taxes": "tax"}, balanced=False)
    assert sam.gaps.abs().max() == 1
    assert sam.totals["taxes"] == 0
