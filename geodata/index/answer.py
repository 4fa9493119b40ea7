"""What an index answers about one area near a point."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Near:
    """An area that covers a point or lies within a radius of it.

    Parameters
    ----------
    position : int
        Which area.
    distance_m : float
        Metres to the area's border: positive inside, negative outside, 0 on it.
    share : float
        Share of the disc around the point that the area covers, 0 to 1.
    """

    position: int
    distance_m: float
    share: float
