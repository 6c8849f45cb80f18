"""Imports become a tenth dearer: whose costs rise most, and what does it do to consumption?"""

import iomodel as im

mx = im.load("mexico-2018")
rise = im.prices.imports(mx, 0.1)
print(im.named(mx, (100 * rise).nlargest(6).round(2)).to_string())
print(im.prices.final_demand(mx, rise, imports=0.1)["relative"].round(4).to_string())
