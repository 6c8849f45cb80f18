"""The diagnosis of a file in words: one page for Python and for the command, in its language."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from iomodel.lang import ENGLISH, Language

if TYPE_CHECKING:
    from iomodel.readers.diagnose import Report

IDENTITIES = {
    "GDP: production = expenditure": "expenditure",
    "GDP: production = income": "income",
    "GNI: GDP + net income from abroad = income of residents": "gni",
    "disposable income = consumption + saving": "disposable",
    "saving = investment + current account": "saving",
}


def page_of(report: Report, say: Language = ENGLISH) -> str:
    """What a file is, what holds, and what is wrong with it, a line each."""
    title = report.contents
    if say != ENGLISH:  # what a value says of itself is English, its title is its own
        title = say.said(report.title or report.contents)
    lines = [f"{report.file}: {say.said(report.what)}{title and f': {title}'}"]
    lines += [f"  sha256 {report.sha256}"] if report.sha256 else []
    lines += [f"  {say.get(f'check.block.{name}', name)}: {where}" for name, where in report.blocks]
    identities = report.identities.reset_index().to_dict("records")
    lines += [f"  {_identity(row, say)}" for row in identities]
    lines += [f"  {say('check.note', note=say.said(note))}" for note in report.history]
    findings, remedy = [say.said(text) for text in report.findings], report.remedy
    if report.error is not None:
        if say != ENGLISH and not report.error.key:
            lines.append(f"  {say('errors.in_english')}")
        fact, findings, remedy = say.parts(report.error)
        findings = [fact, *findings]
    lines += [f"  {say('check.wrong', finding=text)}" for text in findings]
    lines += [] if findings else [f"  {say('check.nothing')}"]
    lines += [f"  {say('check.remedy', remedy=remedy)}"] if remedy else []
    return "\n".join(lines)


def _identity(row: Mapping[Hashable, Any], say: Language) -> str:
    """Whether one identity holds, its largest gap, and what is allowed."""
    state = say("check.holds" if row["holds"] else "check.fails")
    gap = say("check.gap", gap=f"{row['residual']:.3g}")
    worst = str(row.get("worst", "all"))  # an identity of the whole table has no place
    at = "" if worst == "all" else say("check.at", worst=worst)
    allowed = say("check.allowed", allowed=f"{row['tolerance']:.3g}")
    return f"{state}: {identity_of(str(row['identity']), say)}: {gap}{at} {allowed}"


def identity_of(name: str, say: Language) -> str:
    """An identity of a table or SAM in a language, with the account it is worst in."""
    worst = name.partition("(worst: ")[2].rstrip(")")
    if worst:
        return say("identity.accounts", worst=worst)
    return say(f"identity.{IDENTITIES[name]}") if name in IDENTITIES else say.said(name)
