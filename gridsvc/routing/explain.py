"""One sentence in Chinese and one in English that say who owns an incident and why. Pure."""

from dataclasses import dataclass

from gridsvc.routing.facts import Candidate, Decision, Organisation, Outcome, Place


@dataclass(frozen=True, slots=True)
class Explanation:
    """The same sentence in both languages."""

    zh: str
    en: str


def explain(decision: Decision, *, category: str, category_en: str | None) -> Explanation:
    """Say how a decision came about."""
    name_en = category_en or category
    if decision.pick is None:
        zh, en = _NOBODY[decision.outcome]
        return Explanation(zh=zh(decision, category), en=en(decision, name_en))
    owned_zh, owned_en = _OWNED[decision.outcome]
    return Explanation(
        zh=owned_zh(decision, decision.pick, category),
        en=owned_en(decision, decision.pick, name_en),
    )


def _chain(decision: Decision) -> str:
    return " > ".join(place.name for place in decision.chain)


def _zone_zh(place: Place) -> str:
    return f"{place.layer_title}“{place.name}”"


def _zone_en(place: Place) -> str:
    return f'the area "{place.name}" of layer {place.layer_title_en or place.layer}'


def _name_en(organisation: Organisation) -> str:
    return organisation.name_en or organisation.name


def _metres(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"


def _where_zh(pick: Candidate) -> str:
    metres = _metres(abs(pick.place.inside_m))
    where = "位于" if pick.place.covers else "临近"
    return f"{where}{_zone_zh(pick.place)}（距边界{metres}米）"


def _where_en(pick: Candidate) -> str:
    metres = _metres(abs(pick.place.inside_m))
    where = "lies in" if pick.place.covers else "is near"
    return f"{where} {_zone_en(pick.place)} ({metres} m from its border)"


def _basis_zh(pick: Candidate) -> str:
    return "权属" if pick.basis == "owner" else "属地"


def _routed_zh(_: Decision, pick: Candidate, category: str) -> str:
    return f"该点{_where_zh(pick)}，“{category}”按{_basis_zh(pick)}由{pick.organisation.name}主责。"


def _routed_en(_: Decision, pick: Candidate, category: str) -> str:
    return (
        f"The point {_where_en(pick)}; there {_name_en(pick.organisation)} leads for "
        f'"{category}" by {pick.basis}.'
    )


def _ambiguous_zh(decision: Decision, pick: Candidate, category: str) -> str:
    names = "、".join(organisation.name for organisation in decision.rivals)
    if decision.contradicted:
        return (
            f"{_routed_zh(decision, pick, category)}但{names}对同一地块也是主责，"
            "而该图层不允许重叠，请核定职责。"
        )
    doubt = f"也可能由{names}负责" if names else "部分定位范围在区域之外"
    routed, share = _routed_zh(decision, pick, category), f"{decision.confidence:.0%}"
    return f"{routed}但定位不足以确定（把握{share}）：{doubt}，请核对。"


def _ambiguous_en(decision: Decision, pick: Candidate, category: str) -> str:
    names = ", ".join(_name_en(organisation) for organisation in decision.rivals)
    if decision.contradicted:
        return (
            f"{_routed_en(decision, pick, category)} But {names} leads on the same ground, which "
            "the layer does not allow: settle who does."
        )
    doubt = f"it may be {names}'s" if names else "part of the accuracy disc is in no area"
    routed, share = _routed_en(decision, pick, category), f"{decision.confidence:.0%}"
    return f"{routed} The position does not settle it ({share}): {doubt}."


def _fallback_zh(decision: Decision, pick: Candidate, category: str) -> str:
    names = "、".join(organisation.name for organisation in decision.rivals)
    doubt = f"定位范围跨界，也可能由{names}负责，请核对。" if names else ""
    return (
        f"“{category}”在此处没有责任区，按属地兜底由{_zone_zh(pick.place)}的"
        f"{pick.organisation.name}负责。{doubt}"
    )


def _fallback_en(decision: Decision, pick: Candidate, category: str) -> str:
    names = ", ".join(_name_en(organisation) for organisation in decision.rivals)
    doubt = f" The position does not settle it: it may be {names}'s." if names else ""
    return (
        f'No zone answers for "{category}" here; by territorial fallback it is '
        f"{_name_en(pick.organisation)}'s, on duty for {_zone_en(pick.place)}.{doubt}"
    )


def _no_duty_zh(decision: Decision, category: str) -> str:
    return f"“{category}”在{_chain(decision)}没有责任单位，也未指定兜底单位，转人工分拨。"


def _no_duty_en(decision: Decision, category: str) -> str:
    return (
        f'Nobody answers for "{category}" in {_chain(decision)} and no duty organisation is '
        "named; it waits for triage."
    )


def _outside_zh(decision: Decision, _: str) -> str:
    nearest, metres = decision.nearest, _metres(decision.distance_to_boundary_m)
    if nearest is None:
        return "当时没有生效的行政区域，转人工分拨。"
    return f"该点不在任何区域内，最近的是{nearest.name}，相距{metres}米，转人工分拨。"


def _outside_en(decision: Decision, _: str) -> str:
    nearest, metres = decision.nearest, _metres(decision.distance_to_boundary_m)
    if nearest is None:
        return "No administrative area was in force at that time; it waits for triage."
    return (
        f"The point is in no area; the nearest is {nearest.name}, {metres} m away. "
        "It waits for triage."
    )


def _unlocated_zh(_: Decision, category: str) -> str:
    return f"“{category}”没有坐标，无法判定责任区，转人工分拨。"


def _unlocated_en(_: Decision, category: str) -> str:
    return f'"{category}" came without coordinates, so no zone can be found; it waits for triage.'


_OWNED = {
    Outcome.ROUTED: (_routed_zh, _routed_en),
    Outcome.AMBIGUOUS: (_ambiguous_zh, _ambiguous_en),
    Outcome.FALLBACK: (_fallback_zh, _fallback_en),
}
"""How an outcome with an owner is told, Chinese first."""

_NOBODY = {
    Outcome.FALLBACK: (_no_duty_zh, _no_duty_en),
    Outcome.OUTSIDE: (_outside_zh, _outside_en),
    Outcome.UNLOCATED: (_unlocated_zh, _unlocated_en),
}
"""How an outcome without one is."""
