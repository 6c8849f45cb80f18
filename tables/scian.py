"""Builds the correspondence of SCIAN 2018 with ISIC rev. 4 from INEGI's official tables."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd

from iomodel.storage import write_folder

FOLDER = "scian-2018-isic-4"
PAIRS = "ciiu-4_scian-2018.json"
TREE = "arbol_scian_actividades.json"
CLASSES = "clases_scian_2018.csv"


def build_scian(official: Path, tables: Path) -> None:
    """Every pair of a six-digit class of SCIAN 2018 and a four-digit class of ISIC rev. 4."""
    folder = official / "scian"
    pairs = json.loads((folder / PAIRS).read_text(encoding="utf-8"))
    classes = (folder / CLASSES).read_text(encoding="utf-8").split()[1:]
    rows = sorted((scian, isic) for isic, listed in pairs.items() for scian in listed)
    _require_whole(rows, classes, json.loads((folder / TREE).read_text(encoding="utf-8")))
    frame = pd.DataFrame({"isic-4": [isic for _, isic in rows]}, [scian for scian, _ in rows])
    description = {
        "holds": "concordance",
        "title": "SCIAN 2018 (classes) and ISIC rev. 4 (classes)",
        "from": "scian-2018",
        "to": "isic-4",
        "country": "MEX",
        "source": "INEGI, Sistema de Clasificación Industrial de América del Norte, México "
        "(SCIAN) 2018, comparative table with ISIC rev. 4",
        "licence": "INEGI terms of free use with citation",
        "assumptions": [
            "Every pair of the official table counts alike: it says which classes meet, not how "
            "much of one lies in the other.",
        ],
        "sha256": {
            name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
            for name in (PAIRS, TREE, CLASSES)
        },
    }
    write_folder(
        tables / FOLDER,
        {"pairs": frame.rename_axis("scian-2018")},
        description,
        overwrite=True,
    )


def _require_whole(
    rows: list[tuple[str, str]], classes: list[str], tree: dict[str, list[str]]
) -> None:
    """Raise unless the pairs name every class of SCIAN once or more, and the tree has them all."""
    leaves = {code for listed in tree.values() for code in listed if len(code) == 6}
    paired = {scian for scian, _ in rows}
    if not paired == set(classes) == leaves or len(set(rows)) != len(rows):
        raise ValueError("the pairs, the list of classes and the tree of SCIAN 2018 differ")
