"""The ground before anybody divides it: an outline in metres, where people live, its bends.

The place is a plain in China; nothing of it copies a real border.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geodata.generate.plan import Plan

Floats = NDArray[np.float64]

DECIMALS: Final = 7
"""Of a degree in every coordinate of the city: about a centimetre."""
_METRES_PER_DEGREE: Final = 111_320.0
_OUTLINE_CORNERS: Final = 44
_SAMPLE_PER_GRID: Final = 24
_OVERSIZE: Final = 1.5
"""As many people are drawn more, so that enough of them fall inside the outline."""
_TOWN_SHARE: Final = 0.24
_SHORTEST_WAVE_M: Final = 600.0
"""Much longer than the pieces of a border, which follow the waves."""


@dataclass(frozen=True, slots=True)
class Plane:
    """Metres east and north of a place, on a plain cylinder: to draw a city, not to survey one."""

    lon: float
    lat: float

    def to_degrees(self, xy: Floats) -> Floats:
        """Longitude, latitude of points (..., 2), rounded to `DECIMALS`."""
        degrees = xy / self._scale() + np.array([self.lon, self.lat])
        return np.asarray(np.round(degrees, DECIMALS))

    def to_metres(self, degrees: Floats) -> Floats:
        """Metres of points (..., 2) of longitude, latitude."""
        return np.asarray((degrees - np.array([self.lon, self.lat])) * self._scale())

    def _scale(self) -> Floats:
        return _METRES_PER_DEGREE * np.array([np.cos(np.radians(self.lat)), 1.0])


PLANE: Final = Plane(lon=115.9, lat=36.6)


def outline(radius: float) -> Floats:
    """Draw the convex outline of the city, corners counter-clockwise, metres before it is bent."""
    turn = np.linspace(0, 2 * np.pi, _OUTLINE_CORNERS, endpoint=False)
    return radius * np.column_stack([1.12 * np.cos(turn), 0.89 * np.sin(turn)])


def settle(plan: Plan, rng: np.random.Generator) -> Floats:
    """Draw a sample of where people live: a dense centre, towns around it, the open country.

    Parameters
    ----------
    plan : Plan
        Its radius, its centre and its towns count here.
    rng : Generator
        Draws the places.

    Returns
    -------
    ndarray of float64, shape (n, 2)
        Metres before the ground is bent, all inside the outline.
    """
    wanted = plan.grids * _SAMPLE_PER_GRID
    drawn = int(wanted * _OVERSIZE)
    homes = np.vstack([np.zeros((1, 2)), _towns(plan.towns, rng)])
    town_share = _TOWN_SHARE if plan.towns else 0.0
    weights = [plan.core, *([town_share / max(plan.towns, 1)] * plan.towns)]
    home = rng.choice(len(weights) + 1, size=drawn, p=[*weights, 1 - sum(weights)])
    spread = np.array([plan.core_radius, *rng.uniform(0.02, 0.05, size=plan.towns)])
    places = rng.uniform(-1.2, 1.2, size=(drawn, 2))
    settled = home < len(homes)
    who = home[settled]
    places[settled] = homes[who] + rng.normal(size=(len(who), 2)) * spread[who, None]
    inside = (places[:, 0] / 1.1) ** 2 + (places[:, 1] / 0.87) ** 2 < 1
    return plan.radius_m * places[inside][:wanted]


def _towns(count: int, rng: np.random.Generator) -> Floats:
    turn = 2 * np.pi * (np.arange(count) + rng.uniform(-0.3, 0.3, size=count)) / max(count, 1)
    far = np.where(np.arange(count) % 2, 0.75, 0.45) + rng.uniform(-0.08, 0.08, size=count)
    return np.column_stack([1.1 * far * np.cos(turn), 0.87 * far * np.sin(turn)])


def bend(xy: Floats, radius: float, rng: np.random.Generator) -> Floats:
    """Bend the ground so that no border runs straight for long.

    Each of several waves pushes sideways to the direction in which it travels. Such a shear is
    one-to-one and keeps areas, whatever its height, and so is their sequence: nothing can fold.

    Parameters
    ----------
    xy : ndarray, shape (..., 2)
        Points in metres.
    radius : float
        The waves are from about this long down to a tenth of it, in metres.
    rng : Generator
        Draws the waves.

    Returns
    -------
    ndarray, shape (..., 2)
        The points where they are now.
    """
    for length in np.geomspace(1.6 * radius, max(0.12 * radius, _SHORTEST_WAVE_M), 7):
        turn, phase = rng.uniform(0, 2 * np.pi, size=2)
        towards = np.array([np.cos(turn), np.sin(turn)])
        sideways = np.array([-towards[1], towards[0]])
        travelled = xy[..., 0] * towards[0] + xy[..., 1] * towards[1]
        wave = 0.055 * length * np.sin(2 * np.pi * travelled / length + phase)
        xy = xy + wave[..., None] * sideways
    return xy
