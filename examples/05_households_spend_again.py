"""How much larger is the multiplier of cars if wages are spent again? Close for households."""

import iomodel as im

mx = im.load("mexico-2018")
closed = im.closure.households(mx)
for title, table in {"open": mx, "households inside": closed}.items():
    print(title, im.multipliers.output(table, over="industries")["3361"].round(3))
