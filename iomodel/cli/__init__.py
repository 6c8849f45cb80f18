"""The command `iomodel`: arguments in, tables as text, markdown, json or csv out."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence

from iomodel import __version__
from iomodel.card.parts import FORMATS, Part, chosen, written
from iomodel.errors import IOModelError
from iomodel.lang import LANGUAGES, Language, spoken
from iomodel.text import narrowed

DONE, BAD_INPUT, USAGE = 0, 1, 2
INTERRUPTED = 130
LANGUAGE = "IOMODEL_LANG"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 bad input (one message, no traceback), 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):  # a console without accents gets question marks
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    parser = _parser()
    try:
        asked = parser.parse_args(arguments)
    except SystemExit as stop:  # argparse ends by itself after --help and on a wrong call
        return int(stop.code or 0)
    run: Callable[[argparse.Namespace], int] | None = getattr(asked, "run", None)
    if run is None:
        parser.print_help(sys.stderr)
        return USAGE
    try:
        code = run(asked)
        sys.stdout.flush()
    except IOModelError as error:
        print(narrowed(f"iomodel: {error}"), file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        print("iomodel: interrupted.", file=sys.stderr)
        return INTERRUPTED
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="iomodel", description="Input-output analysis, and where a peso goes."
    )
    parser.add_argument("--version", action="version", version=f"iomodel {__version__}")
    default = os.environ.get(LANGUAGE) or "en"
    _spoken_in(parser, default)
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    reproduce = commands.add_parser(
        "reproduce", help="published figures against official tables, and the answer behind them"
    )
    reproduce.add_argument(
        "--closures", action="store_true", help="only the grid of named closures, best first"
    )
    reproduce.add_argument(
        "--years", action="store_true", help="only the years: 2003-2018, and WIOD 2000-2014"
    )
    reproduce.add_argument(
        "-o", "--output", metavar="FOLDER", help="with --years: write its tables there as csv too"
    )
    _formatted(reproduce, _reproduce, "the claims, the grid, or the two witnesses")
    sector = commands.add_parser("sector", help="the card of one sector")
    sector.add_argument("sector", metavar="SECTOR", help="code or full label, e.g. 3361")
    sector.add_argument(
        "--table",
        default="mexico-2018",
        help="a bundled table (see `iomodel tables`) or a table folder; mexico-2018 by default",
    )
    _formatted(sector, _sector, "where a peso ends")
    bands = commands.add_parser("bands", help="how sure what stays is, and what it rests on")
    bands.add_argument("sector", metavar="SECTOR", help="code or full label, e.g. 3361")
    bands.add_argument("--table", default="mexico-2018", help="as for `sector`")
    bands.add_argument("--draws", type=int, default=2000, help="how many draws (2000)")
    bands.add_argument("--seed", type=int, default=1, help="another seed, other draws (1)")
    _formatted(bands, _bands, "what stays")
    report = commands.add_parser("report", help="one page, or one workbook, about one sector")
    report.add_argument("sector", metavar="SECTOR", help="code or full label, e.g. 3361")
    report.add_argument(
        "--table", default="mexico-2018", help="a bundled table or a table folder; mexico-2018"
    )
    report.add_argument(
        "-o", "--output", metavar="FILE", required=True, help="NAME.html (a page) or NAME.xlsx"
    )
    report.add_argument("--force", action="store_true", help="replace FILE if it exists")
    _spoken_in(report, argparse.SUPPRESS)
    report.set_defaults(run=_report)
    tables = commands.add_parser("tables", help="the tables that ship")
    _formatted(tables, _tables, "the list")
    sectors = commands.add_parser("sectors", help="codes and names of a table, and their weight")
    sectors.add_argument(
        "table",
        metavar="TABLE",
        nargs="?",
        default="mexico-2018",
        help="a bundled table or a table folder; mexico-2018 by default",
    )
    sectors.add_argument(
        "--search", metavar="TEXT", help="only those with these words, whatever accents and case"
    )
    _formatted(sectors, _sectors, "the list")
    sam = commands.add_parser("sam", help="the balances of a social accounting matrix")
    sam.add_argument("sam", metavar="NAME", help="mexico-2013, for example, or a SAM folder")
    _formatted(sam, _sam, "the balances")
    paths = commands.add_parser("paths", help="through whom a peso put in here arrives there")
    paths.add_argument(
        "name", metavar="NAME", help="a SAM (mexico-2013, say), else a table, or a folder"
    )
    paths.add_argument("origin", metavar="ORIGIN", help="where a peso is put in: code or label")
    paths.add_argument("destination", metavar="DESTINATION", help="where it is to arrive")
    paths.add_argument("--top", type=int, default=10, help="how many paths; 10 by default")
    paths.add_argument(
        "--exogenous",
        nargs="+",
        metavar="ACCOUNT",
        help="accounts or kinds of a SAM left outside the circle; by default government, "
        "saving-investment, tax, row",
    )
    _formatted(paths, _paths, "the paths")
    check = commands.add_parser("check", help="what a file is, and what is wrong with it")
    check.add_argument("files", metavar="FILE", nargs="+", help="a file, or a table folder")
    check.set_defaults(run=_check)
    methods = commands.add_parser("methods", help="formula, reference and tests of every method")
    methods.add_argument("--check", action="store_true", help="list the gaps; 1 if there are any")
    _formatted(methods, _methods, "the register")
    completion = commands.add_parser("completion", help="completion of commands for a bash shell")
    completion.set_defaults(run=lambda _: _completion(parser))
    return parser


def _formatted(
    parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int], main_part: str
) -> None:
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="text",
        help=f"text by default; csv holds one table: {main_part}, or the part named",
    )
    parser.add_argument("--part", help="only this part of the answer (json lists their names)")
    _spoken_in(parser, argparse.SUPPRESS)
    parser.set_defaults(run=run)


def _spoken_in(parser: argparse.ArgumentParser, default: str) -> None:
    """The option of the language, before the command or after it."""
    parser.add_argument(
        "--lang",
        choices=LANGUAGES,
        default=default,
        help=f"language of the page, where it is translated; en, or {LANGUAGE} of the environment",
    )


def _say(asked: argparse.Namespace) -> Language:
    return spoken(asked.lang)


def _only_english(asked: argparse.Namespace) -> None:
    """Say, beside the page, that it is not translated yet."""
    say = _say(asked)
    note = say("frame.only_english")
    if note:
        print(note, file=sys.stderr)


def _reproduce(asked: argparse.Namespace) -> int:
    from iomodel.cli import circular, reproduce, years

    if asked.years or asked.closures:
        _only_english(asked)
    if asked.output and not asked.years:
        print("iomodel reproduce: -o is for --years.", file=sys.stderr)
        return USAGE
    if asked.years:
        parts = years.page()
        if asked.output:
            years.write_csv(parts, asked.output)
        return _print(parts, asked, "witnesses")
    if asked.closures:
        return _print(circular.closures(), asked, "closures")
    return _print(reproduce.page(_say(asked)), asked, "claims")


def _sector(asked: argparse.Namespace) -> int:
    from iomodel.card import sector

    return _print(sector.page(asked.sector, asked.table, _say(asked)), asked, "peso")


def _bands(asked: argparse.Namespace) -> int:
    from iomodel.cli import bands

    _only_english(asked)
    return _print(bands.page(asked.sector, asked.table, asked.draws, asked.seed), asked, "stays")


def _report(asked: argparse.Namespace) -> int:
    from iomodel.cli import page

    print(page.write(asked.sector, asked.table, asked.output, lang=asked.lang, force=asked.force))
    return DONE


def _sam(asked: argparse.Namespace) -> int:
    from iomodel.cli import circular

    return _print(circular.page(asked.sam, _say(asked)), asked, "balances")


def _paths(asked: argparse.Namespace) -> int:
    from iomodel.cli import paths

    parts = paths.page(
        asked.name,
        asked.origin,
        asked.destination,
        top=asked.top,
        exogenous=asked.exogenous,
        say=_say(asked),
    )
    return _print(parts, asked, "paths")


def _tables(asked: argparse.Namespace) -> int:
    from iomodel.cli import listing

    return _print(listing.tables(_say(asked)), asked, "tables")


def _sectors(asked: argparse.Namespace) -> int:
    from iomodel.cli import sectors

    return _print(sectors.page(asked.table, asked.search, _say(asked)), asked, "sectors")


def _check(asked: argparse.Namespace) -> int:
    from iomodel.cli import listing

    reports = [listing.inspected(file) for file in asked.files]
    print("\n\n".join(text for text, _ in reports))
    return DONE if all(sound for _, sound in reports) else BAD_INPUT


def _methods(asked: argparse.Namespace) -> int:
    from iomodel import methods
    from iomodel.cli import listing

    if not asked.check:
        return _print(listing.methods(), asked, "methods")
    faults = methods.check()
    print("\n".join(faults) or f"{len(methods.methods())} public functions, no gap.")
    return BAD_INPUT if faults else DONE


def _completion(parser: argparse.ArgumentParser) -> int:
    from iomodel.cli import completion

    print(completion.script(parser))
    return DONE


def _print(parts: Sequence[Part], asked: argparse.Namespace, main_part: str) -> int:
    print(written(chosen(parts, asked.part), asked.format, main=main_part))
    return DONE
