"""From a workbook of your own (sheets Z, Y and V) to multipliers, and back to a workbook."""

import pandas as pd

import iomodel as im

sheets = pd.read_excel("village.xlsx", sheet_name=["Z", "Y", "V"], index_col=0)
table = im.IOTable.from_frames(**sheets, kinds={"imports": "imports", "wages": "compensation"})
found = im.multipliers.value_added(table)
found.to_excel("multipliers.xlsx")
print(found.round(4).to_string())
