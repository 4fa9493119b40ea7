"""Map views made of boxes in memory: what routing sees, without a database.

Coordinates are in cells of the city of squares (`tests.factories`), so that borders and corners
are met often.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from gridsvc.catalogue.repository import CategoryRecord
from gridsvc.routing.claims import Claims
from gridsvc.routing.edition import Edition
from gridsvc.routing.facts import Area, Basis, Claim, Facts, Layer, Organisation, Release
from gridsvc.routing.finding import facts_of
from gridsvc.routing.question import Question
from gridsvc.routing.service import Answer, answer
from gridsvc.routing.snapshot import MapView
from tests.factories import at, cell

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SCHEME = UUID(int=1)


def id_of(*parts: object) -> UUID:
    """The same id for the same thing."""
    return uuid5(NAMESPACE_OID, "/".join(map(str, parts)))


def category(code: str = "0201", **changes: Any) -> CategoryRecord:
    values: dict[str, Any] = {
        "id": id_of(code),
        "scheme_id": SCHEME,
        "scheme": "test",
        "scheme_version": 1,
        "code": code,
        "name": "暴露垃圾",
        "name_en": "Exposed rubbish",
        "major_code": code[:2],
        "major_name": "市容环境",
        "major_name_en": None,
        "kind": "event",
        "limit_value": 4,
        "limit_unit": "work_hour",
        "valid_from": BEGAN,
        "valid_to": None,
    }
    return CategoryRecord(**{**values, **changes})


def layer(name: str, level: str | None = None, **changes: Any) -> Layer:
    values: dict[str, Any] = {
        "id": id_of(name),
        "name": name,
        "title": name,
        "title_en": None,
        "level": level,
        "basis": Basis.TERRITORY,
        "overlap_allowed": True,
    }
    return Layer(**{**values, **changes})


@dataclass(frozen=True, slots=True)
class Box:
    """An area: a rectangle of cells in a layer."""

    layer: Layer
    code: str
    west: float
    south: float
    columns: float = 1
    rows: float = 1
    parent: str | None = None
    estate_type: str | None = None

    @property
    def id(self) -> UUID:
        return id_of(self.layer.name, self.code)

    @property
    def shape(self) -> Any:
        return cell(self.west, self.south, self.columns, self.rows)

    def covers(self, column: float, row: float) -> bool:
        """Whether a point, in cells, lies in it or on its border."""
        inside = self.west <= column <= self.west + self.columns
        return inside and self.south <= row <= self.south + self.rows


def responsible(who: str, layer_name: str, area: str | None, **changes: Any) -> Claim:
    values: dict[str, Any] = {
        "id": id_of("responsibility", who, layer_name, area, *sorted(changes.items())),
        "organisation": Organisation(id_of(who), who, f"单位{who}", f"Body {who}"),
        "layer": layer_name,
        "area_code": area,
        "scheme": None,
        "category_code": None,
        "role": "lead",
        "priority": 0,
        "valid_from": BEGAN,
        "valid_to": None,
    }
    if changes.get("category_code"):
        values["scheme"] = "test"
    return Claim(**{**values, **changes})


@dataclass(frozen=True, slots=True)
class Map:
    """Boxes and who answers for them."""

    boxes: Sequence[Box]
    responsibilities: Sequence[Claim] = ()
    rest: Mapping[str, Any] = field(default_factory=dict)
    """What else the edition has: rules, border policies."""

    def view(self) -> MapView:
        """Compile it."""
        layers = {box.layer.name: box.layer for box in self.boxes}
        releases = [
            Release(id_of("release", name), found, 1, BEGAN, None)
            for name, found in sorted(layers.items())
        ]
        areas = [
            Area(
                id=box.id,
                layer=box.layer,
                code=box.code,
                name=f"{box.code}区",
                parent=box.parent,
                area_m2=box.columns * box.rows,
                estate_type=box.estate_type,
            )
            for box in self.boxes
        ]
        return MapView(releases, areas, [box.shape for box in self.boxes])

    def edition(self) -> Edition:
        """Everything but shapes."""
        claims = Claims(self.responsibilities)
        releases = self.view().releases
        return Edition(version=7, releases=releases, claims=claims, catalogue={}, **self.rest)

    def facts(self, column: float, row: float, **changes: Any) -> Facts:
        """Find what bears on rubbish at a point, in cells."""
        question = asked(column, row, **changes)
        return facts_of(question, edition=self.edition(), view=self.view())

    def answer(self, column: float | None, row: float | None, **changes: Any) -> Answer:
        """Decide whose rubbish at a point, in cells, is."""
        return answer(self.edition(), self.view(), asked(column, row, **changes))


def asked(column: float | None, row: float | None, **changes: Any) -> Question:
    values: dict[str, Any] = {"category": category(), "at": NOON, "accuracy_m": 0.0}
    lon, lat = (None, None) if column is None or row is None else at(column, row)
    return Question(lon=lon, lat=lat, **{**values, **changes})
