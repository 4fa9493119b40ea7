"""What OGC API Tiles and TileJSON say about collections. Pure.

OGC API - Tiles 1.0 (20-057), OGC API - Common 1.0 (19-072), TileJSON 3.0.0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from gridsvc.tiles import matrix
from gridsvc.tiles.bands import EXACT
from gridsvc.tiles.collections import Collection, Kind

Document = dict[str, object]

MVT = "application/vnd.mapbox-vector-tile"
CONFORMS_TO = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
)
FIELDS: Mapping[Kind, Mapping[str, str]] = {
    Kind.AREAS: {"code": "String", "name": "String", "count": "Number"},
    Kind.COMPONENTS: {
        "code": "String",
        "class": "String",
        "state": "String",
        "count": "Number",
    },
    Kind.COVERAGE: {
        "kind": "String",
        "layer": "String",
        "code": "String",
        "other": "String",
        "area_m2": "Number",
        "count": "Number",
    },
    Kind.WORKLOAD: {
        "code": "String",
        "name": "String",
        "count": "Number",
        "filed": "Number",
        "open": "Number",
        "overdue": "Number",
        "closed": "Number",
    },
    Kind.INCIDENTS: {
        "id": "String",
        "reference": "String",
        "status": "String",
        "category": "String",
        "count": "Number",
        "open": "Number",
        "overdue": "Number",
    },
}
"""What features may tell; `count` only where several are drawn as one."""
DEEPEST: Mapping[Kind, int] = {
    Kind.AREAS: EXACT,
    Kind.COMPONENTS: 18,
    Kind.COVERAGE: 18,
    Kind.INCIDENTS: 18,
    Kind.WORKLOAD: EXACT,
}
"""From where on a deeper zoom shows nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Under which address the service answers, and in which language."""

    base: str = ""
    chinese: bool

    def of(self, path: str = "") -> str:
        """Give the address of something."""
        return f"{self.base}/v1{path}"

    def of_collection(self, one: Collection) -> str:
        """Give the address of a collection."""
        return self.of(f"/collections/{quote(one.name, safe='')}")


def _link(href: str, rel: str, media_type: str = "application/json", **more: object) -> Document:
    return {"href": href, "rel": rel, "type": media_type, **more}


def landing(place: Place) -> Document:
    """Describe where to begin."""
    return {
        "title": "gridsvc",
        "links": [
            _link(place.of(), "self"),
            _link(place.of("/openapi.json"), "service-desc"),
            _link(place.of("/conformance"), "conformance"),
            _link(place.of("/collections"), "data"),
            _link(place.of("/tileMatrixSets"), f"{_REL}/tiling-schemes"),
        ],
    }


_REL = "http://www.opengis.net/def/rel/ogc/1.0"


def collections(found: Sequence[Collection], place: Place) -> Document:
    """List collections."""
    return {
        "links": [_link(place.of("/collections"), "self")],
        "collections": [collection(one, place) for one in found],
    }


def collection(one: Collection, place: Place) -> Document:
    """Describe a collection."""
    here = place.of_collection(one)
    return {
        "id": one.name,
        "title": one.called(chinese=place.chinese),
        "dataType": "vector",
        "crs": [matrix.CRS84],
        "links": [
            _link(here, "self"),
            _link(f"{here}/tiles", f"{_REL}/tilesets-vector"),
            _link(f"{here}/tiles/{matrix.NAME}?f=tilejson", "describedby", title="TileJSON"),
        ],
    }


def tilesets(one: Collection, place: Place, *, query: str) -> Document:
    """List the tilesets of a collection: there is one."""
    here = place.of_collection(one)
    return {
        "links": [_link(f"{here}/tiles", "self")],
        "tilesets": [tileset(one, place, query=query)],
    }


def tileset(one: Collection, place: Place, *, query: str) -> Document:
    """Describe a tileset; the query of its tiles' address names the version of the data."""
    here = f"{place.of_collection(one)}/tiles/{matrix.NAME}"
    template = f"{here}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}?{query}"
    return {
        "title": one.called(chinese=place.chinese),
        "dataType": "vector",
        "crs": matrix.CRS,
        "tileMatrixSetURI": matrix.DEFINED_BY,
        "links": [
            _link(here, "self"),
            _link(place.of(f"/tileMatrixSets/{matrix.NAME}"), f"{_REL}/tiling-scheme"),
            _link(template, "item", MVT, templated=True),
            _link(f"{here}?f=tilejson", "alternate", title="TileJSON"),
        ],
        "layers": [
            {
                "id": one.name,
                "dataType": "vector",
                "minTileMatrix": "0",
                "maxTileMatrix": str(DEEPEST[one.kind]),
            }
        ],
    }


def tilejson(one: Collection, place: Place, *, query: str) -> Document:
    """Describe a tileset as map libraries read it."""
    here = f"{place.of_collection(one)}/tiles/{matrix.NAME}"
    title = one.called(chinese=place.chinese)
    return {
        "tilejson": "3.0.0",
        "name": title,
        "version": "1.0.0",
        "scheme": "xyz",
        # Rows come before columns in OGC's addresses.
        "tiles": [f"{here}/{{z}}/{{y}}/{{x}}?{query}"],
        "minzoom": 0,
        "maxzoom": DEEPEST[one.kind],
        "vector_layers": [{"id": one.name, "description": title, "fields": FIELDS[one.kind]}],
    }


def tile_matrix_sets(place: Place) -> Document:
    """List the tile matrix sets: there is one."""
    here = place.of(f"/tileMatrixSets/{matrix.NAME}")
    return {
        "tileMatrixSets": [
            {"id": matrix.NAME, "uri": matrix.DEFINED_BY, "links": [_link(here, "self")]}
        ]
    }
