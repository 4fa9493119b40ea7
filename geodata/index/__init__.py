"""Which areas cover a point, which are near it, and how near: an immutable compiled index of areas.

Not a judge of areas (whether they overlap, leave gaps or are valid is for validation to say) and
not a store: positions in the given sequence stand for areas, whatever layers they are of.

A border belongs to the area, and edges are straight in (lon, lat): a point is covered exactly when
shapely's `covers` says so, and PostGIS's `ST_Covers` on geometry in EPSG:4326. The answer is exact;
PostGIS 3.3 rounds, and once in ten thousand places drawn from borders takes one that lies less
than a nanometre outside for one on the border. Distances are those of the
ellipsoid to such an edge, true to 1 cm up to 10 km. `ST_Distance` on geography is not as true: it
takes an edge as a geodesic, which lies up to L^2 tan(lat) / 51,000 km beside ours where the edge is
L long, and chooses the nearest place on a sphere; on real boundaries it was seen to be off by 4 cm
within 50 m and by 0.7 m within 1 km. On a generated city 99 in 100 agree to 1 cm.

The earth is cut along the 180th meridian. An area that crosses it must be split there, as RFC 7946
asks; one drawn on beyond 180 degrees is refused. The cut is a border of both parts, a point on it
is covered as its own sign says, and nothing is measured across it. At a pole, where all longitudes
meet, a place is likewise only what its numbers say, and distances within some kilometres of it are
rough.
"""

from geodata.index.answer import Near
from geodata.index.area_index import AreaIndex
from geodata.index.cover_sets import CoverSets
from geodata.index.threads import work_alone

__all__ = ["AreaIndex", "CoverSets", "Near", "work_alone"]
