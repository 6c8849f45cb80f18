"""Where a peso goes: income paid abroad, by sector, in the open model and in the circular flow."""

from iomodel.leakage.allocation import Outflow, allocate, default_key, keys
from iomodel.leakage.circle import (
    as_if_resident,
    channels,
    held,
    matrix,
)
from iomodel.leakage.ladder import NOT_RECORDED, bands, content, phi, split, waterfall
from iomodel.leakage.presumed import presumed
from iomodel.leakage.reconciliation import DOWN, Reconciliation, reconciliation, wear_rates
from iomodel.leakage.repatriation import repatriation_elasticities, with_repatriation
from iomodel.leakage.respending import elasticities, type_ii, type_ii_benchmark, type_ii_marginal

__all__ = [
    "DOWN",
    "NOT_RECORDED",
    "Outflow",
    "Reconciliation",
    "allocate",
    "as_if_resident",
    "bands",
    "channels",
    "content",
    "default_key",
    "elasticities",
    "held",
    "keys",
    "matrix",
    "phi",
    "repatriation_elasticities",
    "presumed",
    "reconciliation",
    "split",
    "type_ii",
    "type_ii_benchmark",
    "type_ii_marginal",
    "waterfall",
    "wear_rates",
    "with_repatriation",
]
