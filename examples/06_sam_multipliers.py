"""What does a peso of car exports bring, round after round, and where does it leave the circle?"""

import iomodel as im

sam = im.load_sam("mexico-2013")
model = sam.cut(exogenous=["government", "saving-investment", "tax", "row"])
print(im.multipliers.accounting(model).loc["3361"].round(3).to_string())
print(im.leakage.channels(model).loc["3361"].round(3).to_string())
