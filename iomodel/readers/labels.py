"""Labels of official tables: cleaned, and split into group, code and name."""

from __future__ import annotations

import datetime
import re
import unicodedata
from dataclasses import dataclass

from iomodel.errors import LabelError

_TAG = re.compile(r"<[^<>]*>")
_SPACE = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_MARK = re.compile(r"(?:([a-z])\s*|(\d)/\s*)(?=[A-Z]{1,4}\d*\.|[A-Z]{2})")
_TWO_CODES = re.compile(r"([A-Z]\.\d+\w?) - ([A-Z]\.\d+\w?) - ")


@dataclass(frozen=True)
class Label:
    """A label in its parts: 'DI---Demanda intermedia|1111---Maíz' has group DI and code 1111.

    `mark` is a footnote mark that was glued to the front, `joined` a code written in two pieces.
    """

    code: str
    name: str
    group: str = ""
    mark: str = ""
    joined: bool = False

    @property
    def text(self) -> str:
        """Code and name as the user writes them."""
        return f"{self.code} - {self.name}" if self.code and self.name else self.code or self.name


def clean(value: object, where: str = "label") -> str:
    """A label as text: NFC, single spaces, no tags; LabelError for what is not a label.

    >>> clean("     3361 - Fabricación\u00a0de automóviles ")
    '3361 - Fabricación de automóviles'
    >>> clean(1111.0)
    '1111'
    """
    if value is None:
        return ""
    if isinstance(value, (datetime.date, datetime.time, datetime.timedelta)):
        raise LabelError(
            f"{where}: {value} is a date where a label should stand: the spreadsheet turned a code "
            "into a date.",
            remedy="Write the code as text (such as '3-11') and save the file again.",
        )
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise LabelError(
            f"{where}: {value!r} is not a label.", remedy="Write the code and the name as text."
        )
    if isinstance(value, (int, float)):
        return str(int(value))
    text = _TAG.sub("", unicodedata.normalize("NFC", str(value)))
    hidden = _INVISIBLE.findall(text)
    if hidden:
        points = ", ".join(f"U+{ord(sign):04X}" for sign in sorted(set(hidden)))
        raise LabelError(
            f"{where}: label {text!r} holds characters that cannot be seen ({points}).",
            remedy="Delete them in the file.",
        )
    _refuse_mojibake(text, where)
    return _SPACE.sub(" ", text).strip()


def _refuse_mojibake(text: str, where: str) -> None:
    if "Ã" not in text and "Â" not in text:
        return
    try:
        original = text.encode("cp1252").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return
    if original != text:
        raise LabelError(
            f"{where}: label '{text}' was decoded with the wrong encoding; it was probably "
            f"'{original}'.",
            remedy="Save the file again from the original in UTF-8.",
        )


def split(value: object, where: str = "label") -> Label:
    """A label split at its first ' - ' or '---', its group at '|', its footnote mark taken off.

    >>> split("D.21-D.31 - Impuestos sobre los productos, netos").code
    'D.21-D.31'
    >>> split("DI---Demanda intermedia|31-33---Industrias manufactureras")
    Label(code='31-33', name='Industrias manufactureras', group='DI', mark='', joined=False)
    >>> split("a P.6 - Exportaciones").mark
    'a'
    """
    text = clean(value, where)
    group = ""
    if "|" in text and "---" in text:
        group, text = (part.strip() for part in text.split("|", 1))
        group = group.split("---", 1)[0].strip()
    joined = _TWO_CODES.match(text)
    if joined:
        text = f"{joined[1]}-{text[joined.start(2) :]}"
    at, width = min(
        ((found, len(sign)) for sign in ("---", " - ") if (found := text.find(sign)) > 0),
        default=(-1, 0),
    )
    if at > 0:
        code, name = text[:at].strip(), text[at + width :].strip()
    elif re.fullmatch(r"\d{1,6}(?:[-,]\d{1,6})*", text):
        code, name = text, ""
    else:
        code, name = "", text
    mark = _MARK.match(code)
    if mark:
        code = code[mark.end() :]
    if code and " " not in code and len(code) < 16 and not code.isascii():
        points = ", ".join(f"'{c}' is U+{ord(c):04X}" for c in code if not c.isascii())
        raise LabelError(
            f"{where}: the code '{code}' holds letters of another alphabet ({points}).",
            remedy="Type the code again.",
        )
    return Label(code, name, group, (mark[1] or mark[2]) if mark else "", bool(joined))


def plain(text: str) -> str:
    """A name without accents, case or punctuation, to recognise it by.

    >>> plain("Valor Bruto de la Producción")
    'valor bruto de la produccion'
    """
    letters = unicodedata.normalize("NFKD", text.lower())
    return " ".join(re.sub(r"[^a-z0-9 ]+", " ", re.sub(r"[\u0300-\u036f]", "", letters)).split())
