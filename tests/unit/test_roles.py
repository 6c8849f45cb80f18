"""Which sectors are public and which one licenses: data of a country, not of the program."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from iomodel import OwnershipKey, SectorRoles, catalog, leakage
from iomodel.bop import BalanceOfPayments, Item
from iomodel.errors import LabelError, MissingAccountError
from iomodel.meta import Meta
from iomodel.table import IOTable

CODES = ["mine", "shop", "ideas", "state"]
ROLES = SectorRoles(public_enterprises=("mine",), public_bodies=("state",), licensing="ideas")


def table(country: str = "XYZ") -> IOTable:
    """Four sectors with a surplus of 40 each; only the shop buys ideas."""
    Z = pd.DataFrame(0.0, CODES, CODES)
    Z.loc["ideas", "shop"] = 10.0
    V = pd.DataFrame({code: [50.0, 40.0] for code in CODES}, ["w", "s"])
    V.loc["w", "shop"] = 40.0
    return IOTable.from_frames(
        Z,
        pd.Series([90.0, 90.0, 80.0, 90.0], CODES),
        V,
        kinds={"w": "compensation", "s": "surplus"},
        meta=Meta(title="small", country=country, year=2018, unit="million XYZ", currency="XYZ"),
    )


def payments() -> BalanceOfPayments:
    """Private interest, public interest and technology, none of it equity."""
    items = (
        Item("interest_private", "Interest", 8.0, "from_surplus", "corporate_surplus"),
        Item("interest_public", "Public interest", 3.0, "from_government", "public_enterprises"),
        Item("technology", "Technology", 35.0, "from_surplus", "technology"),
    )
    return BalanceOfPayments("XYZ", 2018, items, 1.0, "XYZ", "million", "invented")


def key(roles: SectorRoles | None) -> OwnershipKey:
    """Nobody is foreign-owned."""
    return OwnershipKey.from_shares("mine", pd.Series(0.0, CODES), roles=roles)


def test_another_country_names_its_own_sectors() -> None:
    found = leakage.allocate(table(), payments(), key=key(ROLES), public_enterprises=1.0).flows
    assert found["interest_private"].tolist() == [0, 4, 4, 0]  # none of public bodies
    assert found["interest_public"].tolist() == [3, 0, 0, 0]
    assert found["technology"].tolist() == pytest.approx([0, 0, 35, 0])
    more = replace(
        payments(), items=(*payments().items[:2], replace(payments().items[2], amount=50))
    )
    found = leakage.allocate(table(), more, key=key(ROLES)).flows["technology"]
    assert found.tolist() == pytest.approx([0, 14, 36, 0])  # the rest by its only user


def test_without_names_nobody_is_public_and_licences_have_no_place() -> None:
    with pytest.raises(MissingAccountError, match=r"(?s)that licenses \(none is named\).*`roles`"):
        leakage.allocate(table(), payments(), key=key(None))
    outside = payments().with_treatments({"technology": "unallocated"})
    found = leakage.allocate(table(), outside, key=key(None)).flows
    assert found["interest_private"].tolist() == [2, 2, 2, 2]
    with pytest.raises(MissingAccountError, match="sector 533 and its users"):
        leakage.allocate(table(), payments(), key=key(replace(ROLES, licensing="533")))


def test_those_of_mexico_ship() -> None:
    roles = catalog.load_roles("MEX")
    assert roles.public == ("211", "221", "324", "521", "931")
    assert roles.public_enterprises == ("211", "221", "324")
    assert roles.licensing == "533"
    assert {key.roles for key in catalog.load_keys("MEX").values()} == {roles}
    assert catalog.load_roles("XYZ") == SectorRoles()
    # a key of one's own on a table of Mexico has them without saying so
    mx = catalog.load("mexico-2018")
    shares = pd.Series(0.1, mx.accounts.index)
    silent = OwnershipKey.from_shares("own", shares)
    spoken = OwnershipKey.from_shares("own", shares, roles=roles)
    bop = catalog.load_bop("mexico", 2018)
    one = leakage.allocate(mx, bop, key=silent, public_enterprises=0.5)
    other = leakage.allocate(mx, bop, key=spoken, public_enterprises=0.5)
    pd.testing.assert_frame_equal(one.flows, other.flows)
    assert one.flows.loc["931", "interest_private"] == 0
    nobody = OwnershipKey.from_shares("own", shares, roles=SectorRoles())
    charged = leakage.allocate(mx, bop, key=nobody, public_enterprises=0.5)
    assert charged.flows.loc["211", "interest_private"] > 0
    assert np.isclose(charged.report.loc["interest_public", "placed"], 0)


def test_codes_are_a_list_of_text() -> None:
    with pytest.raises(LabelError, match=r"`public_bodies` is \(521,\)"):
        SectorRoles(public_bodies=(521,))  # type: ignore[arg-type]
    with pytest.raises(LabelError, match="`licensing` is 533"):
        SectorRoles(licensing=533)  # type: ignore[arg-type]
    assert SectorRoles(public_enterprises="211").public_enterprises == ("211",)  # type: ignore[arg-type]
    listed = SectorRoles(public_enterprises=["211"])  # type: ignore[arg-type]
    assert listed.public_enterprises == ("211",)
