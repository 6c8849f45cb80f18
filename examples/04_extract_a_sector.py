"""How much value added would Mexico lose without its makers of motor vehicle parts (3363)?"""

import iomodel as im

mx = im.load("mexico-2018")
lost = im.extraction.complete(mx, measure="value_added", percent=True)["3363"]
print(im.named(mx, lost.nlargest(6).round(3)).to_string())
print(f"all sectors: {lost.sum():.3f} per cent of value added")
