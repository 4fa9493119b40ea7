"""What somebody says with a step, and whether that is all that the step asks for. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from gridsvc.errors import Invalid
from gridsvc.incidents.amendment import Amendment
from gridsvc.incidents.lifecycle import Action, Field, Process, Rule
from gridsvc.incidents.parts import Part


@dataclass(frozen=True, slots=True)
class Pin:
    """A place that somebody points at, in WGS84."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class CallBack:
    """What the reporter answers when called back (回访): the hotline's three rates count it."""

    responded: bool
    """Whether who was to handle it got in touch."""
    solved: bool
    satisfied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What came with an action. `lead` names the owner that somebody chooses."""

    note: str | None = None
    reason: str | None = None
    lead: str | None = None
    pin: Pin | None = None
    documents: tuple[UUID, ...] = ()
    until: datetime | None = None
    call_back: CallBack | None = None
    into: UUID | None = None
    amendment: Amendment | None = None
    parts: tuple[Part, ...] | None = None

    @property
    def detail(self) -> dict[str, Any]:
        """As an event tells it; what was not said is left out."""
        told = {
            "reason": self.reason,
            "pin": {"lon": self.pin.lon, "lat": self.pin.lat} if self.pin else None,
            "documents": [str(one) for one in self.documents],
            "until": self.until.isoformat() if self.until else None,
            "call_back": asdict(self.call_back) if self.call_back else None,
        }
        return {name: value for name, value in told.items() if value}


def _noted(said: Said) -> bool:
    return bool(said.note and said.note.strip())


_GIVEN: Final[Mapping[Field, Callable[[Said], bool]]] = {
    Field.CALL_BACK: lambda said: said.call_back is not None,
    Field.AMENDMENT: lambda said: said.amendment is not None,
    Field.DOCUMENTS: lambda said: bool(said.documents),
    Field.EVIDENCE: lambda said: _noted(said) or said.pin is not None or bool(said.documents),
    Field.INTO: lambda said: said.into is not None,
    Field.LEAD: lambda said: said.lead is not None,
    Field.NOTE: _noted,
    Field.PARTS: lambda said: said.parts is not None,
    Field.PIN: lambda said: said.pin is not None,
    Field.REASON: lambda said: said.reason is not None,
    Field.UNTIL: lambda said: said.until is not None,
}
_WANTED: Final[Mapping[Field, tuple[str, str]]] = {
    Field.CALL_BACK: ("Say what the reporter answered", "请填写回访结果（call_back）"),
    Field.AMENDMENT: (
        "Say what is to be corrected: {action} needs `amendment`",
        "请在 amendment 中填写更正内容",
    ),
    Field.DOCUMENTS: ("documents: {action} needs one", "请附材料（documents）"),
    Field.EVIDENCE: (
        "Show why: {action} needs a note, a pin or a document",
        "请提供依据：说明（note）、定位（pin）或材料（documents）之一",
    ),
    Field.INTO: ("Name the case in `into`: {action} needs it", "请在 into 中指定并入的案件"),
    Field.LEAD: ("Name the organisation in `lead`: {action} needs it", "请在 lead 中指定责任单位"),
    Field.NOTE: ("Say why: {action} needs a note", "请说明理由：必须填写 note"),
    Field.PARTS: ("Say into what: {action} needs `parts`", "请在 parts 中填写拆分的子案件"),
    Field.PIN: ("Point at the place: {action} needs a pin", "请标注位置（pin）"),
    Field.REASON: ("Choose a reason: {action} needs one", "请选择原因（reason）"),
    Field.UNTIL: ("Say until when: {action} needs it", "请填写截止时间（until）"),
}
CHOOSES: Final = frozenset({Action.ARBITRATE, Action.DISPATCH})
"""What may name an owner."""
_GOES_WITH: Final[Mapping[str, frozenset[Action]]] = {
    "amendment": frozenset({Action.AMEND}),
    "call_back": frozenset({Action.CALL_BACK}),
    "into": frozenset({Action.MERGE}),
    "lead": CHOOSES,
    "parts": frozenset({Action.SPLIT}),
}


LONGEST: Final = timedelta(days=366)
"""Of a suspension (挂账)."""


def check_said(process: Process, action: Action, rule: Rule, said: Said, *, now: datetime) -> None:
    """Refuse a step that does not say what it must, or says what it cannot."""
    for wanted in rule.requires:
        if not _GIVEN[wanted](said):
            en, zh = _WANTED[wanted]
            raise Invalid(
                f"{wanted}_required", en=f"{en.format(action=action)}.", zh=f"{zh}。", field=wanted
            )
    _check_reason(process, action, said)
    _check_until(said, now=now)
    _check_belongs(action, said)


def _check_belongs(action: Action, said: Said) -> None:
    """Refuse what goes with other actions."""
    for name, actions in _GOES_WITH.items():
        if getattr(said, name) is not None and action not in actions:
            raise Invalid(
                f"{name}_not_allowed",
                en=f"`{name}` goes with {' and '.join(sorted(actions))} only.",
                zh=f"只有 {'、'.join(sorted(actions))} 动作可以填写 {name}。",
                field=name,
            )


def _check_until(said: Said, *, now: datetime) -> None:
    if said.until is not None and not now < said.until <= now + LONGEST:
        raise Invalid(
            "invalid_until",
            en="`until` must be later than now, and within a year.",
            zh="until 必须晚于当前时间，且不超过一年。",
            field="until",
        )


def _check_reason(process: Process, action: Action, said: Said) -> None:
    known = process.reasons.get(action, {})
    if said.reason is not None and said.reason not in known:
        raise Invalid(
            "unknown_reason",
            en=f"There is no such reason for {action}; there are: {', '.join(known) or 'none'}.",
            zh=f"动作 {action} 没有该原因；可选：{'、'.join(known) or '无'}。",
            field="reason",
            reasons=list(known),
        )
