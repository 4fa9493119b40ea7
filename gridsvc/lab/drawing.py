"""What a replay found as the data of its page. Pure."""

from typing import Any

from geopandas import GeoDataFrame

from gridsvc.http.language import LanguageCode
from gridsvc.planning.desk import called
from maps.replay import ReplayData, squares_of

Zones = tuple[GeoDataFrame, GeoDataFrame]
"""Before and after, as `maps.replay` takes them."""


def replay_data(
    result: dict[str, Any], language: LanguageCode, *, zones: Zones | None = None
) -> ReplayData:
    """Arrange it for the page, with the zones of who loses and who gains where they are known."""
    zones_before, zones_after = zones or (None, None)
    where = result["where"]
    rows = [(one["lon"], one["lat"], one["changed"], one["total"]) for one in where["squares"]]
    return ReplayData(
        figures=figures(result),
        matrix=[
            (called(one["before"], language), called(one["after"], language), one["count"])
            for one in result["matrix"]
            if one["before"] != one["after"]
        ],
        load=[
            (called(one["organisation"], language), one["before"], one["after"])
            for one in result["organisations"]
        ],
        squares=squares_of(rows, where["degrees"]),
        zones_before=zones_before,
        zones_after=zones_after,
    )


def figures(result: dict[str, Any]) -> list[tuple[str, str]]:
    """Give what is said first: the key of a word, and the value as people read it."""
    shares = {
        name: "{before_share:.1%} → {after_share:.1%}".format(**result["outcomes"][name])
        for name in ("ambiguous", "fallback")
    }
    bad = [("replay_bad", f"{result['bad']['total']:,}")] if "bad" in result else []
    return [
        ("replayed", f"{result['total']:,}"),
        ("replay_changed", f"{result['changed']:,}"),
        ("replay_share", f"{result['changed_share']:.1%}"),
        ("replay_ambiguous", shares["ambiguous"]),
        ("replay_fallback", shares["fallback"]),
        ("replay_skipped", f"{result['skipped']:,}"),
        *bad,
    ]
