"""The kinds of account of a social accounting matrix."""

ACTIVITY = "activity"
COMMODITY = "commodity"
FACTOR = "factor"
INSTITUTION = "institution"
TAX = "tax"
SAVING = "saving-investment"
TRADE = "row-trade"
INCOME_ABROAD = "row-income"
TRANSFERS_ABROAD = "row-transfers"
BALANCE_ABROAD = "row-balance"
REST_OF_WORLD = "row"
ABROAD = (TRADE, INCOME_ABROAD, TRANSFERS_ABROAD, BALANCE_ABROAD, REST_OF_WORLD)
SAM_KINDS = (ACTIVITY, COMMODITY, FACTOR, INSTITUTION, TAX, SAVING, *ABROAD)
