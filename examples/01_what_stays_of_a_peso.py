"""What stays in Mexico of a peso of car exports?"""

import iomodel as im

mx = im.load("mexico-2018")
abroad = im.leakage.allocate(mx, im.load_bop("mexico", 2018), key=im.leakage.default_key(mx))
kept = im.leakage.content(mx, abroad).loc["3361"]
print(kept[["gdp", "gni_recorded", "imports"]].round(3).to_string())
