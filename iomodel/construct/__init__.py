"""Making the table or SAM a question needs from what the offices published."""

from iomodel.construct.circular import InstitutionalAccounts, draft_sam, sam, split_surplus
from iomodel.construct.imports import split_imports
from iomodel.construct.maquila import imported_inputs_for, split_maquila

__all__ = [
    "InstitutionalAccounts",
    "draft_sam",
    "imported_inputs_for",
    "sam",
    "split_imports",
    "split_maquila",
    "split_surplus",
]
