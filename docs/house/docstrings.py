"""The docstrings of the library as Sphinx wants them.

They are written to be read in a terminal: plain sentences, formulas indented, words of code in
backticks, and paragraphs that begin with "Cost:", "Errors:" or "Reference:".
"""

import re

FIELDS = re.compile(r"^(Cost|Errors|Raises|Reference|Returns|Shape|Shapes|The search)(:| )")
CODE = re.compile(r"(`[^`]+`|\*\*[^*]+\*\*)")
LIST = re.compile(r"^(\d+\.|-|\*) ")


def process(app, what, name, obj, options, lines):
    """Called by autodoc with the lines of one docstring, to be changed in place."""
    lines[:] = rest(lines)


def rest(lines):
    """Docstring lines as reStructuredText lines."""
    out = []
    for block in blocks(lines):
        if block[0].lstrip().startswith(">>>"):
            out += ["", *block, ""]
        elif all(line.startswith("  ") for line in block) or columns(block):
            out += ["", ".. code-block:: text", "", *("   " + line for line in block), ""]
        else:
            out += prose(block)
    return out


def blocks(lines):
    """Runs of lines without a blank one between."""
    found, current = [], []
    for line in lines:
        if not line.strip():
            if current:
                found.append(current)
            current = []
        else:
            current.append(line)
    return [*found, current] if current else found


def columns(block):
    """Whether a block is a table in plain text: lines that go on far to the right."""
    return not LIST.match(block[0]) and any(line.startswith(" " * 8) for line in block[1:])


def prose(block):
    """Sentences: a paragraph of its own for cost, errors and reference; signs taken as they are."""
    out = []
    for line in block:
        field = FIELDS.match(line)
        if field:
            out += ["", f"**{field[1]}:** {escaped(line[field.end() :].lstrip())}"]
        else:
            out.append(escaped(line))
    return [*out, ""]


def escaped(line):
    """A line in which only words in backticks and bold words are marked up."""
    indent = len(line) - len(line.lstrip())
    if LIST.match(line.lstrip()):
        mark, rest_of = line.lstrip().split(" ", 1)
        return " " * indent + mark + " " + signs(rest_of)
    return " " * indent + signs(line.lstrip())


def signs(text):
    """Stars, bars and underscores mean themselves outside of code."""
    parts = CODE.split(text)
    return "".join(
        part if index % 2 else re.sub(r"([\\*|_`])", r"\\\1", part)
        for index, part in enumerate(parts)
    )
