"""What a page cannot be made from; faults of the frames themselves are geodata's errors."""

from geodata.errors import GeodataError


class MapError(GeodataError):
    """A page was asked for with something that it cannot show."""
