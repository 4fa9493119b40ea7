"""Files of points, read piece by piece: never the whole of one is in memory."""
