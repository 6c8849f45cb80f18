"""What the build of the documentation adds to Sphinx: generated pages, docstrings, formulas."""
