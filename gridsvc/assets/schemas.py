"""Components as the API shows and takes them."""

from datetime import datetime
from typing import Annotated, Any

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from geodata.crs import Crs
from gridsvc.assets.state import State
from gridsvc.http.values import Code, Moment, Text

_NUL = rb"\u0000"
EXAMPLE: JsonDict = {
    "category": "C0106",
    "name": "路灯",
    "crs": "gcj02",
    "geometry": {"type": "Point", "coordinates": [115.9061, 36.6012]},
    "owner": "ORG-379902-PU",
    "state": "intact",
}


class BodyOut(BaseModel):
    code: str
    name: str


class AssetOut(BaseModel):
    """One version of a component."""

    id: str
    code: str
    scheme: str
    category: str
    name: str
    state: State
    owner: BodyOut
    maintainer: BodyOut | None
    geometry: dict[str, Any]
    """GeoJSON in WGS84, longitude first."""
    attributes: dict[str, Any]
    valid_from: datetime
    valid_to: datetime | None


class AssetPage(BaseModel):
    assets: list[AssetOut]
    next: str | None


class NearAssetOut(AssetOut):
    distance_m: float
    """0 within a polygon."""


def _keepable(attributes: dict[str, Any]) -> dict[str, Any]:
    """Refuse what JSON or PostgreSQL has no room for: half a character, a huge number, NUL."""
    try:
        text = orjson.dumps(attributes)
    except orjson.JSONEncodeError:
        text = _NUL
    if _NUL in text.replace(rb"\\", b""):
        raise PydanticCustomError(
            "not_keepable",
            "it holds a number or a character that cannot be kept",
            {"zh": "含有无法保存的数字或字符"},
        )
    return attributes


class AssetBody(BaseModel):
    """What a component is to be from a time on."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    scheme: Code | None = None
    category: Annotated[Code, Field(min_length=1)]
    name: Annotated[Text, Field(min_length=1, max_length=200)] | None = None
    """The name of its class, if it has none of its own."""
    crs: Crs
    geometry: dict[str, Any]
    """GeoJSON in `crs`, longitude first; one shape of one kind."""
    owner: Annotated[Code, Field(min_length=1)]
    maintainer: Annotated[Code, Field(min_length=1)] | None = None
    state: State = State.INTACT
    attributes: Annotated[dict[str, Any], AfterValidator(_keepable)] = {}
    valid_from: Moment | None = None
    """Now, if it does not say."""
