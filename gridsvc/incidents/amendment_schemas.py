"""A correction of a case as the API takes it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from geodata.crs import to_wgs84
from gridsvc.http.values import Code, Text
from gridsvc.incidents.amendment import Amendment, Spot
from gridsvc.routing.schemas import CategoryCode, Location


class AmendmentIn(BaseModel):
    """What is to be other than it was reported; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    category: CategoryCode | None = None
    scheme: Code | None = None
    """Of the category, where several schemes in force use one code."""
    condition: Annotated[Code, Field(min_length=1)] | None = None
    """Code of the filing condition; with another category and none, the shortest limit holds."""
    location: Location | None = None
    address: Annotated[Text, Field(min_length=1, max_length=500)] | None = None
    asset: Annotated[Code, Field(min_length=1)] | None = None
    """Code of the component that is meant; with another category or place and none, none is."""

    def amendment(self) -> Amendment:
        """Give it as the service takes it."""
        place = self.location
        return Amendment(
            category=self.category,
            scheme=self.scheme,
            condition=self.condition,
            location=Spot(*to_wgs84(place.lon, place.lat, place.crs), place.accuracy_m)
            if place
            else None,
            address=self.address,
            asset=self.asset,
        )
