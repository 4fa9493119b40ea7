"""What a notice says to people, in their language: a title and a few sentences. Pure.

The templates lie in `texts`, a folder for each language: the first line is the title. There is one
for what needs a word of its own, by action or status, and one for everything else that happens.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from gridsvc.incidents.lifecycle import Action, Status, Words
from gridsvc.incidents.process_file import shipped

FOLDER: Final = Path(__file__).parent / "texts"
REMINDERS: Final = frozenset({"yellow", "overdue", "escalated"})
WHISTLE: Final = "whistle"
BRIEFING: Final = "briefing"

_BESIDE_THE_TABLE: Final[Mapping[str, Words]] = {
    Action.ANSWER: Words("回答判责提问", "the question of routing was answered"),
    Action.RECKON: Words("重算截止时间", "the deadline was reckoned anew"),
    Action.REPORT: Words("上报", "reported"),
    Action.REROUTE: Words("按新地图重新判责", "routed anew by a newer map"),
    Action.WHISTLE: Words("吹哨", "others are called to it"),
    Action.WHISTLE_OVER: Words("哨已结束", "the whistle is over"),
}
"""What happens to a case and is no step of its process."""
_OF_WHISTLES: Final[Mapping[str, Words]] = {
    "call": Words("召集报到", "you are called"),
    "report_in": Words("已报到", "somebody has reported in"),
    "part": Words("已提交处置情况", "somebody has given their part"),
    "sign_off": Words("已签退", "somebody has signed off"),
    "release": Words("已准予撤离", "somebody was released"),
    "end": Words("哨已结束", "it has ended"),
    "cancel": Words("哨已取消", "it was cancelled"),
}
_LATENESS: Final[Mapping[str, Words]] = {
    "yellow": Words("报到时限即将届满", "nearly all of the time to report in is used"),
    "overdue": Words("已超过报到时限", "the time to report in is over"),
    "escalated": Words("超过报到时限已久，现通知上级", "is long overdue; who is above is told"),
}
_DUE: Final = Words("截止时间：{}。", " It is due {}.")


class Told(Protocol):
    """A notice, as far as it is put into words."""

    @property
    def kind(self) -> str: ...
    @property
    def action(self) -> str | None: ...
    @property
    def reference(self) -> str | None: ...
    @property
    def due_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Text:
    """A notice in words."""

    title: str
    body: str


def topic_of(told: Told) -> str:
    """Say what sort of notice it is: `event`, `whistle`, `briefing`, or a reminder's name."""
    head = told.kind.partition(":")[0]
    return head if head in {*REMINDERS, WHISTLE, BRIEFING} else "event"


def text_of(told: Told, language: str, zone: ZoneInfo) -> Text:
    """Put a notice into words."""
    head, _, rest = told.kind.partition(":")
    code, _, organisation = rest.partition(":")
    due = told.due_at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if told.due_at else None
    values = {
        "reference": told.reference or "-",
        "action": _in(language, _action(told.action, head), told.action or ""),
        "status": _in(language, _status(told.kind), told.kind),
        "clock": _in(language, _clock(code), code),
        "organisation": organisation,
        "lateness": _in(language, _LATENESS.get(head), ""),
        "due": _in(language, _DUE, "").format(due) if due else "",
    }
    title, _, body = _template(told, language).render(values).partition("\n")
    return Text(title, body)


def _template(told: Told, language: str) -> Template:
    return _environment().select_template([f"{language}/{name}.txt" for name in _names(told)])


def _names(told: Told) -> list[str]:
    """Name the templates that would do, the most telling first."""
    topic = topic_of(told)
    if topic == "event":
        return [told.action or "event", told.kind, "event"]
    is_of_whistle = told.kind.count(":") > 1
    return ["whistle_reminder" if is_of_whistle else topic]


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
    )


def _in(language: str, words: Words | None, otherwise: str) -> str:
    if words is None:
        return otherwise
    return words.zh if language == "zh" else words.en


def _action(action: str | None, head: str) -> Words | None:
    if head == WHISTLE:
        return _OF_WHISTLES.get(action or "")
    named = {str(one): words for one, words in shipped().actions.items()}
    return {**_BESIDE_THE_TABLE, **named}.get(action or "")


def _status(kind: str) -> Words | None:
    return shipped().statuses[Status(kind)].words if kind in set(Status) else None


def _clock(code: str) -> Words | None:
    found = shipped().clocks.get(code)
    return found.words if found else None
