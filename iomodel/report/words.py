"""Every sentence of the report in English, by key; other languages stand in files beside this."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from iomodel.errors import LabelError

EN: dict[str, str] = {
    # -- the page
    "page.title": "{code} {name}: {title}",
    "page.kicker": "Report of one sector",
    "page.contents": "Contents",
    "page.left_out": "Left out, and why",
    "page.left_out.none": "Nothing was left out.",
    "page.made": "Made by iomodel {version}. Every figure was computed when this file was written; "
    "nothing on this page loads anything or runs a program.",
    "page.again": "The same again: {command}",
    "hero.lead": "Of each peso of final demand for its product (an export, say), at the factory "
    "gate (basic prices), {year}:",
    "hero.imports": "cents pay for imports, its own and those of its suppliers",
    "hero.produced": "cents are produced in the country (GDP content: value added and taxes on "
    "products)",
    "hero.residents": "cents are income of residents once income recorded as paid abroad is taken "
    "out; {low} to {high} over all keys of ownership",
    "hero.undated": "year not given",
    # -- identity
    "identity.title": "Identity card",
    "identity.lead": "{title}; {prices} prices; {many} sectors.",
    "identity.projected": "Not observed: {projected}.",
    "identity.grid": "Size and weight of the sector",
    "identity.col": "what",
    "identity.value": "value",
    "identity.unit": "unit",
    "identity.row.output": "output",
    "identity.row.share of all output": "share of all output",
    "identity.row.value added": "value added",
    "identity.row.share of GDP": "share of GDP",
    "identity.row.exports": "exports",
    "identity.row.share of all exports": "share of all exports",
    "identity.row.share of all exports, tourism included": "share of all exports, purchases of "
    "tourists included",
    "identity.row.exports over output": "exports over output",
    "identity.row.jobs": "jobs",
    "identity.row.share of all jobs": "share of all jobs",
    "identity.no_jobs": "Jobs: the table has no row of jobs (satellite 'PT').",
    # -- multipliers
    "effects.title": "What one more peso sets going",
    "effects.grid": "Multipliers (per {unit} of final demand; jobs per {unit})",
    "effects.col": "of",
    "effects.direct": "direct",
    "effects.total": "total",
    "effects.multiplier": "total over direct",
    "effects.rank": "rank of {many}",
    "effects.note": "Total: through all domestic suppliers and their suppliers, income not spent "
    "again. Rank: 1 is the highest total.",
    "effects.lacking": "Multipliers of {what}: the table does not record it.",
    "effects.row.output": "output",
    "effects.row.value added": "value added",
    "effects.row.compensation": "wages and social contributions",
    "effects.row.imports": "imports",
    "effects.row.taxes": "taxes",
    "effects.row.jobs": "jobs",
    # -- the peso
    "peso.title": "Where a peso of exports goes",
    "peso.lead": "One peso of final demand at basic prices, followed through all domestic "
    "suppliers until every cent has ended somewhere. All rungs add up to 100 cents.",
    "peso.figure": "The ladder of a peso, in cents. Each bar begins where the one above ended; "
    "hatched: through suppliers. Orange leaves the country, light blue is foreign-owned but not "
    "recorded as leaving, blue stays.",
    "peso.figure.plain": "The ladder of a peso, in cents. Each bar begins where the one above "
    "ended; hatched: through suppliers. Income paid abroad is not taken out of the surplus here.",
    "peso.alt": "Waterfall: {what}.",
    "peso.axis": "cents of a peso of final demand",
    "peso.grid": "The ladder of a peso, in cents",
    "peso.col": "where it ends",
    "peso.amount": "cents",
    "peso.direct": "of the sector itself",
    "peso.indirect": "through suppliers",
    "peso.basis": "rests on",
    "peso.total": "total",
    "peso.basis.table": "table",
    "peso.basis.key": "key",
    "peso.basis.key, rates": "key, rates",
    "peso.basis.households": "households",
    "peso.note": "Rests on: table, the official table alone; households, the share of surplus that "
    "is theirs (national accounts, jobs); key, who owns the rest of the surplus (key 'paper'); "
    "rates, wear of capital and tax at one rate for the whole economy.",
    "peso.leaves": "leaves",
    "peso.foreign": "foreign-owned, not recorded as leaving",
    "peso.stays": "stays",
    "peso.hatched": "hatched: through suppliers",
    "rung.imports": "imports",
    "rung.product_taxes": "taxes on products",
    "rung.compensation": "wages and social contributions",
    "rung.production_taxes": "other taxes on production",
    "rung.surplus": "gross operating surplus",
    "rung.value_added": "value added",
    "rung.household_and_mixed_surplus": "households, own-account work",
    "rung.national_corporate_surplus": "national companies' surplus",
    "rung.foreign_owned_depreciation": "foreign-owned: wear of capital",
    "rung.foreign_owned_tax": "foreign-owned: tax on profit",
    "rung.foreign_owned_profit_not_recorded": "foreign-owned: profit left",
    "rung.interest_abroad": "interest paid abroad",
    "rung.reinvested_abroad": "foreign profit, reinvested",
    "rung.dividends_abroad": "dividends paid abroad",
    "rung.technology_abroad": "payments for technology",
    # -- three answers, three readings
    "residents.title": "How much stays: three answers, three readings",
    "residents.lead": "Three questions that are often mixed. Produced here: what is added to GDP. "
    "Accrues to residents: GDP less the income of foreign owners and lenders, in three readings. "
    "Spent here again: with the rounds of income that follow, so it can pass 100.",
    "residents.figure": "Cents of a peso of final demand; whisker: lowest and highest over three "
    "keys of ownership at three levels, or over two rules of respending.",
    "residents.alt": "Bars: {what}.",
    "residents.three": "The three answers, in cents of a peso of final demand",
    "residents.col": "answer",
    "residents.low": "low",
    "residents.central": "central",
    "residents.high": "high",
    "residents.row.produced: value added": "produced here: value added",
    "residents.row.produced: GDP content": "produced here: GDP content",
    "residents.row.residents: recorded": "residents: recorded",
    "residents.row.residents: owned_net": "residents: owned, net",
    "residents.row.residents: owned_gross": "residents: owned, gross (a bound)",
    "residents.row.spent again: wages": "spent again: wages only",
    "residents.row.spent again: all income": "spent again: all income",
    "residents.bands": "Income of residents (GNI content, market prices) under each key, in cents",
    "residents.bands.col": "reading and key",
    "residents.reading.recorded": "recorded: key {key}",
    "residents.reading.owned_net": "owned, net: key {key}",
    "residents.reading.owned_gross": "owned, gross (a bound): key {key}",
    "residents.note.readings": "Recorded: what the balance of payments says left the country, a "
    "national total spread over sectors by the key. Owned, net: the surplus of foreign-owned "
    "activities less wear of capital, tax and interest. Owned, gross: an upper bound, not income.",
    "residents.note.levels": "Low, central and high are levels of the key. None of the keys is a "
    "census: 'paper' follows the words of a paper, 'amne' estimates of the OECD, 'neutral' gives "
    "every company surplus one share. By industry no income abroad is recorded. Spent again, all "
    "income: the marginal and the benchmark rule; neither is a bound.",
    "residents.excess": "Owned, net, beside what was recorded: {excess}.",
    "residents.cannot": "What the table cannot say",
    # -- quadrants
    "links.title": "How the sector is linked",
    "links.lead": "Class by Rasmussen's two indices: {kind}. Backward: how strongly the sector "
    "pulls its suppliers; forward: how strongly it is pulled by all others; 1 is the average.",
    "links.class.key": "key",
    "links.class.backward": "backward",
    "links.class.forward": "forward",
    "links.class.independent": "independent",
    "links.class.inactive": "inactive",
    "links.figure": "Key sectors: each mark a sector, lines at the average, the sector ringed. "
    "Squares: key, above average both ways; triangles: backward; diamonds: forward; dots: neither.",
    "links.alt": "Scatter of all sectors by backward and forward linkage; {name} at {x} and {y}.",
    "links.x": "backward linkage (average = 1)",
    "links.y": "forward linkage (average = 1)",
    "links.grid": "Linkage indices (no unit; averages are 1 unless the formula says otherwise)",
    "links.col": "index",
    "links.value": "value",
    "links.rank": "rank of {many}",
    "links.formula": "formula",
    "links.more": "A choice; all {many} indices stand in the workbook (-o NAME.xlsx).",
    # -- ribbons
    "ribbons.title": "The leaks of a peso",
    "ribbons.figure": "The same peso as ribbons, in cents: spent by the sector itself, or passed "
    "to domestic suppliers, and where both end.",
    "ribbons.alt": "Ribbons from one peso to its ends: {what}.",
    "ribbons.peso": "one peso",
    "ribbons.direct": "the sector",
    "ribbons.indirect": "suppliers",
    "ribbons.negative": "a rung is below zero ({what}), and a ribbon cannot show that; see the "
    "ladder",
    # -- suppliers and clients
    "trade.title": "Suppliers and clients",
    "trade.suppliers": "Top suppliers",
    "trade.suppliers.figure": "The ten largest domestic suppliers, {unit}.",
    "trade.suppliers.alt": "Bars of the ten largest domestic suppliers.",
    "trade.suppliers.col": "supplier",
    "trade.purchases": "purchases, {unit}",
    "trade.direct": "cents per peso of output",
    "trade.total": "cents, with suppliers' suppliers",
    "trade.imports": "imported inputs, all products",
    "trade.clients": "Top clients",
    "trade.clients.figure": "The ten largest clients, sectors and final demand, {unit}.",
    "trade.clients.alt": "Bars of the ten largest clients.",
    "trade.clients.col": "client",
    "trade.sales": "sales, {unit}",
    "trade.share": "% of output",
    "trade.note": "Purchases from domestic suppliers at basic prices, the sector's own products "
    "included. The column with suppliers' suppliers counts all output set going per peso of final "
    "demand, so it can pass 100 cents in all.",
    "demand.private_consumption": "Private consumption",
    "demand.government_consumption": "Government consumption",
    "demand.fixed_investment": "Fixed investment",
    "demand.inventories": "Change in inventories",
    "demand.exports": "Exports",
    "demand.discrepancy": "Statistical discrepancy",
    "demand.imports": "Imports (minus)",
    "demand.final_demand": "Final demand",
    # -- extraction
    "loss.title": "What would be lost without it",
    "loss.lead": "Hypothetical extraction: the output and value added that vanish in the whole "
    "country, the sector's own included, if nobody takes its place. It measures how much hangs on "
    "the sector; it is no forecast.",
    "loss.grid": "Losses of the whole country",
    "loss.col": "if the sector",
    "loss.output": "output, {unit}",
    "loss.output_percent": "% of all output",
    "loss.value_added": "value added, {unit}",
    "loss.value_added_percent": "% of all value added",
    "loss.row.complete": "vanishes",
    "loss.row.backward": "buys nothing here",
    "loss.row.backward_others": "buys nothing from other sectors",
    "loss.row.forward": "sells nothing to producers",
    "loss.row.forward_others": "sells nothing to other producers",
    "loss.row.forward_ghosh": "sells nothing to producers (supply side)",
    # -- settings
    "settings.title": "Six settings of 2013, with bands",
    "settings.lead": "Another table, another year: Mexico 2013, projected, with the social "
    "accounting matrix built from it. Three models (open; wages and surplus spent again, type II; "
    "the whole circular flow, SAM), each without and with income paid abroad. Do not mix these "
    "figures with those of {year} above.",
    "settings.figure": "Income of residents (GNI) per peso of final demand, in cents, 2013; "
    "whisker: lowest and highest over three keys at three levels, where they were computed.",
    "settings.alt": "Bars: {what}.",
    "settings.grid": "Per peso of final demand, in cents",
    "settings.col": "model, income abroad",
    "settings.output": "output",
    "settings.gva": "value added",
    "settings.gdp": "GDP",
    "settings.gni": "GNI",
    "settings.bands": "How far these rest on the key, in cents",
    "settings.bands.col": "figure",
    "settings.row.open": "open",
    "settings.row.type II": "type II",
    "settings.row.SAM": "SAM",
    "settings.row.without": "without",
    "settings.row.with": "with",
    "settings.row.with, propensity held": "with, propensity held",
    "settings.row.with, base year kept": "with, base year kept",
    "settings.band.type II output": "type II: output, propensity held",
    "settings.band.SAM output": "SAM: output, propensity held",
    "settings.band.SAM gni": "SAM: GNI, propensity held",
    "settings.band.recorded": "open: GNI, recorded",
    "settings.band.owned net": "open: GNI, owned net",
    "settings.band.owned gross": "open: GNI, owned gross (a bound)",
    "settings.note": "Propensity held: what a change in repatriation does. Base year kept: the "
    "model reproduces the consumption observed. Central: key 'paper' at its central level.",
    "settings.not_mexico": "they are computed for Mexico only",
    "settings.no_sector": "the tables of 2013 have no sector '{code}'",
    # -- checks
    "checks.title": "Does the table balance?",
    "checks.lead": "Every accounting identity of the table, its largest gap and the gap that "
    "rounding allows ({unit}).",
    "checks.grid": "Balance checks",
    "checks.col": "identity",
    "checks.residual": "largest gap",
    "checks.tolerance": "allowed",
    "checks.worst": "where",
    "checks.holds": "holds",
    "checks.yes": "yes",
    "checks.no": "NO",
    # -- sources
    "sources.title": "Sources and assumptions",
    "sources.source": "Source of the table: {source}.",
    "sources.licence": "Licence: {licence}.",
    "sources.sha256": "sha256 of the official file: {sha256}",
    "sources.figures": "sha256 of the figures used (labels, Z, Y, V, W, x): {sha256}",
    "sources.assumptions": "Assumptions",
    "sources.history": "How the table was made",
    # -- the workbook
    "book.report": "Report",
    "book.notes": "Notes",
    "book.sheet": "sheet",
    "book.holds": "holds",
    "book.live": "Live model",
    "book.live.lead": "Live formulas: change a final demand (column C, yellow) and outputs follow. "
    "L = MINVERSE(I - A), x = MMULT(L, f). Differences are live less ours.",
    "book.live.too_large": "Live formulas: the table has {many} sectors; a sheet with MINVERSE is "
    "written up to {most}.",
    "book.live.sector": "sector",
    "book.live.name": "name",
    "book.live.demand": "final demand f, {unit}",
    "book.live.output": "output x, ours",
    "book.live.live": "output x, live",
    "book.live.difference": "difference",
    "book.live.multiplier": "multiplier, ours",
    "book.live.multiplier_live": "multiplier, live",
    "book.live.flows": "Z, purchases by sector (column) from sector (row), {unit}",
    "book.live.identity": "I - A",
    "book.live.inverse": "L = MINVERSE(I - A)",
}


def languages() -> dict[str, Mapping[str, str]]:
    """The dictionaries that there are, by language."""
    from iomodel.report.words_es import ES

    return {"en": MappingProxyType(EN), "es": MappingProxyType(ES)}


def words(lang: str) -> Mapping[str, str]:
    """The dictionary of a language; LabelError naming those there are."""
    found = languages()
    if lang not in found:
        raise LabelError(
            f"The report is not written in '{lang}'.",
            remedy=f"It is written in: {', '.join(found)}.",
        )
    return found[lang]


def rungs(w: Mapping[str, str]) -> dict[str, str]:
    """The words of the rungs of a ladder, by rung, for pictures."""
    return {key.removeprefix("rung."): text for key, text in w.items() if key.startswith("rung.")}
