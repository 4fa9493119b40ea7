"""Every notice that there can be has words in both languages."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from gridsvc.incidents.lifecycle import Action, Status
from gridsvc.incidents.process_file import shipped
from gridsvc.notices.texts import FOLDER, REMINDERS, Text, text_of, topic_of
from gridsvc.whistles.lifecycle import Action as WhistleAction

ZONE = ZoneInfo("Asia/Shanghai")
DUE = datetime(2026, 7, 22, 1, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    kind: str
    action: str | None = None
    reference: str | None = "202607220000042"
    due_at: datetime | None = None


KINDS = [
    *(Told(status, action) for action in Action for status in ("handling", "closed")),
    *(Told(status, "accept") for status in Status),
    *(Told(f"{ring}:{clock}") for ring in REMINDERS for clock in shipped().clocks),
    *(Told(f"whistle:{action}", str(action)) for action in WhistleAction),
    *(Told(f"{ring}:report_in:SAN02") for ring in REMINDERS),
]


def said(told: Told, language: str) -> Text:
    return text_of(told, language, ZONE)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_has_words(language: str) -> None:
    for told in KINDS:
        text = said(told, language)
        assert text.title.strip(), told
        assert text.body.strip(), told
        assert "\n" not in text.title + text.body, told
        assert "202607220000042" in text.title, told
        assert ("“”" in text.body or '""' in text.body) is False, told


@pytest.mark.parametrize(
    ("told", "zh", "en"),
    [
        (Told("handling", "supervise"), "督办", "under supervision"),
        (Told("arbitration", "refuse"), "责任单位退单", "refused by its owner"),
        (Told("arbitration", "approve_extension"), "提请裁定", "to be arbitrated"),
        (Told("dispatched", "arbitrate"), "责任已裁定", "arbitrated"),
        (Told("overdue:handling"), "处置已超期", "Handling is overdue"),
        (Told("closed", "close"), "结案", "Close"),
        (Told("handling", "of another release"), "of another release", "of another release"),
        (Told("overdue:report_in:SAN02"), "SAN02 尚未报到", "SAN02 has not reported in"),
    ],
)
def test_what_is_special_is_said(told: Told, zh: str, en: str) -> None:
    assert zh in said(told, "zh").title
    assert en in said(told, "en").title


def test_a_deadline_is_told_in_the_citys_time() -> None:
    told = Told("overdue:handling", due_at=DUE)
    assert "截止时间：2026-07-22 09:30。" in said(told, "zh").body
    assert "due 2026-07-22 09:30." in said(told, "en").body


def test_what_was_told_before_there_were_words() -> None:
    assert said(Told("dispatched", None, None), "zh").title.startswith("-：")


@pytest.mark.parametrize(
    ("kind", "topic"),
    [("closed", "event"), ("yellow:check", "yellow"), ("whistle:call", "whistle")],
)
def test_what_it_is_about(kind: str, topic: str) -> None:
    assert topic_of(Told(kind)) == topic


def test_both_languages_have_the_same_templates() -> None:
    zh, en = ({file.name for file in (FOLDER / name).iterdir()} for name in ("zh", "en"))
    assert zh == en
