"""``make bench``: the ratios that say whether the program is light, both sides in one run. It fails nothing."""
