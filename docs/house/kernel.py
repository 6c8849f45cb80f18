"""Run by the kernels of the notebooks as they start: what a cell shows, and how."""

import re

import numpy as np
import pandas as pd
from IPython import get_ipython


def html(frame):
    """A frame as pandas writes it, cells that begin with a letter marked as text."""
    return re.sub(r"<td>(?!NaN|True|False)(?=[^\W\d_])", '<td class="text">', frame._repr_html_())


def number(value, printer, cycle):
    """A number as one would write it, without the name of its type."""
    printer.text(f"{value:.6g}")


pd.set_option("display.max_rows", 16, "display.min_rows", 8, "display.precision", 4)
shell = get_ipython()
shell.ast_node_interactivity = "all"  # a result for each line that asks for one
shell.display_formatter.formatters["text/html"].for_type(pd.DataFrame, html)
shell.display_formatter.formatters["text/plain"].for_type(np.float64, number)
