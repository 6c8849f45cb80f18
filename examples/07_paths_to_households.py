"""Through whom does a peso earned by parts makers (3363) reach households?"""

import iomodel as im

model = im.load_sam("mexico-2013").cut(exogenous=["government", "saving-investment", "tax", "row"])
paths = im.paths.largest(model, "3363", "households", top=5)
print(paths[["path", "direct", "total", "share"]].round(3).to_string())
print(f"all paths together: {paths.attrs['global_influence']:.3f} of a peso")
