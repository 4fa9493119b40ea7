"""A part of a case as the API takes it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from geodata.crs import to_wgs84
from gridsvc.http.values import Code, Text
from gridsvc.incidents.amendment import Spot
from gridsvc.incidents.parts import Part
from gridsvc.personal.masking import masked_text
from gridsvc.routing.schemas import CategoryCode, Location


class PartIn(BaseModel):
    """What somebody has to do of the whole; without a place of its own it is where the whole is."""

    model_config = ConfigDict(extra="forbid")

    category: CategoryCode
    scheme: Code | None = None
    condition: Annotated[Code, Field(min_length=1)] | None = None
    location: Location | None = None
    address: Annotated[Text, Field(min_length=1, max_length=500)] | None = None
    description: Annotated[Text, Field(min_length=1, max_length=2_000)]

    def part(self) -> Part:
        """Give it as the service takes it."""
        place = self.location
        return Part(
            category=self.category,
            scheme=self.scheme,
            condition=self.condition,
            location=Spot(*to_wgs84(place.lon, place.lat, place.crs), place.accuracy_m)
            if place
            else None,
            address=self.address,
            description=masked_text(self.description),
        )
