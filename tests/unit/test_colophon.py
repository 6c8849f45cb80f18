"""How to cite the library and its tables, and the versions a report of a fault should hold."""

from __future__ import annotations

import tomllib

import pytest

import iomodel as im
from iomodel import colophon
from iomodel.text import WIDTH
from official import ROOT


def test_the_citation_is_that_of_the_file_and_of_this_version() -> None:
    said = im.citation()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"version {im.__version__}, licence {project['license']}." in said
    assert im.__version__ == project["version"]
    assert f"author = {{{{{project['authors'][0]['name']}}}}}," in said
    assert said.count("@software{iomodel,") == 1
    assert said.count("{") == said.count("}")
    assert "None" not in said


def test_a_table_is_cited_with_its_source_licence_and_fingerprint() -> None:
    table = im.load("mexico-2018")
    said = im.citation(table)
    for text in ("Mexico 2018, domestic, 84 industries (million MXN, current prices).",
                 "Source: INEGI", "Licence: INEGI terms", table.meta.sha256):  # fmt: skip
        assert text in said
    assert max(map(len, said.splitlines())) <= WIDTH
    assert said.splitlines()[0] == im.citation().splitlines()[0]


def test_a_sam_is_cited_and_what_is_not_known_is_said_or_left_out() -> None:
    assert "Projected: projected by INEGI" in im.citation(im.load_sam("mexico-2013"))
    small = im.citation(im.load("miller-blair-2x2"))
    assert "sha256" not in small
    assert "Source: Miller" in small


def test_versions_are_those_that_run(capsys: pytest.CaptureFixture[str]) -> None:
    import numpy
    import pandas
    import scipy

    im.show_versions()
    rows = dict(line.split(None, 1) for line in capsys.readouterr().out.splitlines())
    assert rows["iomodel"] == im.__version__
    for package in (numpy, scipy, pandas):
        assert rows[package.__name__] == package.__version__
    assert any("threads" in value for value in rows.values())


def test_what_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert colophon._version("a-package-that-is-not-there") == "not installed"
