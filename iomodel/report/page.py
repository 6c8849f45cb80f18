"""The report as one page of HTML: one file, printable, readable on a phone, and without scripts
unless it is asked to answer to the mouse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from iomodel.report import interactive
from iomodel.report.asked import Asked
from iomodel.report.parts import Figure, Grid, Section
from iomodel.report.pictures import NARROW, WIDE, svg
from iomodel.report.style import CSS
from iomodel.text import number

BAND = ["low", "central", "high"]
YEAR = 4  # letters of rows that need no room for words


class Html(str):
    """Text that is already HTML; every other text is escaped on its way in."""


def tag(name: str, *children: object, **attributes: object) -> Html:
    """An element; children that are no `Html` are escaped, `class_` is the attribute class.

    >>> tag("p", "a < b", class_="note")
    '<p class="note">a &lt; b</p>'
    """
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = "".join(child if isinstance(child, Html) else escape(str(child)) for child in children)
    return Html(f"<{name}{said}>{inside}</{name}>")


def page(
    asked: Asked,
    sections: Sequence[Section],
    left_out: Sequence[str],
    *,
    command: str = "",
    answers: bool = False,
) -> str:
    """The whole page; one that answers to the mouse has a program in it, any other has none."""
    w = asked.w
    scripts = [_script(interactive.program()), _script(interactive.start())] if answers else []
    title = w["page.title"].format(code=asked.code, name=asked.name, title=asked.table.meta.title)
    head = [
        Html('<meta charset="utf-8">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html('<link rel="icon" href="data:,">'),
        tag("title", title),
        tag("style", Html(CSS)),
    ]
    body = [
        tag("header", *_head(asked)),
        _contents(w, sections),
        *(_section(section, w, answers) for section in sections),
        _left_out(w, left_out),
        tag("footer", *_foot(w, command, answers)),
    ]
    whole = tag("body", tag("main", *body), *scripts)
    html = tag("html", tag("head", *head), whole, lang=asked.say.code)
    return f"<!doctype html>\n{html}\n"


def _head(asked: Asked) -> list[Html]:
    """Kicker, title, table, and the three numbers a reader came for."""
    w, found = asked.w, asked.answer
    parts = [
        tag("p", w["page.kicker"], class_="kicker"),
        tag("h1", f"{asked.code} {asked.name}"),
        tag("p", asked.table.meta.title, class_="table"),
    ]
    if found is None:
        return parts
    three = found.three
    kept_low, kept, kept_high = map(float, three.loc["residents: recorded", BAND])
    low, high = number(100 * kept_low, 1), number(100 * kept_high, 1)
    numbers = [
        (float(found.ladder["amount"]["imports"]), w["hero.imports"]),
        (float(three["central"]["produced: GDP content"]), w["hero.produced"]),
        (kept, w["hero.residents"].format(low=low, high=high)),
    ]
    cards = [
        tag("div", tag("b", number(100 * value, 1)), tag("span", text)) for value, text in numbers
    ]
    lead = tag("p", w["hero.lead"].format(year=asked.year), class_="lead")
    return [*parts, lead, tag("div", *cards, class_="hero")]


def _contents(w: Mapping[str, str], sections: Sequence[Section]) -> Html:
    links = [tag("a", section.title, href=f"#{section.key}") for section in sections]
    links.append(tag("a", w["page.left_out"], href="#left-out"))
    return tag("nav", *links, aria_label=w["page.contents"])


def _section(section: Section, w: Mapping[str, str], answers: bool) -> Html:
    parts: list[Html] = [tag("h2", section.title)]
    parts += [tag("p", text) for text in section.lead]
    for figure in section.figures:
        live = figure.live() if answers and figure.live is not None else None
        parts.append(_figure(figure, live, w))
    parts += [_grid(grid) for grid in section.grids]
    parts += [tag("p", text, class_="note") for text in section.notes]
    for title, texts in (section.lists or {}).items():
        items = [tag("li", text) for text in texts]
        parts.append(tag("div", tag("h3", title), tag("ul", *items), class_="list"))
    return tag("section", *parts, id=section.key)


def _figure(figure: Figure, live: Mapping[str, Any] | None, w: Mapping[str, str]) -> Html:
    """Wide and narrow, of which the page shows one; the live one hides both but on paper."""
    wide, narrow = (Html(svg(figure, form)) for form in (WIDE, NARROW))
    parts = [tag("div", wide, class_="wide"), tag("div", narrow, class_="narrow")]
    caption = [figure.caption]
    if live is not None:
        parts += [tag("div", class_="live", role="img", aria_label=figure.alt), _script(live)]
        caption.append(tag("span", " ", w[f"page.mouse.{figure.key}"], class_="mouse"))
    parts.append(tag("figcaption", *caption))
    return tag(
        "figure", *parts, id=f"figure-{figure.key}", data_live=None if live is None else "yes"
    )


def _script(content: str | Mapping[str, Any]) -> Html:
    """A program, or the figures of a picture as json."""
    if isinstance(content, str):
        return Html(f"<script>{content}</script>")
    return Html(f'<script type="application/json">{interactive.as_json(content)}</script>')


def _grid(grid: Grid) -> Html:
    """A table; numbers to the right, each in the decimals of its column."""
    heads = [tag("th", grid.corner, scope="col")]
    heads += [
        tag("th", head, scope="col", class_=_class(grid, j)) for j, head in enumerate(grid.heads)
    ]
    rows = []
    for i, (label, cells) in enumerate(zip(grid.rows, grid.shown(), strict=True)):
        if grid.on_page is not None and i not in grid.on_page:
            continue
        line = [tag("th", label, scope="row")]
        line += [tag("td", cell, class_=_class(grid, j)) for j, cell in enumerate(cells)]
        rows.append(tag("tr", *line, class_="sum" if i in grid.bold else None))
    table = tag(
        "table",
        tag("caption", grid.title),
        tag("thead", tag("tr", *heads)),
        tag("tbody", *rows),
        id=f"table-{grid.key}",
        class_="years" if max(map(len, grid.rows), default=0) <= YEAR else None,
    )
    return tag("div", table, class_="scroll")


def _class(grid: Grid, column: int) -> str | None:
    kinds = ["n"] if grid.digits[column] is not None else ["t"]
    return " ".join([*kinds, "long"] if column in grid.long else kinds)


def _left_out(w: Mapping[str, str], left_out: Sequence[str]) -> Html:
    said = [tag("li", text) for text in left_out]
    inside = tag("ul", *said) if said else tag("p", w["page.left_out.none"])
    return tag("section", tag("h2", w["page.left_out"]), inside, id="left-out")


def _foot(w: Mapping[str, str], command: str, answers: bool) -> list[Html]:
    made = w["page.made.live" if answers else "page.made"]
    parts = [tag("p", made.format(version=_version()))]
    if command:
        before, _, after = w["page.again"].partition("{command}")
        parts.append(tag("p", before, tag("code", command), after))
    return parts


def _version() -> str:
    try:
        return version("iomodel")
    except PackageNotFoundError:  # a checkout that was not installed
        return "0"
