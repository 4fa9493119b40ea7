"""What a person should check although a decision is made, in both languages. Pure."""

from dataclasses import dataclass

from gridsvc.routing.facts import Decision


@dataclass(frozen=True, slots=True)
class Caution:
    """Something that does not fit, by a stable code."""

    code: str
    zh: str
    en: str
    distance_m: float


def cautions_of(decision: Decision) -> tuple[Caution, ...]:
    """List what does not fit."""
    thing = decision.thing
    if thing is None or not thing.far or thing.distance_m is None:
        return ()
    names = "、".join(rival.name for rival in decision.rivals)
    names_en = ", ".join(rival.name_en or rival.name for rival in decision.rivals)
    by_place = f"（按地点应由{names}负责）" if names else ""
    by_place_en = f" (by the place it would be {names_en}'s)" if names else ""
    far = Caution(
        "asset_far",
        zh=f"但该部件距上报地点{thing.distance_m:.0f}米，请核对部件编码与地点{by_place}。",
        en=f"But it stands {thing.distance_m:.0f} m from the reported place: check its code and "
        f"the place{by_place_en}.",
        distance_m=round(thing.distance_m, 2),
    )
    return (far,)
