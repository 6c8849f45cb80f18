"""Which location quotient comes nearest to the official table of Puebla, and how near is that?"""

import iomodel as im

region = im.regional.region_of(im.load("mexico-2018-puebla"), "puebla")
tried = im.regional.nearest(region)
print(tried.head(6).round(2).to_string())
