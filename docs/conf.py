"""How the documentation is built: `python3 bootstrap.py docs` runs Sphinx with this file."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from house import docstrings, formulas, pages  # noqa: E402

import iomodel  # noqa: E402

project = "iomodel"
author = "The iomodel developers"
copyright = "The iomodel developers, BSD 3-Clause"
version = release = iomodel.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
    "sphinx_design",
]
exclude_patterns = ["_build", "house"]
nitpicky = False

# notebooks run in every build, and a cell that fails stops it
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_execution_in_temp = True  # what they write is not left here
nb_merge_streams = True
myst_enable_extensions = ["colon_fence", "dollarmath", "deflist", "tasklist"]
myst_heading_anchors = 3

# docstrings speak plain text: formulas are indented, words in backticks are code
default_role = "code"
autodoc_typehints = "none"
autodoc_member_order = "bysource"
toc_object_entries_show_parents = "hide"
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

html_theme = "pydata_sphinx_theme"
html_title = "iomodel"
html_static_path = ["_static"]
html_css_files = ["house.css"]
html_math_renderer = formulas.NAME  # MathML: no script, and nothing fetched from elsewhere
html_show_sourcelink = False
html_theme_options = {
    "show_toc_level": 2,
    "navigation_depth": 2,
    "header_links_before_dropdown": 6,
    "navbar_end": ["theme-switcher"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "pygments_light_style": "default",
    "pygments_dark_style": "github-dark",
}
html_sidebars = {"index": []}

pages.write(HERE / "_generated")
# the kernels of the notebooks: no settings of whoever builds, and quiet
os.environ["IPYTHONDIR"] = str(HERE / "_generated" / "ipython")


def setup(app):
    """Sphinx calls this once."""
    formulas.register(app)
    app.connect("autodoc-process-docstring", docstrings.process)
