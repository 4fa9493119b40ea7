"""What the form of a step asks for, read off the process. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Final

from gridsvc.incidents.lifecycle import Action, Field, Process, Rule
from gridsvc.incidents.said import CHOOSES, CallBack

EVIDENCE: Final = (Field.NOTE, Field.PIN, Field.DOCUMENTS)
"""Any of them is one."""
_FIRST: Final = (Field.LEAD, Field.REASON, Field.UNTIL)
_LAST: Final = EVIDENCE
_KINDS: Final[Mapping[Field, str]] = MappingProxyType(
    {
        Field.AMENDMENT: "correction",
        Field.CALL_BACK: "answers",
        Field.DOCUMENTS: "documents",
        Field.INTO: "case",
        Field.LEAD: "organisation",
        Field.NOTE: "text",
        Field.PARTS: "parts",
        Field.PIN: "place",
        Field.REASON: "choice",
        Field.UNTIL: "moment",
    }
)
"""How a field is filled in; what is not named here, in a line."""
_PARTS: Final[Mapping[Field, tuple[str, ...]]] = MappingProxyType(
    {Field.CALL_BACK: tuple(field.name for field in fields(CallBack)), Field.PARTS: tuple("0123")}
)
"""What a field consists of: the names of several yes or no, the numbers of parts."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of a form; `needed` if the step is refused without it."""

    name: str
    kind: str
    needed: bool
    parts: tuple[str, ...] = ()


def asked_for(process: Process, action: Action, rule: Rule, *, has_lead: bool) -> tuple[Asked, ...]:
    """List the fields of a step, those first that say most; a note may always be left."""
    needed = {*rule.requires} - {Field.EVIDENCE}
    if action is Action.DISPATCH and not has_lead:
        needed.add(Field.LEAD)
    named = {*needed, *_offered(process, action, rule)}
    between = [it for it in rule.requires if it in named and it not in {*_FIRST, *_LAST}]
    ordered = (*_FIRST, *between, *_LAST)
    return tuple(
        Asked(it.value, _KINDS.get(it, "line"), it in needed, _PARTS.get(it, ()))
        for it in ordered
        if it in named
    )


def _offered(process: Process, action: Action, rule: Rule) -> Iterator[Field]:
    yield Field.NOTE
    if Field.EVIDENCE in rule.requires:
        yield from EVIDENCE
    if action in CHOOSES:
        yield Field.LEAD
    if process.reasons.get(action):
        yield Field.REASON
