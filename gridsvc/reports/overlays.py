"""What a reader may lay over the areas of a map: cases and components, from our own tiles."""

from collections.abc import Mapping
from typing import Final

from gridsvc.auth.policy import Permission, may
from gridsvc.auth.principal import Principal
from gridsvc.incidents.lifecycle import OPEN, Status
from gridsvc.web.words import WORDS
from maps.tiles import Overlay

_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "incidents": ("案件", "Cases"),
    "components": ("部件", "Components"),
    "seen": ("图中 {count} 件", "{count} in view"),
    "count": ("件数", "Number"),
    "open": ("未结", "Open"),
    "overdue": ("超期", "Overdue"),
    "status": ("状态", "Status"),
    "state": ("状态", "State"),
    "category": ("类别", "Category"),
    "intact": ("完好", "intact"),
    "damaged": ("破损", "damaged"),
    "missing": ("丢失", "missing"),
    "abandoned": ("废弃", "abandoned"),
}
_NEEDED: Final = {
    "incidents": Permission.INCIDENTS_READ,
    "components": Permission.AREAS_READ,
}


def overlays(who: Principal, *, language: str) -> tuple[Overlay, ...]:
    """List what the caller may see."""
    words = {key: pair[language != "zh"] for key, pair in _TEXTS.items()}
    words |= {str(status): WORDS[f"status_{status}"][language] for status in Status}
    return tuple(
        Overlay(
            key=key,
            title=words[key],
            source=f"/v1/collections/{key}/tiles/WebMercatorQuad?f=tilejson",
            words=words,
            open=frozenset(map(str, OPEN)),
        )
        for key, needed in _NEEDED.items()
        if may(who, needed)
    )
