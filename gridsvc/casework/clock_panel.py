"""The clocks of a case as its page shows them, and the seven stages that it goes through."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from gridsvc.casework.durations import called, lasting, left
from gridsvc.casework.reading import Sheet
from gridsvc.clock.limit import Limit
from gridsvc.clock.spans import Span
from gridsvc.clock.standing import Standing
from gridsvc.incidents.lifecycle import Process, Status
from gridsvc.planning.desk import Desk


def stages(sheet: Sheet, desk: Desk) -> list[dict[str, str]]:
    """Draw the bar of the stages: which are behind the case, where it is, which are to come."""
    process, status = sheet.case.process, Status(sheet.listed.incident.status)
    codes = list(process.stages)
    standing = process.statuses.get(status)
    here = codes.index(standing.stage) if standing else -1
    return [
        {
            "name": _in(process.stages[code], desk),
            "state": "done" if place < here else "now" if place == here else "later",
        }
        for place, code in enumerate(codes)
    ]


def status_name(process: Process, status: str, desk: Desk) -> str:
    """Say where a case stands, as its process calls that."""
    standing = process.statuses.get(Status(status))
    return _in(standing.words, desk) if standing else desk.word(f"status_{status}")


def _in(words: Any, desk: Desk) -> str:  # noqa: ANN401 - anything with both languages
    return str(words.zh if desk.language == "zh" else words.en)


def panel(sheet: Sheet, desk: Desk) -> dict[str, Any]:
    """Show the handling's clock, those of the stages, and the account of every minute."""
    timing = sheet.timing
    return {
        **_clock(timing.standing, timing.limit, desk),
        "calendar": timing.by.name,
        "stages": [
            {
                "name": _in(it.clock.words, desk),
                **_clock(it.standing, it.clock.limit or timing.limit, desk),
            }
            for it in timing.stages
        ],
        "account": list(_account(sheet, timing.spans, desk)),
        "passages": [
            {
                "status": status_name(sheet.case.process, it.status, desk),
                "begins": desk.clock.civil(it.begins),
                "ends": desk.clock.civil(it.ends),
                "lasted": lasting(it.ends - it.begins, desk.language),
            }
            for it, _ in timing.passages
        ],
    }


def _clock(standing: Standing, limit: Limit, desk: Desk) -> dict[str, Any]:
    return {
        "light": standing.light.value,
        "word": called(standing, desk.language),
        "limit": _in(limit, desk),
        "used": lasting(standing.used, desk.language, working=limit.unit.is_working),
        "left": left(standing, desk.language, working=limit.unit.is_working),
        "due": desk.clock.civil(standing.due) if standing.runs else "",
    }


def _account(sheet: Sheet, spans: Sequence[Span], desk: Desk) -> Iterator[str]:
    """Say each stretch in a sentence; a pause is named by where the case stood."""
    known = {status.value for status in Status}
    for span in spans:
        note = status_name(sheet.case.process, span.note, desk) if span.note in known else span.note
        yield _sentence(replace(span, note=note), desk)


def _sentence(span: Span, desk: Desk) -> str:
    zone = desk.clock.zone
    return span.zh(zone) if desk.language == "zh" else span.en(zone)
