"""Which cases are near a place: the index finds the few by a box, the ellipsoid decides."""

import numpy as np
from sqlalchemy import ColumnElement, Double, and_, func

from geodata.nearby import reach
from gridsvc.incidents.model import Incident


def metres_from(lon: float, lat: float) -> ColumnElement[float]:
    """Measure from a place in WGS84 to each case."""
    here = func.ST_SetSRID(func.ST_MakePoint(lon, lat), 4326)
    there = func.geography(Incident.location)
    return func.ST_Distance(there, func.geography(here), type_=Double)


def within(lon: float, lat: float, *, metres: float) -> ColumnElement[bool]:
    """Make the condition that a case lies within some metres of a place."""
    wide, high = (float(it[0]) for it in reach(np.array([lat]), np.array([metres])))
    box = func.ST_MakeEnvelope(lon - wide, lat - high, lon + wide, lat + high, 4326)
    inside = Incident.location.op("&&", is_comparison=True)(box)
    return and_(inside, metres_from(lon, lat) <= metres)
