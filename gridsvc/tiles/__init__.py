"""The map as vector tiles, within what the viewer may see: OGC API Tiles and TileJSON."""
