"""The question in which of some areas a place lies, in words that can be seen on the spot. Pure.

A road that runs between two areas is named; else the points of the compass; else the areas alone.
Where a border policy speaks for a part of the ground, it is asked about and not the sides: who
leads there does not go by what lies on which side.
"""

from collections.abc import Sequence
from dataclasses import replace

from gridsvc.routing.doubt import WHOLE, best_of_each_area
from gridsvc.routing.facts import Candidate, Favour, Outcome
from gridsvc.routing.options import Inquiry, Note, Option, area_option, elsewhere, which
from gridsvc.routing.roads import Between, road_between
from gridsvc.routing.service import Answer
from gridsvc.routing.sides import Side, side_of

_DECLARED = Note("按边界约定", "by the border policy")
_REST = Note("其余范围", "the rest of the ground")


def which_ground(answer: Answer) -> Inquiry | None:
    """Ask in which of the areas whose leads are possible it is; None where that is not in doubt."""
    parts, rest = _undecided(answer)
    if not parts:
        return None
    if any(_is_declared(candidate) for candidate in parts):
        notes = [_DECLARED if _is_declared(candidate) else None for candidate in parts]
        options = [*map(area_option, parts, notes), *map(area_option, rest)]
        return which(_and_elsewhere(answer, options), zh="地点属于哪一片", en="Which ground is it")
    between = None if rest or answer.decision.unowned else _between(answer, parts)
    if between is not None:
        return _side_of_a_road(between, parts)
    return _side(answer, parts, rest)


def _undecided(answer: Answer) -> tuple[list[Candidate], list[Candidate]]:
    """List possible leads by the areas that hold a part of the disc, then by those that hold all.

    An area that holds the whole disc is its lead's where no other area is: it is left out where
    its lead has a part to be asked about.
    """
    decision = answer.decision
    pick = decision.pick
    open_ = decision.outcome is Outcome.AMBIGUOUS and not decision.contradicted
    if pick is None or not (open_ or (decision.outcome is Outcome.FALLBACK and decision.rivals)):
        return [], []
    leads = {pick.organisation.code, *(rival.code for rival in decision.rivals)}
    listed = [pick, *(loser.candidate for loser in decision.losers)]
    possible = [c for c in best_of_each_area(listed) if c.organisation.code in leads]
    parts = [c for c in possible if _is_part(c)]
    told = {c.organisation.code for c in parts}
    whole = [c for c in possible if not _is_part(c) and c.organisation.code not in told]
    rest = {c.organisation.code: c for c in reversed(whole)}
    return parts, list(rest.values())[::-1]


def _is_part(candidate: Candidate) -> bool:
    return candidate.place.share < WHOLE or _is_declared(candidate)


def _is_declared(candidate: Candidate) -> bool:
    """Whether it leads by a border policy, here or in some part of the disc."""
    return candidate.favour in {Favour.FAVOURED, Favour.POSSIBLE}


def _between(answer: Answer, parts: Sequence[Candidate]) -> Between | None:
    question = answer.question
    if len(parts) != 2 or question.lon is None or question.lat is None:
        return None
    one, other = (answer.view.shape(candidate.place.area) for candidate in parts)
    lon, lat, radius = question.lon, question.lat, question.accuracy_m
    return road_between(answer.roads, (one, other), lon=lon, lat=lat, radius_m=radius)


def _side_of_a_road(between: Between, parts: Sequence[Candidate]) -> Inquiry:
    road, (one, other) = between.road, between.sides
    options = tuple(
        area_option(candidate, Note(f"{road}{side.zh}", f"{side.en} of {road}"))
        for candidate, side in zip(parts, between.sides, strict=True)
    )
    return Inquiry(
        f"地点在{road}的{one.zh}还是{other.zh}？",
        f"Is it on the {one.en} or the {other.en} of {road}?",
        options,
        road,
    )


def _side(answer: Answer, parts: Sequence[Candidate], rest: Sequence[Candidate]) -> Inquiry:
    sides = [_compass(answer, candidate) for candidate in parts]
    told = len(set(sides)) == len(sides)
    notes = [Note(side.zh, side.en) if side and told else None for side in sides]
    options = [*map(area_option, parts, notes), *(area_option(other, _REST) for other in rest)]
    asked = which(options, zh="地点在哪一侧", en="On which side is it")
    if len(parts) == 1:
        name = parts[0].place.name
        zh, en = f"地点在“{name}”之内还是之外？", f'Is it inside or outside "{name}"?'
        asked = replace(asked, zh=zh, en=en)
    return replace(asked, options=tuple(_and_elsewhere(answer, options)))


def _compass(answer: Answer, candidate: Candidate) -> Side | None:
    question = answer.question
    if question.lon is None or question.lat is None:
        return None
    shape = answer.view.shape(candidate.place.area)
    return side_of(shape, question.lon, question.lat, radius_m=question.accuracy_m)


def _and_elsewhere(answer: Answer, options: Sequence[Option]) -> list[Option]:
    unowned = answer.decision.unowned
    return [*options, elsewhere(answer.decision)] if unowned else list(options)
