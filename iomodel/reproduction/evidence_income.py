"""C7 to C9 and C15: income and technology paid abroad, and the key of ownership behind them."""

from __future__ import annotations

from iomodel import catalog, leakage
from iomodel.reproduction import published
from iomodel.reproduction.equity import INVESTMENT, equity, excess
from iomodel.reproduction.facts import MEXICO, TODAY, Evidence, bands, payments_of, placed


def income_abroad() -> Evidence:
    """C7: income of non-residents in a peso of final demand, under the default key."""
    table = catalog.load(TODAY)
    payments = payments_of(table)
    found = leakage.content(table, placed(table, payments))
    band = bands(table, payments)
    beyond = excess(equity(table, payments), table.meta.unit or "units of the table")
    figures, why = {}, {}
    rows = iter(("C7a", "C7b", "C7c", "C7d"))
    for name, code in (("assembly", "3361"), ("parts", "3363")):
        for reading in ("recorded", "owned_net"):
            gva = float(found["gva"][code])
            figures[f"{name}_{reading}"] = gva - float(found[f"gni_{reading}"][code])
            leaks = gva - band[reading].loc[code]
            row = next(rows)
            why[row] = (
                f"of {gva:.3f} of value added; {leaks.min():.3f} to {leaks.max():.3f} over the "
                "three keys of ownership at low, central and high"
            )
            if reading == "owned_net":
                why[row] += f"; {beyond}"
    return Evidence(TODAY, figures, why)


def technology() -> Evidence:
    """C8: what a peso of final demand pays for technology, were all of it to leave from surplus."""
    table = catalog.load(TODAY)
    payments = payments_of(table)
    without = leakage.content(table, placed(table, payments))["gni_recorded"]
    moved = payments.with_treatments({"technology": "from_surplus"})
    with_it = leakage.content(table, placed(table, moved))["gni_recorded"]
    paid = without - with_it
    said = (
        "this table may hold the payments among its imports and cannot tell: 0 if it does, this "
        "if it does not"
    )
    figures = {"assembly": float(paid["3361"]), "parts": float(paid["3363"])}
    return Evidence(TODAY, figures, {"C8a": said, "C8b": said})


def technology_balance() -> Evidence:
    """C9: charges for the use of intellectual property, 1996 and 2007."""
    series = catalog.bop_series(MEXICO)
    paid, received = series["technology_paid"], series["technology_received"]
    deficit = paid - received
    jump = max(range(1997, 2008), key=lambda year: paid[year] / paid[year - 1])
    smooth = paid[2007] / paid[1996] * paid[jump - 1] / paid[jump]
    broken = (
        f"World Bank series, which breaks: paid {paid[jump - 1]:,.0f} in {jump - 1}, "
        f"{paid[jump]:,.0f} in {jump}; the source counts patents and technical assistance too"
    )
    return Evidence(
        "mexico-bop",
        {
            "deficit_1996": float(deficit[1996]),
            "deficit_2007": float(deficit[2007]),
            "imports_ratio": float(paid[2007] / paid[1996]),
            "exports_growth": 100 * float(received[2007] / received[1996] - 1),
        },
        {
            "C9a": f"paid {paid[1996]:,.0f}, received {received[1996]:,.0f}; {broken}",
            "C9b": f"paid {paid[2007]:,.0f}, received {received[2007]:,.0f}; without the jump of "
            f"{jump} it would be {paid[1996] * smooth - received[2007]:,.0f}; {broken}",
            "C9c": f"without the jump of {jump} the ratio would be {smooth:.1f}; {broken}",
            "C9d": f"received {received[1996]:,.0f} in 1996, {received[2007]:,.0f} in 2007",
        },
    )


def ownership() -> Evidence:
    """C15: the shares copied into the key 'paper', and what each key gives to cars and parts."""
    table = catalog.load(TODAY)
    key = leakage.default_key(table).shares
    levels = ("low", "central", "high")
    said = {
        row: f"{code} in the key: " + ", ".join(f"{level} {key[level][code]:g}" for level in levels)
        for row, code in (("C15b", "3361"), ("C15c", "3363"))
    }
    found = equity(table, payments_of(table))
    shares = "; ".join(
        f"key {name} {100 * of['autos_of_manufacturing']:.0f} % and "
        f"{100 * of['autos_of_all']:.0f} %"
        for name, of in found.iterrows()
    )
    leaks = "; ".join(
        f"key {name} {100 * of['leak_as_invested_3361']:.1f} and "
        f"{100 * of['leak_as_invested_3363']:.1f} cents, not {100 * of['leak_3361']:.1f} and "
        f"{100 * of['leak_3363']:.1f}"
        for name, of in found.iterrows()
    )
    return Evidence(
        "mexico-ownership",
        {"assembly": float(key["central"]["3361"]), "parts": float(key["central"]["3363"])},
        {
            INVESTMENT: "of the equity income abroad of manufacturing and of the whole country "
            f"cars and parts (3361 to 3363) have: {shares}. With {published.value(INVESTMENT):g} % "
            f"of manufacturing's, 3361 and 3363 would lose per peso (recorded nationally, spread): "
            f"{leaks}",
            **said,
        },
    )
