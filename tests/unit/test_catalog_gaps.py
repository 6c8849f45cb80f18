"""What ships is found by name, and what does not ship is refused with what does."""

import numpy as np
import pytest

import iomodel as im
from iomodel import catalog
from iomodel.errors import FileError, MissingAccountError


def test_a_name_that_ships_as_something_else_or_is_like_nothing() -> None:
    with pytest.raises(FileError, match=r"(?s)a sam of that name ships.*load_sam\('mexico-2013'\)"):
        im.load("mexico-2013")
    with pytest.raises(FileError, match=r"(?s)a table of that name ships.*load\('mexico-2018'\)"):
        im.load_sam("mexico-2018")
    with pytest.raises(FileError, match="'nope' is not a bundled table") as caught:
        im.load("nope")
    assert caught.value.remedy.startswith("`iomodel tables` lists them;")


def test_a_bundled_table_is_its_folder() -> None:
    for slug in ("miller-blair-2x2", "mexico-2018"):
        ours, read = im.load(slug), im.read_folder(catalog.data_folder("tables") / slug)
        assert ours.accounts == read.accounts
        assert ours.meta == read.meta
        for block in ("Z", "Y", "V", "W", "x", "S"):
            np.testing.assert_array_equal(getattr(ours.arrays, block), getattr(read.arrays, block))
        assert im.load(slug) is ours


def test_the_list_is_of_input_output_tables_only() -> None:
    listed = im.tables()
    assert {"mexico-2018", "mexico-projected-2003", "miller-blair-2x2"} <= set(listed.index)
    assert not {"mexico-bop", "mexico-ownership"} & set(listed.index)
    assert listed["title"].str.len().min() > 0
    with pytest.raises(FileError, match=r"(?s)'mexico-bop' is not a bundled table"):
        im.load("mexico-bop")


@pytest.mark.parametrize(
    ("slug", "nearest"),
    [
        ("mexico-2017", "mexico-projected-2017, mexico-2018,"),
        ("mexico2018", "mexico-2018,"),
        ("mexico-2018-publa", "mexico-2018-puebla,"),
    ],
)
def test_the_same_year_or_place_is_nearest(slug: str, nearest: str) -> None:
    with pytest.raises(FileError, match=f"Did you mean {nearest}"):
        im.load(slug)


def test_payments_abroad_are_converted_at_the_rate_of_their_year() -> None:
    series, bop = im.bop_series("mexico"), im.load_bop("mexico", 2018)
    assert bop.rate == series.loc[2018, "exchange_rate"]
    dividends = next(item for item in bop.items if item.code == "dividends")
    shown = bop.table().loc["dividends"]
    assert shown["local"] == dividends.amount * bop.rate
    assert bop.year == 2018
    assert series.index.is_monotonic_increasing
    assert series.index.is_unique


def test_countries_that_do_not_ship_are_refused_by_name() -> None:
    with pytest.raises(FileError, match=r"(?s)'atlantis-bop' is not a bundled bop.*mexico-bop"):
        im.bop_series("atlantis")
    with pytest.raises(FileError, match="mexico-bop"):
        im.load_bop("atlantis", 2018)
    with pytest.raises(MissingAccountError, match="in 1066 is not itemised"):
        im.load_bop("mexico", 1066)
