"""One sentence in Chinese and one in English that say who owns an incident and why. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from gridsvc.routing.facts import (
    Border,
    Candidate,
    Decision,
    Organisation,
    Outcome,
    Place,
    Ruling,
    Thing,
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The same sentence in both languages."""

    zh: str
    en: str


def explain(decision: Decision, *, category: str, category_en: str | None) -> Explanation:
    """Say how a decision came about."""
    zh, en = _told(decision)
    return Explanation(zh=zh(decision, category), en=en(decision, category_en or category))


_Sentence = Callable[[Decision, str], str]


def _told(decision: Decision) -> tuple[_Sentence, _Sentence]:
    """Choose the sentences, Chinese first."""
    if decision.lead is None:
        return _NOBODY[decision.outcome]
    if decision.thing is not None:
        return (_thing_zh, _thing_en)
    if decision.pick is None:
        return (_named_zh, _named_en)
    return _OWNED[decision.outcome]


def _chain(decision: Decision) -> str:
    return " > ".join(place.name for place in decision.chain)


def _zone_zh(place: Place) -> str:
    return f"{place.area.layer.title}“{place.name}”"


def _zone_en(place: Place) -> str:
    return f'the area "{place.name}" of layer {place.area.layer.title_en or place.layer}'


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


def _basis_zh(decision: Decision, pick: Candidate) -> str:
    if decision.ruling is not None:
        return f"规则{_rule_zh(decision.ruling)}"
    return "权属" if pick.basis == "owner" else "属地"


def _basis_en(decision: Decision, pick: Candidate) -> str:
    return f"rule {_rule_en(decision.ruling)}" if decision.ruling else pick.basis.value


def _rule_zh(rule: Ruling | Border) -> str:
    return f"“{rule.title}”（{rule.code}）"


def _rule_en(rule: Ruling | Border | None) -> str:
    return f'"{rule.title_en or rule.title}" ({rule.code})' if rule else ""


def _border_zh(decision: Decision) -> str:
    return f"按边界约定{_rule_zh(decision.border)}划归该区，" if decision.border else ""


def _border_en(decision: Decision) -> str:
    if decision.border is None:
        return ""
    return f", to which the border policy {_rule_en(decision.border)} gives it"


def _routed_zh(decision: Decision, category: str) -> str:
    pick = _pick(decision)
    return (
        f"该点{_where_zh(pick)}，{_border_zh(decision)}“{category}”按{_basis_zh(decision, pick)}"
        f"由{pick.organisation.name}主责。"
    )


def _routed_en(decision: Decision, category: str) -> str:
    pick = _pick(decision)
    return (
        f"The point {_where_en(pick)}{_border_en(decision)}; there "
        f'{_name_en(pick.organisation)} leads for "{category}" by {_basis_en(decision, pick)}.'
    )


def _pick(decision: Decision) -> Candidate:
    assert decision.pick is not None  # noqa: S101 - the outcomes told here have one
    return decision.pick


def _named_zh(decision: Decision, category: str) -> str:
    rule = f"按规则{_rule_zh(decision.ruling)}，" if decision.ruling else ""
    return f"{rule}“{category}”在此处由{_lead(decision).name}主责。"


def _named_en(decision: Decision, category: str) -> str:
    rule = f"By rule {_rule_en(decision.ruling)} " if decision.ruling else ""
    return f'{rule}{_name_en(_lead(decision))} leads for "{category}" here.'


def _lead(decision: Decision) -> Organisation:
    assert decision.lead is not None  # noqa: S101 - the outcomes told here have one
    return decision.lead


def _thing_zh(decision: Decision, category: str) -> str:
    thing, names = _thing(decision), "、".join(rival.name for rival in decision.rivals)
    where = "上报指明的部件" if thing.named else f"距该点{_metres(thing.distance_m)}米的部件"
    doubt = f"附近还有{names}的部件，请核对是哪一个。" if names and not thing.named else ""
    return (
        f"{where}“{thing.name or category}”（{thing.code}）权属{thing.owner.name}，"
        f"“{category}”由其主责。{doubt}"
    )


def _thing_en(decision: Decision, category: str) -> str:
    thing, names = _thing(decision), ", ".join(_name_en(rival) for rival in decision.rivals)
    where = "which the report names" if thing.named else f"{_metres(thing.distance_m)} m away"
    near = names and not thing.named
    doubt = f" Components of {names} are near too: check which one it is." if near else ""
    return (
        f"The component {thing.code}, {where}, belongs to {_name_en(thing.owner)}, who leads for "
        f'"{category}".{doubt}'
    )


def _thing(decision: Decision) -> Thing:
    assert decision.thing is not None  # noqa: S101 - the sentence is chosen by it
    return decision.thing


def _ambiguous_zh(decision: Decision, category: str) -> str:
    names = "、".join(organisation.name for organisation in decision.rivals)
    if decision.contradicted:
        return (
            f"{_routed_zh(decision, category)}但{names}对同一地块也是主责，"
            "而该图层不允许重叠，请核定职责。"
        )
    doubt = f"也可能由{names}负责" if names else "部分定位范围在区域之外"
    routed, share = _routed_zh(decision, category), f"{decision.confidence:.0%}"
    return f"{routed}但定位不足以确定（把握{share}）：{doubt}，请核对。"


def _ambiguous_en(decision: Decision, category: str) -> str:
    names = ", ".join(_name_en(organisation) for organisation in decision.rivals)
    if decision.contradicted:
        return (
            f"{_routed_en(decision, category)} But {names} leads on the same ground, which "
            "the layer does not allow: settle who does."
        )
    doubt = f"it may be {names}'s" if names else "part of the accuracy disc is in no area"
    routed, share = _routed_en(decision, category), f"{decision.confidence:.0%}"
    return f"{routed} The position does not settle it ({share}): {doubt}."


def _fallback_zh(decision: Decision, category: str) -> str:
    pick = _pick(decision)
    names = "、".join(organisation.name for organisation in decision.rivals)
    doubt = f"定位范围跨界，也可能由{names}负责，请核对。" if names else ""
    return (
        f"“{category}”在此处没有责任区，按属地兜底由{_zone_zh(pick.place)}的"
        f"{pick.organisation.name}负责。{doubt}"
    )


def _fallback_en(decision: Decision, category: str) -> str:
    pick = _pick(decision)
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


def _failed_zh(decision: Decision, category: str) -> str:
    why = decision.ruling.failure.zh if decision.ruling and decision.ruling.failure else ""
    return f"“{category}”的判责规则无法执行：{why}转人工分拨。"


def _failed_en(decision: Decision, category: str) -> str:
    why = decision.ruling.failure.en if decision.ruling and decision.ruling.failure else ""
    return f'The rule for "{category}" cannot be followed. {why} It waits for triage.'


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
    Outcome.RULE_FAILED: (_failed_zh, _failed_en),
}
"""How an outcome without one is."""
