"""Multipliers of tables (output, value added, jobs ...) and accounting multipliers of SAMs."""

from iomodel.multipliers.accounting import accounting, key_accounts, rounds
from iomodel.multipliers.chain import Chain, round_by_round
from iomodel.multipliers.leontief import (
    compensation,
    imports,
    income,
    jobs,
    output,
    product_taxes,
    production_taxes,
    surplus,
    taxes,
    value_added,
)

__all__ = [
    "Chain",
    "accounting",
    "compensation",
    "imports",
    "income",
    "jobs",
    "key_accounts",
    "output",
    "product_taxes",
    "production_taxes",
    "round_by_round",
    "rounds",
    "surplus",
    "taxes",
    "value_added",
]
