"""Formulas as MathML, which browsers draw themselves: no script, nothing fetched from elsewhere."""

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml

NAME = "mathml"


def register(app):
    """Let HTML pages write their formulas so."""
    app.add_html_math_renderer(NAME, (inline, None), (display, None))


def inline(self, node):
    """A formula within a line."""
    self.body.append(tex2mathml(node.astext(), as_block=False))
    raise nodes.SkipNode


def display(self, node):
    """A formula on a line of its own."""
    self.body.append(f'<div class="formula">{tex2mathml(node.astext(), as_block=True)}</div>')
    raise nodes.SkipNode
