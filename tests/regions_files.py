"""A bi-regional table in the office's layout, invented: two regions, three industries."""

from __future__ import annotations

from pathlib import Path

import numpy as np

REGIONS = ("colima", "resto_del_pais")
INDUSTRIES = ("111_agricultura", "21_1_mineria_petrolera", "333_336_fabricacion_de_maquinaria")
DEMAND = (
    "cp_consumo_privado",
    "cg_consumo_de_gobierno",
    "p_51b_formacion_bruta_de_capital_fijo",
    "p_52_variacion_de_existencias",
    "d_p_6_exportaciones_de_bienes_y_servicios",
)
PRIMARY = (
    "importaciones_internacionales_c_i_f",
    "impuestos_netos_de_subsidios_sobre_los_productos",
    "valor_agregado_bruto",
)


def grid(seed: int = 0) -> list[list[str]]:
    """Header, six industries and three primary rows that balance."""
    rng = np.random.default_rng(seed)
    rows = [f"{region}_{name}" for region in REGIONS for name in INDUSTRIES]
    columns = [*rows, *(f"{region}_{name}" for region in REGIONS for name in DEMAND)]
    Z = rng.integers(0, 20, (6, 6)).astype(float)
    Y = rng.integers(20, 90, (6, 10)).astype(float)
    x = Z.sum(1) + Y.sum(1)
    imports, taxes = rng.integers(1, 9, 6).astype(float), rng.integers(1, 5, 6).astype(float)
    V = np.vstack([imports, taxes, x - Z.sum(0) - imports - taxes])
    W = np.vstack([rng.integers(0, 9, 10), rng.integers(0, 5, 10), np.zeros(10)]).astype(float)
    body = np.block([[Z, Y], [V, W]])
    head = ["row_keys", *columns]
    return [head, *([label, *map(repr, map(float, line))] for label, line in
                    zip([*rows, *PRIMARY], body, strict=True))]  # fmt: skip


def write(path: Path, lines: list[list[str]]) -> Path:
    """The grid as the office's tab-separated text."""
    path.write_text("\n".join("\t".join(line) for line in lines) + "\n", encoding="utf-8")
    return path
