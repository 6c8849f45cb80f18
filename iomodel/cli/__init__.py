"""The command `iomodel`: arguments in, tables as text, markdown, json or csv out."""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from iomodel import __version__
from iomodel.card.parts import FORMATS, Part, chosen, written
from iomodel.cli import usage
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
    given = list(sys.argv[1:] if arguments is None else arguments)
    say = usage.language(given, os.environ.get(LANGUAGE) or "en")
    parser = _parser(say)
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
        print(narrowed(f"iomodel: {say.told(error)}"), file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        print(say("usage.interrupted"), file=sys.stderr)
        return INTERRUPTED
    return code


def _parser(say: Language) -> argparse.ArgumentParser:
    parser = usage.Parser(prog="iomodel", description=say("usage.iomodel"), say=say)
    parser.add_argument("--version", action="version", version=f"iomodel {__version__}")
    default = os.environ.get(LANGUAGE) or "en"
    _spoken_in(parser, default)
    parser.set_defaults(run=None)
    speaking: Any = partial(usage.Parser, say=say)
    commands = parser.add_subparsers(
        title=say("usage.commands"), metavar=say("usage.COMMAND"), parser_class=speaking
    )
    reproduce = commands.add_parser("reproduce", help=say("usage.reproduce"))
    reproduce.add_argument("--closures", action="store_true", help=say("usage.closures"))
    reproduce.add_argument("--years", action="store_true", help=say("usage.years"))
    reproduce.add_argument(
        "-o", "--output", metavar=say("usage.FOLDER"), help=say("usage.years_output")
    )
    _formatted(reproduce, _reproduce, say("usage.main_reproduce"))
    sector = commands.add_parser("sector", help=say("usage.sector"))
    sector.add_argument("sector", metavar=say("usage.SECTOR"), help=say("usage.a_sector"))
    sector.add_argument(
        "--table",
        default="mexico-2018",
        help=say("usage.a_table"),
    )
    _formatted(sector, _sector, say("usage.main_sector"))
    bands = commands.add_parser("bands", help=say("usage.bands"))
    bands.add_argument("sector", metavar=say("usage.SECTOR"), help=say("usage.a_sector"))
    bands.add_argument("--table", default="mexico-2018", help=say("usage.as_for_sector"))
    bands.add_argument("--draws", type=int, default=2000, help=say("usage.draws"))
    bands.add_argument("--seed", type=int, default=1, help=say("usage.seed"))
    _formatted(bands, _bands, say("usage.main_bands"))
    report = commands.add_parser("report", help=say("usage.report"))
    report.add_argument("sector", metavar=say("usage.SECTOR"), help=say("usage.a_sector"))
    report.add_argument("--table", default="mexico-2018", help=say("usage.table"))
    report.add_argument(
        "-o", "--output", metavar=say("usage.FILE"), required=True, help=say("usage.output")
    )
    report.add_argument("--force", action="store_true", help=say("usage.force"))
    report.add_argument("--interactive", action="store_true", help=say("usage.interactive"))
    _spoken_in(report, argparse.SUPPRESS)
    report.set_defaults(run=_report)
    tables = commands.add_parser("tables", help=say("usage.tables"))
    _formatted(tables, _tables, say("usage.main_tables"))
    sectors = commands.add_parser("sectors", help=say("usage.sectors"))
    sectors.add_argument(
        "table",
        metavar=say("usage.TABLE"),
        nargs="?",
        default="mexico-2018",
        help=say("usage.a_table"),
    )
    sectors.add_argument("--search", metavar=say("usage.TEXT"), help=say("usage.search"))
    _formatted(sectors, _sectors, say("usage.main_tables"))
    sam = commands.add_parser("sam", help=say("usage.sam"))
    sam.add_argument("sam", metavar=say("usage.NAME"), help=say("usage.a_sam"))
    _formatted(sam, _sam, say("usage.main_sam"))
    paths = commands.add_parser("paths", help=say("usage.paths"))
    paths.add_argument("name", metavar=say("usage.NAME"), help=say("usage.a_sam_or_table"))
    paths.add_argument("origin", metavar=say("usage.ORIGIN"), help=say("usage.origin"))
    paths.add_argument(
        "destination", metavar=say("usage.DESTINATION"), help=say("usage.destination")
    )
    paths.add_argument("--top", type=int, default=10, help=say("usage.top"))
    paths.add_argument(
        "--exogenous",
        nargs="+",
        metavar=say("usage.ACCOUNT"),
        help=say("usage.exogenous"),
    )
    _formatted(paths, _paths, say("usage.main_paths"))
    check = commands.add_parser("check", help=say("usage.check"))
    check.add_argument("files", metavar=say("usage.FILE"), nargs="+", help=say("usage.a_file"))
    _spoken_in(check, argparse.SUPPRESS)
    check.set_defaults(run=_check)
    methods = commands.add_parser("methods", help=say("usage.methods"))
    methods.add_argument("--check", action="store_true", help=say("usage.gaps"))
    _formatted(methods, _methods, say("usage.main_methods"))
    completion = commands.add_parser("completion", help=say("usage.completion"))
    completion.set_defaults(run=lambda _: _completion(parser))
    return parser


def _formatted(
    parser: argparse.ArgumentParser,
    run: Callable[[argparse.Namespace], int],
    main_part: str,
) -> None:
    say = usage.say_of(parser)
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="text",
        help=say("usage.format", main=main_part),
    )
    parser.add_argument("--part", help=say("usage.part"))
    _spoken_in(parser, argparse.SUPPRESS)
    parser.set_defaults(run=run)


def _spoken_in(parser: argparse.ArgumentParser, default: str) -> None:
    """The option of the language, before the command or after it."""
    say = usage.say_of(parser)
    parser.add_argument(
        "--lang",
        choices=LANGUAGES,
        default=default,
        help=say("usage.lang", variable=LANGUAGE),
    )


def _say(asked: argparse.Namespace) -> Language:
    return spoken(asked.lang)


def _reproduce(asked: argparse.Namespace) -> int:
    from iomodel.cli import circular, reproduce, years

    say = _say(asked)
    if asked.output and not asked.years:
        print(say("usage.only_years"), file=sys.stderr)
        return USAGE
    if asked.years:
        parts = years.page(say)
        if asked.output:
            years.write_csv(parts, asked.output)
        return _print(parts, asked, "witnesses")
    if asked.closures:
        return _print(circular.closures(say), asked, "closures")
    return _print(reproduce.page(say), asked, "claims")


def _sector(asked: argparse.Namespace) -> int:
    from iomodel.card import sector

    return _print(sector.page(asked.sector, asked.table, _say(asked)), asked, "peso")


def _bands(asked: argparse.Namespace) -> int:
    from iomodel.cli import bands

    parts = bands.page(asked.sector, asked.table, asked.draws, asked.seed, _say(asked))
    return _print(parts, asked, "stays")


def _report(asked: argparse.Namespace) -> int:
    from iomodel.cli import page

    how = {"lang": asked.lang, "force": asked.force, "interactive": asked.interactive}
    gc.disable()  # what drawing makes lives as long as the page: looking for waste is a tenth of it
    try:
        print(page.write(asked.sector, asked.table, asked.output, **how))
    finally:
        gc.enable()
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

    reports = [listing.inspected(file, _say(asked)) for file in asked.files]
    print("\n\n".join(text for text, _ in reports))
    return DONE if all(sound for _, sound in reports) else BAD_INPUT


def _methods(asked: argparse.Namespace) -> int:
    from iomodel import methods
    from iomodel.cli import listing

    if not asked.check:
        return _print(listing.methods(_say(asked)), asked, "methods")
    say, faults = _say(asked), methods.check()
    print("\n".join(faults) or say("usage.no_gap", n=len(methods.methods())))
    return BAD_INPUT if faults else DONE


def _completion(parser: argparse.ArgumentParser) -> int:
    from iomodel.cli import completion

    print(completion.script(parser))
    return DONE


def _print(parts: Sequence[Part], asked: argparse.Namespace, main_part: str) -> int:
    print(written(chosen(parts, asked.part), asked.format, main=main_part))
    return DONE
