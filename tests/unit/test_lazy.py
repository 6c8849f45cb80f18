"""What `import iomodel` loads, and what is loaded only with its first use."""

from __future__ import annotations

import subprocess
import sys

import pytest

import iomodel as im
from official import ROOT

NEVER = ("matplotlib", "plotly", "openpyxl", "xarray", "dask")


def loaded(code: str) -> set[str]:
    """The modules that are loaded once a new interpreter has run this."""
    said = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(said.stdout.split())


def test_the_import_loads_nothing_of_others() -> None:
    assert loaded("import iomodel").isdisjoint({*NEVER, "scipy", "pandas", "numpy"})


def test_all_modules_together_load_no_drawing_and_no_workbooks() -> None:
    found = loaded("import iomodel as im\nfor name in im.__all__: getattr(im, name)")
    assert "iomodel.multipliers" in found
    assert found.isdisjoint(NEVER)
    assert "scipy.optimize" not in found


def test_a_table_is_read_and_shown_without_scipy() -> None:
    found = loaded("import iomodel as im\nrepr(im.load('mexico-2018'))")
    assert "scipy" not in found
    assert found.isdisjoint(NEVER)


def test_every_name_of_the_list_is_found_and_stays() -> None:
    for name in im.__all__:
        assert getattr(im, name) is getattr(im, name)
        assert name in vars(im)


def test_a_module_that_is_not_in_the_list_is_still_found() -> None:
    assert im.readers.__name__ == "iomodel.readers"  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["loads", "_table", "__wrapped__"])
def test_a_name_that_is_not_there_is_an_attribute_error(name: str) -> None:
    with pytest.raises(AttributeError, match=f"module 'iomodel' has no attribute '{name}'"):
        getattr(im, name)


def test_what_a_module_lacks_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dependency that is not installed is named, not turned into a missing attribute."""

    def fails(name: str) -> object:
        raise ModuleNotFoundError("No module named 'nothing'", name="nothing")

    monkeypatch.setattr(im, "import_module", fails, raising=False)
    with pytest.raises(ModuleNotFoundError, match="nothing"):
        im.absent  # type: ignore[attr-defined]  # noqa: B018
