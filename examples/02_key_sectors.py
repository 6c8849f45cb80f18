"""Which are the key sectors of Mexico, those that pull and push more than the average?"""

import iomodel as im

mx = im.load("mexico-2018")
found = im.linkages.key_sectors(mx)
key = found[found["class"] == "key"].sort_values("rasmussen_backward", ascending=False)
print(im.named(mx, key.round(3)).to_string())
