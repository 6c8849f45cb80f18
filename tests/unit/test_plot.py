"""Pictures draw the numbers given, no label covers another, and bad input is refused by name."""

from __future__ import annotations

import builtins
import doctest
import importlib
import itertools
import pkgutil
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

import iomodel as im
from iomodel.errors import IOModelError, LabelError, MissingExtraError, TableError

matplotlib = pytest.importorskip("matplotlib", reason="matplotlib is not installed (extra 'plot')")
matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402
from matplotlib.colors import to_rgb  # noqa: E402
from matplotlib.text import Text  # noqa: E402

from iomodel.plot import style  # noqa: E402

NAMES = {
    "3361": "Cars and trucks (assembly)",
    "3363": "Motor vehicle parts",
    "541": "Professional, scientific and technical services",
}


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    pyplot.close("all")


@pytest.fixture(scope="module")
def mx() -> im.IOTable:
    return im.load("mexico-2018")


@pytest.fixture(scope="module")
def steps(mx: im.IOTable) -> pd.DataFrame:
    key = im.leakage.default_key(mx)
    outflow = im.leakage.allocate(mx, im.load_bop("mexico", 2018), key=key)
    return im.leakage.waterfall(mx, outflow, sector="3361")


def by_gid(ax: Any, start: str) -> dict[str, Any]:
    """Artists of the axes by the name they carry."""
    found = {}
    for artist in ax.findobj(lambda a: (a.get_gid() or "").startswith(start)):
        found[artist.get_gid() or ""] = artist
    return found


def amounts(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.texts if text.get_gid() == "amount"]


def overlaps(ax: Any) -> list[tuple[str, str]]:
    """Pairs of texts of a picture, its own and those of its ticks, that cover each other."""
    figure = ax.get_figure()
    figure.canvas.draw()
    texts = [t for t in figure.findobj(Text) if t.get_text().strip() and t.get_visible()]
    boxes = [
        (t.get_text(), Text.get_window_extent(t, figure.canvas.get_renderer()).shrunk(0.98, 0.98))
        for t in texts
    ]
    return [
        (one, other)
        for (one, a), (other, b) in itertools.combinations(boxes, 2)
        if a.width and b.width and a.overlaps(b)
    ]


def ribbons_of(steps: pd.DataFrame) -> pd.DataFrame:
    rows = [("peso", part, steps[part].sum()) for part in ("direct", "indirect")]
    rows += [(p, rung, v) for p in ("direct", "indirect") for rung, v in steps[p].items()]
    return pd.DataFrame(rows, columns=["source", "target", "value"])


# -- what is drawn is what was given -------------------------------------------------------------


def test_quadrants_put_every_sector_at_its_indices(mx: im.IOTable) -> None:
    classes = im.linkages.key_sectors(mx)
    ax = im.plot.quadrants(classes, focus="3361", words=NAMES)
    for kind in ("key", "backward", "forward", "independent"):
        drawn = by_gid(ax, kind)[kind].get_offsets()
        given = classes[classes["class"] == kind].iloc[:, :2].to_numpy()
        np.testing.assert_allclose(drawn, given, rtol=1e-12)
    focal = by_gid(ax, "focus")["focus"].get_offsets()
    np.testing.assert_allclose(focal, [classes.iloc[:, :2].loc["3361"]], rtol=1e-12)
    labels = {text.get_text() for text in ax.texts if text.get_gid() == "sector"}
    largest = classes.iloc[:, :2].sum(axis=1).nlargest(8).index
    assert labels == {NAMES.get(code, code) for code in ["3361", *largest]}
    assert "(average = 1.00)" in ax.get_xlabel()


def test_averages_are_those_of_the_frame() -> None:
    classes = pd.DataFrame(
        {"b": [1.0, 3.0], "f": [4.0, 6.0], "class": ["key", "independent"]}, index=["a", "z"]
    )
    classes.attrs["average"] = {"b": 2.0, "f": 5.0}
    ax = im.plot.quadrants(classes)
    lines = [line.get_xydata() for line in ax.get_lines()]
    assert lines[0][0, 0] == 2.0
    assert lines[1][0, 1] == 5.0


def test_sectors_without_output_are_not_drawn() -> None:
    classes = pd.DataFrame(
        {"b": [1.0, np.nan], "f": [1.0, np.nan], "class": ["key", "inactive"]}, index=["a", "z"]
    )
    assert [t.get_text() for t in im.plot.quadrants(classes).texts if t.get_gid() == "sector"] == [
        "a"
    ]


def test_the_waterfall_goes_down_the_ladder(steps: pd.DataFrame) -> None:
    ax = im.plot.waterfall(steps)
    bars = by_gid(ax, "")
    end = 0.0
    for rung, row in steps.iterrows():
        for part in ("direct", "indirect"):
            bar = bars[f"{rung}-{part}"]
            assert bar.get_x() == pytest.approx(100 * end, abs=1e-9)
            assert bar.get_width() == pytest.approx(100 * row[part], abs=1e-9)
            end += row[part]
            assert (bar.get_hatch() is not None) == (part == "indirect")
    assert end == pytest.approx(1.0)
    assert amounts(ax) == [f"{100 * v:.1f}" for v in steps["amount"]]


def test_a_rung_below_zero_runs_backwards() -> None:
    steps = pd.DataFrame({"amount": [0.7, -0.1, 0.4]}, index=["imports", "production_taxes", "v"])
    ax = im.plot.waterfall(steps)
    bar = by_gid(ax, "production_taxes")["production_taxes-amount"]
    assert (bar.get_x(), bar.get_width()) == (pytest.approx(70), pytest.approx(-10))
    assert ax.get_xlim()[0] <= 0


def test_bars_and_their_bands() -> None:
    frame = pd.DataFrame(
        {"low": [0.4, 1.0, 0.1], "central": [0.5, np.nan, 0.1], "high": [0.6, 1.2, 0.1]},
        index=["recorded", "again", "sure"],
    )
    ax = im.plot.bars(frame, scale=100, unit="cents")
    assert [t.get_text() for t in ax.get_yticklabels()] == ["again", "recorded", "sure"]
    assert by_gid(ax, "bar-")["bar-recorded"].get_width() == pytest.approx(50)
    band = by_gid(ax, "band-")["band-recorded"].get_segments()[0]
    np.testing.assert_allclose(band[:, 0], [40, 60])
    assert set(by_gid(ax, "band-")) == {"band-recorded", "band-again"}
    assert amounts(ax) == ["100.0 – 120.0", "50.0 (40.0 – 60.0)", "10.0"]


def test_the_top_and_the_focus_of_bars() -> None:
    ax = im.plot.bars(pd.Series({"a": 1.0, "b": 3.0, "c": 2.0}), top=2, focus="c")
    assert [t.get_text() for t in ax.get_yticklabels()] == ["b", "c"]
    colours = {name: to_rgb(bar.get_facecolor()) for name, bar in by_gid(ax, "bar-").items()}
    assert colours["bar-c"] == to_rgb(style.ORANGE) != colours["bar-b"]


def test_ribbons_are_as_wide_as_their_flows(steps: pd.DataFrame) -> None:
    flows = ribbons_of(steps)
    ax = im.plot.sankey(flows)
    ribbons, scale = by_gid(ax, ""), None
    for source, target, value in flows.itertuples(index=False):
        if value:
            corners = ribbons[f"{source}>{target}"].get_path().vertices
            width = corners[7, 1] - corners[0, 1]
            assert width == pytest.approx(corners[4, 1] - corners[3, 1])
            scale = width / value if scale is None else scale
            assert width == pytest.approx(scale * value, rel=1e-9)
        else:
            assert f"{source}>{target}" not in ribbons
    words = [text.get_text() for name, text in ribbons.items() if name.startswith("word-")]
    assert f"{100 * steps['amount']['imports']:.1f}  imports" in words
    heights = ribbons["peso"].get_height()
    assert heights == pytest.approx(scale * 1.0)


def test_maps_hold_the_matrix(mx: im.IOTable) -> None:
    matrix = im.linkages.multiplier_product_matrix(mx)
    ax = im.plot.landscape(matrix, focus="3361")
    np.testing.assert_array_equal(ax.get_images()[0].get_array(), matrix.to_numpy())
    row, column = (line.get_xydata() for line in by_gid_lines(ax))
    assert row[0, 1] == list(matrix.index).index("3361")
    assert column[0, 0] == list(matrix.columns).index("3361")
    small = matrix.iloc[:3, :3]
    ax = im.plot.heat(small, digits=3)
    assert amounts(ax) == [f"{v:.3f}" for v in small.to_numpy().ravel()]
    assert amounts(im.plot.heat(matrix)) == []


def by_gid_lines(ax: Any) -> list[Any]:
    return [line for line in ax.get_lines() if line.get_gid() == "focus"]


def test_years_keep_their_gaps_and_bands() -> None:
    lines = pd.DataFrame(
        {"a": [1.0, np.nan, 3.0], "b": [2.0, 2.5, np.nan]}, index=[2003, 2004, 2005]
    )
    ax = im.plot.years(lines, low=lines[["b"]] - 1, high=lines[["b"]] + 1, scale=10)
    for name in lines:
        drawn = by_gid(ax, "line-")[f"line-{name}"].get_xydata()
        np.testing.assert_array_equal(drawn[:, 0], lines.index)
        np.testing.assert_array_equal(drawn[:, 1], 10 * lines[name])
    assert set(by_gid(ax, "band-")) == {"band-b"}
    styles = {(line.get_linestyle(), line.get_marker()) for line in ax.get_lines()}
    assert len(styles) == 2


def test_benchmark_is_log_log() -> None:
    times = pd.DataFrame({"ours": [1e-4, 1e-2], "theirs": [1e-3, 1.0]}, index=[100, 1000])
    ax = im.plot.benchmark(times)
    assert ax.get_xscale() == ax.get_yscale() == "log"
    np.testing.assert_array_equal(
        by_gid(ax, "line-")["line-theirs"].get_xydata(), [[100, 1e-3], [1000, 1.0]]
    )


def test_arrows_are_the_largest_flows_between_sectors(mx: im.IOTable) -> None:
    ax = im.plot.network(mx.Z, top=10, focus="3361", unit="million MXN")
    Z = mx.Z.to_numpy().copy()
    np.fill_diagonal(Z, 0)
    largest = np.sort(Z, axis=None)[::-1][:10]
    drawn = {arrow.get_gid(): arrow.get_linewidth() for arrow in ax.patches}
    for arrow, wide in drawn.items():
        i, j = map(int, arrow.split(">"))
        assert Z[i, j] in largest
        assert wide == pytest.approx(5.0 * Z[i, j] / largest[0])
    assert len(drawn) == 10
    assert f"{largest[0]:,.0f} to {largest[9]:,.0f} million MXN" in ax.get_title(loc="left")


# -- readable ------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(10.0, 5.6), (5.0, 4.2)])
def test_no_label_covers_another(mx: im.IOTable, steps: pd.DataFrame, size: tuple) -> None:
    names = dict(zip(mx.accounts.codes, mx.accounts.names, strict=True))
    classes = im.linkages.key_sectors(mx)
    for draw in (
        lambda ax: im.plot.quadrants(classes, focus="3361", words=names, ax=ax),
        lambda ax: im.plot.sankey(ribbons_of(steps), ax=ax),
        lambda ax: im.plot.network(mx.Z, top=20, focus="3361", ax=ax),
        lambda ax: im.plot.bars(classes.iloc[:, 0], top=12, words=names, ax=ax),
    ):
        with matplotlib.rc_context({"font.size": 9}):
            figure, ax = pyplot.subplots(figsize=size, layout="constrained")
            assert overlaps(draw(ax)) == []
            pyplot.close(figure)


def test_names_of_lines_that_end_together_stand_apart() -> None:
    lines = pd.DataFrame({f"line {i}": [1.0, 1.0 + i / 1000] for i in range(5)}, index=[2003, 2018])
    ax = im.plot.years(lines)
    assert overlaps(ax) == []
    order = [t.get_position()[1] for t in ax.texts]
    assert order == sorted(order)


def test_focal_and_largest_stay_labelled_in_a_crowd() -> None:
    rng = np.random.default_rng(0)
    values = 1 + 0.002 * rng.standard_normal((60, 2))
    classes = pd.DataFrame(values, columns=["b", "f"], index=[f"sector {i}" for i in range(60)])
    classes["class"] = "key"
    ax = im.plot.quadrants(classes, focus="sector 7")
    assert len([t for t in ax.texts if t.get_gid() == "sector"]) == 9
    assert overlaps(ax) == []


def test_two_sectors_in_one_place_are_both_readable() -> None:
    classes = pd.DataFrame(
        {"b": [1.0, 1.0, 0.9], "f": [1.0, 1.0, 1.1], "class": ["key"] * 3},
        index=["a long name", "another long name", "c"],
    )
    ax = im.plot.quadrants(classes)
    assert len([t for t in ax.texts if t.get_gid() == "sector"]) == 3
    assert overlaps(ax) == []


def test_colours_differ_in_grey_and_lines_in_style() -> None:
    def grey(colour: str) -> float:
        return float(np.dot(to_rgb(colour), [0.299, 0.587, 0.114]))

    stays, foreign, leaves = (grey(c) for c in (style.BLUE, style.SKY, style.ORANGE))
    assert abs(stays - foreign) > 0.2
    assert abs(stays - leaves) > 0.2
    assert len(set(map(str, style.DASHES))) == len(style.SERIES) == len(set(style.MARKERS))


def test_the_picture_on_paper_shows_three_greys_in_the_order_of_the_rungs() -> None:
    """The pixels at the middle of three bars, as a grey printer would put them."""
    steps = pd.DataFrame(
        {"amount": [0.4, 0.3, 0.3]}, index=["imports", "foreign_owned_tax", "compensation"]
    )
    ax = im.plot.waterfall(steps)
    figure = ax.get_figure()
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3] / 255
    greys = []
    for y, x in enumerate([20.0, 55.0, 85.0]):
        column, row = ax.transData.transform((x, y)).round().astype(int)
        greys.append(pixels[len(pixels) - row, column] @ [0.299, 0.587, 0.114])
    leaves, foreign, stays = greys
    assert stays < 0.45 < foreign
    assert abs(leaves - stays) > 0.2


# -- one figure or the user's --------------------------------------------------------------------


def test_without_axes_a_slide_is_made_and_with_them_none() -> None:
    ax = im.plot.bars(pd.Series({"a": 1.0}))
    assert tuple(ax.get_figure().get_size_inches()) == style.SLIDE
    before = pyplot.get_fignums()
    assert im.plot.bars(pd.Series({"a": 1.0}), ax=ax) is ax
    assert pyplot.get_fignums() == before
    assert matplotlib.rcParams["font.size"] == matplotlib.rcParamsDefault["font.size"]


# -- refusals ------------------------------------------------------------------------------------

ONE = pd.Series({"a": 1.0, "b": 2.0})
SQUARE = pd.DataFrame([[0.0, 1.0], [2.0, 0.0]], index=["a", "b"], columns=["a", "b"])
FLOWS = pd.DataFrame({"source": ["a"], "target": ["b"], "value": [1.0]})
BAD: dict[str, tuple[Callable[[], object], type[IOModelError], str]] = {
    "no class": (lambda: im.plot.quadrants(SQUARE), LabelError, "lacks the column class"),
    "one index": (
        lambda: im.plot.quadrants(pd.DataFrame({"b": [1.0], "class": ["key"]})),
        TableError,
        "no two indices",
    ),
    "no amount": (lambda: im.plot.waterfall(SQUARE), LabelError, "lacks the column amount"),
    "not a number": (
        lambda: im.plot.waterfall(pd.DataFrame({"amount": [np.nan]}, index=["imports"])),
        TableError,
        "row 'imports', column 'amount'",
    ),
    "unknown focus": (lambda: im.plot.bars(ONE, focus="c"), LabelError, "stands 0 times"),
    "no band": (lambda: im.plot.bars(SQUARE), LabelError, "lacks the column low, central, high"),
    "band upside down": (
        lambda: im.plot.bars(pd.DataFrame({"low": [2.0], "central": [1.5], "high": [1.0]})),
        TableError,
        "low end above",
    ),
    "nothing": (lambda: im.plot.bars(pd.Series(dtype=float)), TableError, "no numbers to draw"),
    "focus off the map": (
        lambda: im.plot.landscape(SQUARE, focus="z"),
        LabelError,
        "stands 0 times",
    ),
    "endless": (lambda: im.plot.heat(SQUARE / 0), TableError, "not finite"),
    "negative flow": (
        lambda: im.plot.sankey(FLOWS.assign(value=-1.0)),
        TableError,
        "'a' to 'b': -100",
    ),
    "circle": (
        lambda: im.plot.sankey(
            pd.DataFrame({"source": ["a", "b"], "target": ["b", "a"], "value": [1.0, 1.0]})
        ),
        TableError,
        "circle",
    ),
    "no target": (lambda: im.plot.sankey(SQUARE), LabelError, "source, target, value"),
    "years that fall": (
        lambda: im.plot.years(pd.DataFrame({"a": [1.0, 2.0]}, index=[2004, 2003])),
        TableError,
        "do not rise",
    ),
    "empty witness": (
        lambda: im.plot.years(pd.DataFrame({"a": [np.nan]}, index=[2003])),
        TableError,
        "columns without a number",
    ),
    "half a band": (
        lambda: im.plot.years(pd.DataFrame({"a": [1.0]}, index=[2003]), low=SQUARE),
        TableError,
        "two sides",
    ),
    "no logarithm": (
        lambda: im.plot.benchmark(pd.DataFrame({"a": [0.0]}, index=[10])),
        TableError,
        "no logarithm",
    ),
    "not square": (
        lambda: im.plot.network(SQUARE.rename(columns={"b": "c"})),
        TableError,
        "other labels",
    ),
    "no flow": (lambda: im.plot.network(0 * SQUARE), TableError, "above zero"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_drawn_is_refused(case: str) -> None:
    draw, error, words = BAD[case]
    with np.errstate(all="ignore"), pytest.raises(error, match=words):
        draw()


def test_without_matplotlib_the_command_to_install_it_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = builtins.__import__

    def absent(name: str, *rest: Any, **more: Any) -> Any:
        if name.partition(".")[0] == "matplotlib":
            raise ModuleNotFoundError("No module named 'matplotlib'")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(MissingExtraError, match=r"pip install 'iomodel\[plot\]'") as raised:
        im.plot.bars(ONE)
    assert isinstance(raised.value, ImportError)


def test_the_examples_run() -> None:
    """They are skipped where matplotlib may be absent; here it is not."""
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    for info in pkgutil.iter_modules(im.plot.__path__, "iomodel.plot."):
        module = importlib.import_module(info.name)
        for test in doctest.DocTestFinder(exclude_empty=True).find(module):
            for example in test.examples:
                example.options.pop(doctest.SKIP, None)
            runner.run(test, out=said.append)
    assert runner.failures == 0, "".join(said)
    assert runner.tries > 15
    assert "matplotlib" in sys.modules
