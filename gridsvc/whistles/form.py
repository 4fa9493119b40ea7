"""What the form of a new whistle asks, as its address carries it."""

from typing import Annotated
from uuid import UUID

import orjson
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.crs import Crs
from gridsvc.auth.principal import Principal
from gridsvc.errors import Invalid
from gridsvc.http.values import Code, Text
from gridsvc.planning.shapes import read_area
from gridsvc.whistles import reading
from gridsvc.whistles.asked import Matter, Where


class WhereIn(BaseModel):
    """Where to, and whom to look for."""

    incident: Code = ""
    layer: Code = ""
    code: Code = ""
    geometry: Annotated[Text, Field(max_length=4_000)] = ""
    crs: Crs = Crs.WGS84
    radius: Annotated[int, Field(ge=10, le=5_000)] = 200
    category: Code = ""

    @property
    def says_where(self) -> bool:
        """Whether any place is named."""
        return bool(self.incident or self.code or self.geometry)

    async def matter(self, db: AsyncSession, *, who: Principal) -> Matter:
        """Give it as the service takes it."""
        shape = read_area(_geojson(self.geometry), self.crs) if self.geometry else None
        area = (self.layer, self.code) if self.code and not self.geometry else None
        incident = await reading.incident_named(db, self.incident, who=who)
        where = Where(shape=shape, area=area, radius_m=float(self.radius), incident_id=incident)
        return Matter(where=where, category=self.category or None)

    def fields(self, incident: UUID | None) -> dict[str, str]:
        """Give it as the body of a whistle says it."""
        said = {
            "incident": str(incident or ""),
            "area.layer": self.layer if self.code and not self.geometry else "",
            "area.code": self.code if not self.geometry else "",
            "geometry": self.geometry,
            "crs": self.crs.value if self.geometry else "",
            "radius_m": str(self.radius),
            "category": self.category,
        }
        return {name: value for name, value in said.items() if value}


def _geojson(text: str) -> dict[str, object]:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise Invalid(
            "invalid_shape",
            en="The surface is no GeoJSON geometry.",
            zh="范围不是 GeoJSON 几何。",
            field="geometry",
        )
    return found
