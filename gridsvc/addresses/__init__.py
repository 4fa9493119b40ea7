"""Finding a place by its words: names of areas, sub-estates and roads, and house numbers."""
