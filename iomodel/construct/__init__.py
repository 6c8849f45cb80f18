"""Making the table or SAM a question needs from what the offices published."""

from iomodel.construct.circular import InstitutionalAccounts, draft_sam, sam, split_surplus
from iomodel.construct.imports import split_imports
from iomodel.construct.maquila import imported_inputs_for, split_maquila
from iomodel.construct.owners import licences, with_licences, with_owners

__all__ = [
    "InstitutionalAccounts",
    "draft_sam",
    "imported_inputs_for",
    "licences",
    "sam",
    "split_imports",
    "split_maquila",
    "split_surplus",
    "with_licences",
    "with_owners",
]
