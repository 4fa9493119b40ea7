"""The lines that divide the ground into cells: closer together where borders are dense."""

from typing import Final

import numpy as np

from geodata.index.borders import Borders, Floats, Ints
from geodata.index.compiled import inner

PAD: Final = 1e-9
"""Degrees: more than any rounding here, less than anything built."""
# How many edges one cell should have about, and how many cells one edge or area may touch about.
_CELLS_PER_EDGE: Final = 0.8
_TOUCHES_PER_EDGE: Final = 6.0
_LEAST_WORK: Final = 1_000_000
_NARROWEST: Final = 1e-7
_MOST: Final = 4096
_SAMPLE: Final = 20_000
_BUCKETS: Final = 4


def divide(borders: Borders) -> Floats:
    """Choose the lines: as many for longitude as for latitude.

    Half of the lines follow the vertices, so that an old town has small cells and its outskirts
    have large ones; the others stand evenly.

    Parameters
    ----------
    borders : Borders
        Of at least one area.

    Returns
    -------
    ndarray of float64, shape (2, lines)
        Longitudes and latitudes, each ascending; all vertices lie strictly between the outermost.
    """
    cells = _fineness(borders)
    step = 1 + len(borders.vertices) // _SAMPLE
    low, high = borders.vertices.min(axis=0), borders.vertices.max(axis=0)
    sample = np.sort(borders.vertices[::step], axis=0)
    even = np.linspace(low, high, len(sample) + 2)
    lines = np.quantile(np.concatenate([sample, even]), np.linspace(0, 1, cells + 1), axis=0).T
    lines[:, 0], lines[:, -1] = low - PAD, high + PAD
    return np.ascontiguousarray(lines)


def _fineness(borders: Borders) -> int:
    """So many columns, and rows, that neither cells nor what lies in them become too many."""
    vertices, rings, areas = borders
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    extent = np.maximum(high - low, _NARROWEST)
    edges = len(vertices)
    crossed = (np.abs(np.diff(vertices, axis=0)) / extent).sum()
    first = rings[areas[:-1]]
    boxes = np.maximum.reduceat(vertices, first) - np.minimum.reduceat(vertices, first)
    covered = (boxes / extent).prod(axis=1).sum()
    work = _TOUCHES_PER_EDGE * edges + _LEAST_WORK
    most = min(work / max(crossed, 1.0), (10 * work / max(covered, 1.0)) ** 0.5, _MOST)
    most = min(most, float((extent / _NARROWEST).min()))
    return int(max(1, min((_CELLS_PER_EDGE * edges) ** 0.5, most)))


def starts_of(lines: Floats) -> Ints:
    """Give for even pieces of each axis the line at or before their start, as `locate` wants it."""
    pieces = _BUCKETS * lines.shape[1]
    marks = np.linspace(lines[:, 0], lines[:, -1], pieces + 1)[:-1]
    found = [np.searchsorted(lines[axis], marks[:, axis], "right") - 1 for axis in range(2)]
    return np.stack(found).clip(0, lines.shape[1] - 2).astype(np.int32)


@inner
def locate(lines: Floats, starts: Ints, axis: int, place: float) -> int:
    """Find the last line at or before a place that lies between the outermost lines."""
    pieces, last = starts.shape[1], lines.shape[1] - 1
    first = lines[axis, 0]
    piece = int((place - first) * (pieces / (lines[axis, last] - first)))
    line = starts[axis, max(0, min(piece, pieces - 1))]
    while line > 0 and lines[axis, line] > place:
        line -= 1
    while line < last - 1 and lines[axis, line + 1] <= place:
        line += 1
    return line
