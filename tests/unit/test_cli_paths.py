"""`iomodel paths`: readable cold, narrow, and no traceback whatever is asked of it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest

import iomodel as im
from iomodel.cli import main
from iomodel.text import WIDTH


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["paths", *arguments])
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    if not {"csv", "json"} & {*arguments}:
        assert max(map(len, (said.out + said.err).splitlines())) <= WIDTH
    return code, said.out, said.err


def test_the_page_says_what_it_asks_and_what_it_rests_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, err = run(capsys, "mexico-2013", "3363", "households")
    assert (code, err) == (0, "")
    assert out.startswith("From 3363 (Motor vehicle parts) to households (Households)\n")
    said = " ".join(out.split())
    for words in (
        "A path is one way there that meets no account twice",
        "'A > B': A pays B",
        "One peso from outside put into 3363 brings 0.7164 pesos to households",
        "3363 > labour > households",
        "These 10 paths bring",
        "of 0.7164, 53.8 %",
        "Inside the circle (endogenous): 84 of kind activity, labour,",
        "Outside (exogenous; they put money in and take it out, and do not spend it again): tax",
        "is a pool",
        "fixed coefficients and prices",
        "Institutions' redistribution among themselves and abroad is known as nets only",
        "capital-foreign Operating surplus, foreign-owned",
    ):
        assert words in said


def test_between_sectors_of_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "mexico-2018", "3363", "3361", "--top", "3")
    said = " ".join(out.split())
    assert code == 0
    assert "'A > B': A buys from B" in said
    assert "These 3 paths bring" in said
    assert "84 sectors that buy from each other; income is not spent again" in said
    assert "pool" not in said


def test_the_numbers_are_those_of_the_function(capsys: pytest.CaptureFixture[str]) -> None:
    model = im.load_sam("mexico-2013").cut(exogenous=["government", "saving-investment", "row"])
    ours = im.paths.largest(model, "3361", "households", top=4)
    cut = ("--exogenous", "government", "saving-investment", "row")
    _, out, _ = run(
        capsys, "mexico-2013", "3361", "households", "--top", "4", "--format", "csv", *cut
    )
    pd.testing.assert_frame_equal(pd.read_csv(io.StringIO(out), index_col="rank"), ours)
    _, out, _ = run(capsys, "mexico-2013", "3361", "households", "--format", "json", *cut)
    document = json.loads(out)
    assert list(document) == ["paths", "accounts", "assumptions"]
    assert document["paths"]["rows"][0]["path"] == ours["path"].iloc[0]


def test_circuits_one_path_and_none(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, out, _ = run(capsys, "mexico-2013", "3361", "3361", "--top", "1")
    said = " ".join(out.split())
    assert "pesos again to 3361" in said
    assert "This path brings" in said
    A = pd.DataFrame([[0, 0.5], [0, 0]], index=["a", "b"], columns=["a", "b"])
    table = im.IOTable.from_coefficients(A, pd.Series(10.0, index=["a", "b"]))
    folder = str(table.to_folder(tmp_path / "two"))
    code, out, _ = run(capsys, folder, "a", "b")
    assert code == 0
    assert "there is no path" in out
    code, out, _ = run(capsys, folder, "b", "a")
    assert code == 0
    assert "100.0 %" in out


def test_a_folder_of_a_sam(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = im.load_sam("mexico-2013-21").to_folder(tmp_path / "sam")
    code, out, _ = run(capsys, str(folder), "labour", "households")
    assert code == 0
    assert "labour > households" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("mexico-2013", "3361", "household"), "Nearest: 'households'"),
        (("mexico-2013", "3361", "government"), "'government' is not an account"),
        (("mexico-1913", "3361", "3363"), "is not a bundled table"),
        (("mexico-2013", "3361", "households", "--top", "0"), "`top` is 0"),
        (("mexico-2013", "3361", "3363", "--exogenous", "church"), "'church' is not"),
        (("mexico-2013", "3361", "3363", "--part", "card"), "paths, accounts, assumptions"),
    ],
)
def test_bad_input_is_1_with_a_message(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (1, "")
    assert err.startswith("iomodel: ")
    assert said in " ".join(err.split())
