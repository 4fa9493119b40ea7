"""The question that settles a doubt, for a person on the spot, if there is one. Pure."""

from collections.abc import Iterator

from gridsvc.addresses.score import Match
from gridsvc.routing.facts import Decision, Thing
from gridsvc.routing.options import Inquiry, Note, Option, area_option, which
from gridsvc.routing.service import Addressed, Answer, Meant
from gridsvc.routing.which_ground import which_ground

MOST_OPTIONS = 8
"""Of more answers nobody chooses on a telephone: a command centre looks at the map."""


def inquiry_of(answer: Answer) -> Inquiry | None:
    """Ask what would settle a decision that leaves the owner open; None where nothing would."""
    decision = answer.decision
    if answer.addressed is not None and answer.addressed.taken is None:
        return _which_place(answer.addressed)
    if decision.thing is not None:
        return _which_thing(decision, decision.thing)
    return which_ground(answer)


def _which_thing(decision: Decision, pick: Thing) -> Inquiry | None:
    """Ask for the component, the nearest one of each owner; or whether it is the one at all."""
    if not decision.rivals:
        return None
    if pick.far:
        places = [it for it in decision.by_place if it.organisation in decision.rivals]
        options = [_thing_option(pick), *map(area_option, places)]
        return which(options, zh="是该部件，还是上报的地点", en="Is it the component, or the place")
    nearest = {thing.owner.code: thing for thing in reversed((pick, *decision.other_things))}
    things = sorted(nearest.values(), key=lambda thing: (thing.distance_m or 0.0, thing.code))
    return which(map(_thing_option, things), zh="是哪一个部件", en="Which component is it")


def _thing_option(thing: Thing) -> Option:
    return Option(
        id=f"component/{thing.code}",
        zh=f"{thing.name or ''}{thing.code}（{thing.owner.name}）",
        en=f"{thing.code} ({thing.owner.name_en or thing.owner.name})",
        lead=thing.owner,
    )


def _which_place(addressed: Addressed) -> Inquiry | None:
    """Ask for the place that an address means, or for the part of one that is too wide."""
    options = [option for meant in _in_question(addressed) for option in _places(meant)]
    if not 0 < len(options) <= MOST_OPTIONS:
        return None
    return which(options, zh="地址指的是哪里", en="Which place does the address mean")


def _in_question(addressed: Addressed) -> tuple[Meant, ...]:
    """Take the one place that is sure, or all that it may be."""
    sure = addressed.matches and addressed.matches[0].match.sure
    return addressed.matches[:1] if sure else addressed.matches


def _places(meant: Meant) -> Iterator[Option]:
    match, lead = meant.match, meant.lead
    if lead is not None:
        yield Option(id=match_id(match), zh=f"“{match.name}”", en=f'"{match.name}"', lead=lead)
    for candidate in meant.parts:
        body = candidate.organisation
        note = Note(body.name, body.name_en or body.name)
        part = area_option(candidate, note)
        yield Option(
            id=f"{match_id(match)}/{part.id}",
            zh=f"“{match.name}”中{part.zh}",
            en=f'"{match.name}" in {part.en}',
            lead=part.lead,
            place=part.place,
        )


def match_id(match: Match) -> str:
    """Name a place that an address may mean; areas of two levels may share a code."""
    return f"{match.level or match.what}/{match.code}"
