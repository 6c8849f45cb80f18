"""Run by the kernels of the notebooks as they start: texts in tables are marked, to stand left."""

import re

import pandas as pd
from IPython import get_ipython


def html(frame):
    """A frame as pandas writes it, cells that begin with a letter marked as text."""
    return re.sub(r"<td>(?!NaN)(?=[^\W\d_])", '<td class="text">', frame._repr_html_())


get_ipython().display_formatter.formatters["text/html"].for_type(pd.DataFrame, html)
