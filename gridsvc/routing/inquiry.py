"""The question that settles a doubt, for a person on the spot: a sentence and a few answers. Pure.

Every answer names whoever leads if it is the right one, so that it is followed without deciding
anew: the question was asked by one map, and is answered by the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gridsvc.addresses.service import Match
from gridsvc.routing.doubt import WHOLE
from gridsvc.routing.facts import Candidate, Decision, Organisation, Outcome, Place, Thing
from gridsvc.routing.service import Addressed, Answer
from gridsvc.routing.sides import Side, side_of

ELSEWHERE = "elsewhere"
"""The answer that it is in none of the areas."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One possible answer, and who leads if it is given; None leaves it to a command centre."""

    id: str
    zh: str
    en: str
    lead: Organisation | None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Inquiry:
    """The question in both languages, with its possible answers."""

    zh: str
    en: str
    options: tuple[Option, ...]


def inquiry_of(answer: Answer) -> Inquiry | None:
    """Ask what would settle a decision that leaves the owner open; None where nothing would."""
    decision = answer.decision
    if answer.addressed is not None and answer.addressed.taken is None:
        return _which_place(answer.addressed)
    if decision.thing is not None:
        return _which_thing(decision, decision.thing)
    candidates = _undecided(decision)
    if not candidates:
        return None
    return _which_side(answer, candidates)


def _undecided(decision: Decision) -> list[Candidate]:
    """List who leads in the areas that hold a part of the disc only, if that leaves it open."""
    pick = decision.pick
    open_ = decision.outcome is Outcome.AMBIGUOUS and not decision.contradicted
    if pick is None or not (open_ or (decision.outcome is Outcome.FALLBACK and decision.rivals)):
        return []
    leads = {pick.organisation.code, *(rival.code for rival in decision.rivals)}
    listed = [pick, *(loser.candidate for loser in decision.losers)]
    partial = [c for c in listed if c.place.share < WHOLE and c.organisation.code in leads]
    return list({c.place.area.id: c for c in reversed(partial)}.values())[::-1]


def _which_side(answer: Answer, candidates: Sequence[Candidate]) -> Inquiry:
    sides = [_side(answer, candidate.place) for candidate in candidates]
    told = len(set(sides)) == len(sides)
    options = [
        _area(candidate, side if told else None)
        for candidate, side in zip(candidates, sides, strict=True)
    ]
    if answer.decision.unowned:
        options.append(_elsewhere(answer.decision))
    if len(candidates) == 1:
        name = candidates[0].place.name
        return Inquiry(
            f"地点在“{name}”之内还是之外？", f'Is it inside or outside "{name}"?', tuple(options)
        )
    areas = options[: len(candidates)]
    return Inquiry(
        f"地点在哪一侧：{'、'.join(area.zh for area in areas)}？",
        f"On which side is it: {', '.join(area.en for area in areas)}?",
        tuple(options),
    )


def _side(answer: Answer, place: Place) -> Side | None:
    question = answer.question
    if question.lon is None or question.lat is None:
        return None
    shape = answer.view.shape(place.area)
    return side_of(shape, question.lon, question.lat, radius_m=question.accuracy_m)


def _area(candidate: Candidate, side: Side | None) -> Option:
    place = candidate.place
    return Option(
        id=f"{place.layer}/{place.code}",
        zh=f"“{place.name}”" + (f"（{side.zh}）" if side else ""),
        en=f'"{place.name}"' + (f" ({side.en})" if side else ""),
        lead=candidate.organisation,
        place=place,
    )


def _elsewhere(decision: Decision) -> Option:
    duty = decision.duty
    return Option(
        id=ELSEWHERE,
        zh="都不是",
        en="none of these",
        lead=duty.organisation if duty else None,
        place=duty.place if duty else None,
    )


def _which_thing(decision: Decision, pick: Thing) -> Inquiry | None:
    """Ask for the component, the nearest one of each owner."""
    nearest = {thing.owner.code: thing for thing in reversed((pick, *decision.other_things))}
    things = sorted(nearest.values(), key=lambda thing: (thing.distance_m or 0.0, thing.code))
    if len(things) == 1:
        return None
    options = tuple(
        Option(
            id=f"component/{thing.code}",
            zh=f"{thing.name or ''}{thing.code}（{thing.owner.name}）",
            en=f"{thing.code} ({thing.owner.name_en or thing.owner.name})",
            lead=thing.owner,
        )
        for thing in things
    )
    return _either(options, zh="是哪一个部件", en="Which component is it")


def _which_place(addressed: Addressed) -> Inquiry | None:
    """Ask for the place that an address means, of those where somebody leads."""
    options = tuple(
        Option(id=match_id(match), zh=f"“{match.name}”", en=f'"{match.name}"', lead=lead)
        for match, lead in addressed.matches
        if lead is not None
    )
    if not options:
        return None
    return _either(options, zh="地址指的是哪里", en="Which place does the address mean")


def match_id(match: Match) -> str:
    """Name a place that an address may mean; areas of two levels may share a code."""
    return f"{match.level or match.what}/{match.code}"


def _either(options: Iterable[Option], *, zh: str, en: str) -> Inquiry:
    listed = tuple(options)
    return Inquiry(
        f"{zh}：{'、'.join(option.zh for option in listed)}？",
        f"{en}: {', '.join(option.en for option in listed)}?",
        listed,
    )
