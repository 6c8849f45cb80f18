"""What if exports of cars and trucks (3361) fall by a tenth: who produces less, and how much?"""

import iomodel as im

mx = im.load("mexico-2018")
less = mx.L @ mx.demand({"3361": -0.1 * mx.Y.loc["3361", "P.6"]})
print(im.named(mx, less.rename("output").nsmallest(6).round()).to_string())
print(f"all sectors: {less.sum():,.0f} million pesos of output")
