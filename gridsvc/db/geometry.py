"""Shapely geometries as PostGIS columns. The only module that knows GeoAlchemy2 and WKB."""

import shapely
from geoalchemy2 import Geometry, WKBElement
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Dialect
from sqlalchemy.types import TypeDecorator

STORAGE_SRID = 4326
"""WGS84 longitude and latitude; CGCS2000 is treated as identical (DOMAIN: far below a grid)."""


class ShapelyGeometry(TypeDecorator[BaseGeometry]):
    """A geometry column that takes and gives shapely objects, longitude before latitude.

    The typmod `geometry(<type>, 4326)` lets PostgreSQL refuse any other type or SRID; what is drawn
    from them for tiles lies in the plane of these instead (`srid`), ready to be cut. The index
    is declared beside the table, where a reader looks for it.
    """

    impl = Geometry
    cache_ok = True

    def __init__(self, geometry_type: str, srid: int = STORAGE_SRID) -> None:
        super().__init__(geometry_type=geometry_type, srid=srid, spatial_index=False)
        self.geometry_type = geometry_type
        self.srid = srid

    def process_bind_param(
        self,
        value: BaseGeometry | None,
        dialect: Dialect,  # noqa: ARG002 - the signature is SQLAlchemy's
    ) -> WKBElement | None:
        """Encode for the database."""
        if value is None:
            return None
        return WKBElement(shapely.to_wkb(value), srid=self.srid)

    def process_result_value(
        self,
        value: WKBElement | None,
        dialect: Dialect,  # noqa: ARG002 - the signature is SQLAlchemy's
    ) -> BaseGeometry | None:
        """Decode from the database."""
        return None if value is None else shapely.from_wkb(bytes(value.data))
