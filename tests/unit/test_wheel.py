"""A wheel, built from the sdist and installed elsewhere, has the same tables and answers."""

import hashlib
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import bootstrap
import official

ASK = """
import sys
import numpy as np
import iomodel as im

table = im.load("mexico-2018")
arrays = {name: np.asarray(getattr(table, name), dtype=float) for name in "Z Y V W x".split()}
np.savez(sys.argv[1], slugs=np.array(list(im.tables().index), dtype=str), **arrays)
print(im.__file__)
"""


@dataclass(frozen=True)
class Place:
    """A Python that imports iomodel from one place, with the folder of its programs."""

    python: Path
    programs: Path

    def run(self, folder: Path, *command: str) -> str:
        """Run away from the checkout, and with nothing of the caller's environment in the way."""
        env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        env["PYTHONIOENCODING"] = "utf-8"
        done = subprocess.run(
            command, cwd=folder, env=env, capture_output=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def ask(self, folder: Path, name: str) -> tuple[Path, dict[str, np.ndarray]]:
        """Where iomodel was imported from; the slugs it ships and the arrays of one table."""
        said = self.run(folder, str(self.python), "-I", "-c", ASK, str(folder / name))
        with np.load(folder / name) as answer:
            return Path(said.strip()).resolve(), dict(answer)

    def iomodel(self, folder: Path, *arguments: str) -> str:
        suffix = ".exe" if os.name == "nt" else ""
        return self.run(folder, str(self.programs / f"iomodel{suffix}"), *arguments)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """checkout -> source distribution -> wheel: what is lost on the way is lost to users."""
    folder = tmp_path_factory.mktemp("build")

    def build(target: str, root: Path) -> None:
        command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    build("sdist", official.ROOT)
    (sdist,) = folder.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # not in 3.11.0 to 3.11.3
        archive.extractall(folder)
    build("wheel", folder / sdist.name.removesuffix(".tar.gz"))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def clean(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A new environment with the wheel in it; its dependencies are borrowed from this one."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    python = bootstrap.program("python", folder)
    place = Place(python, python.parent)
    install = [*bootstrap.installer(place.python), "-q", "--no-deps", "--no-index", str(wheel)]
    place.run(folder, *install)
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = place.run(folder, str(python), "-I", "-c", where)
    # folders named in a .pth file join sys.path, last; .pth files in them (the checkout's) do not
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (Path(site.strip()) / "borrowed.pth").write_text("\n".join(sorted(borrowed)), encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def checkout() -> Place:
    return Place(Path(sys.executable), Path(sysconfig.get_path("scripts")))


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not re.search(r"/(\.|__pycache__)", path.relative_to(folder.parent).as_posix())
    }


@pytest.mark.parametrize("data", ["tables", "seeds"])
def test_the_wheel_carries_every_file_of(data: str, wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    shipped = _digests(tmp_path / "iomodel" / "_data" / data)
    assert shipped
    assert shipped == _digests(official.ROOT / data)
    assert (tmp_path / "iomodel" / "py.typed").exists()


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        top = {name.split("/")[0] for name in archive.namelist()}
    assert {name for name in top if not name.endswith(".dist-info")} == {"iomodel"}


def test_the_same_tables_from_the_wheel_and_from_the_checkout(
    clean: Place, checkout: Place, tmp_path: Path
) -> None:
    where, ours = clean.ask(tmp_path, "wheel.npz")
    there, theirs = checkout.ask(tmp_path, "checkout.npz")
    assert where.is_relative_to(clean.programs.parent.resolve())
    assert there == official.ROOT / "iomodel" / "__init__.py"
    assert ours.keys() == theirs.keys()
    assert "mexico-2018" in ours["slugs"]
    for name in ours:
        np.testing.assert_array_equal(ours[name], theirs[name], err_msg=name)


def test_the_command_reports_the_same_from_the_wheel_and_from_the_checkout(
    clean: Place, checkout: Place, tmp_path: Path
) -> None:
    report = clean.iomodel(tmp_path, "reproduce")
    assert report.strip()
    assert report == checkout.iomodel(tmp_path, "reproduce")
