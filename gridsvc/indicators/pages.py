"""Indicators as pages: all figures of a period, one of them group by group, and its cases."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse

from gridsvc.auth.policy import Permission
from gridsvc.http.deps import Now, ReadDb, SettingsDep
from gridsvc.http.query import CursorQuery
from gridsvc.http.values import Code, Day, Moment
from gridsvc.incidents.search import Listed
from gridsvc.indicators import service
from gridsvc.indicators.asking import asked_for
from gridsvc.indicators.counting import Asked
from gridsvc.indicators.definition import Indicator
from gridsvc.indicators.editions import edition_at
from gridsvc.indicators.grouping import Grouping, groupings
from gridsvc.indicators.service import Figure, Part, Row, Worked
from gridsvc.indicators.vocabulary import SIGNS
from gridsvc.planning.desk import Desk, seat
from gridsvc.web.words import WORDS

router = APIRouter(include_in_schema=False)

USUAL_DAYS = 30
A_PAGE = 50


AtIndicators = Annotated[Desk, Depends(seat(Permission.INDICATORS_READ))]
"""Whoever evaluates, at a page."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days, the last one included."""

    first: date
    last: date


async def _period(
    *,
    now: Now,
    settings: SettingsDep,
    since: Annotated[Day | None, Query(alias="from")] = None,
    until: Annotated[Day | None, Query(alias="to")] = None,
) -> Period:
    last = until or now.astimezone(settings.zone).date()
    return Period(since or last - timedelta(days=USUAL_DAYS - 1), last)


@router.get("/indicators")
async def indicators_page(
    *,
    desk: AtIndicators,
    db: ReadDb,
    now: Now,
    period: Annotated[Period, Depends(_period)],
    code: Code = "closing",
    by: Code = "street",
    area: Code = "",
) -> HTMLResponse:
    """Show all figures of a period, and one of them for each group."""
    known = await groupings(db)
    if by not in {it.name for it in known}:
        by = known[0].name
    asked = await asked_for(
        db,
        by=by,
        since=_midnight(period.first, desk),
        until=_midnight(period.last + timedelta(days=1), desk),
        at=now,
        area=area or None,
        category=None,
    )
    edition = await edition_at(db, now)
    code = code if code in edition.figures() else next(iter(edition.figures()))
    every = await service.work_out_all(db, edition, asked, who=desk.who)
    worked = await service.work_out(db, edition, code, asked, who=desk.who)
    chosen = {"from": period.first, "to": period.last, "by": by, "area": area}
    return desk.page(
        "indicators.html",
        asked={**chosen, "code": code},
        figures=[_tile(it, chosen, desk) for it in every],
        figure=_told(worked.figure, desk),
        parts=[edition.find(it).name.in_(desk.language) for it in worked.whole.shares],
        rows=[_line(worked, it, desk) for it in (*worked.rows, worked.whole)],
        groupings=[(it.name, _titled(it, desk)) for it in known],
        sheet=f"/v1/indicators/{code}?{urlencode(_query(asked))}",
    )


def _midnight(day: date, desk: Desk) -> datetime:
    return datetime.combine(day, time.min, desk.clock.zone)


def _titled(it: Grouping, desk: Desk) -> str:
    return it.title if desk.language == "zh" else it.title_en


def _told(figure: Figure, desk: Desk) -> dict[str, Any]:
    return {
        "code": figure.code,
        "version": figure.version,
        "name": figure.name.in_(desk.language),
        "sentence": figure.sentence.in_(desk.language),
        "example": figure.example,
    }


def _tile(worked: Worked, chosen: dict[str, Any], desk: Desk) -> dict[str, Any]:
    query = urlencode({**chosen, "code": worked.figure.code})
    value = _value(worked.figure, worked.whole)
    return {**_told(worked.figure, desk), "value": value, "href": f"?{query}"}


def _value(figure: Figure, row: Row) -> str:
    if row.value is None:
        return "–"
    return f"{row.value} {SIGNS[figure.unit]}" if isinstance(figure, Indicator) else f"{row.value}"


def _query(asked: Asked) -> dict[str, str]:
    """Write what is asked so that it is asked again: the same cases, as things stood then."""
    query = {
        "from": asked.since.isoformat(),
        "to": asked.until.isoformat(),
        "at": asked.at.isoformat(),
        "by": asked.by.name if asked.by else "",
        "area": asked.area or "",
    }
    return {name: value for name, value in query.items() if value}


def _line(worked: Worked, row: Row, desk: Desk) -> dict[str, Any]:
    whole = row is worked.whole
    name = row.name if desk.language == "zh" else row.name_en
    query = _query(worked.asked) if whole else {**_query(worked.asked), "of": row.code or ""}
    return {
        "place": row.place or "",
        "whole": whole,
        "name": desk.word("indicators_whole")
        if whole
        else name or row.code or desk.word("indicators_none"),
        "value": _value(worked.figure, row),
        "counts": [
            (f"{number:,}", f"/indicators/{code}/cases?{urlencode({**query, 'part': part})}")
            for code, share in row.shares.items()
            for part, number in (
                ("numerator", share.numerator),
                ("denominator", share.denominator),
            )
        ],
    }


@router.get("/indicators/{code}/cases")
async def cases_page(
    *,
    desk: AtIndicators,
    db: ReadDb,
    code: Code,
    part: Literal["numerator", "denominator"],
    since: Annotated[Moment, Query(alias="from")],
    until: Annotated[Moment, Query(alias="to")],
    at: Moment,
    cursor: CursorQuery,
    by: Code | None = None,
    area: Code | None = None,
    of: Code | None = None,
) -> HTMLResponse:
    """List the cases behind a number."""
    indicator = (await edition_at(db, at)).share(code)
    asked = await asked_for(db, by=by, since=since, until=until, at=at, area=area, category=None)
    wanted = Part(part == "numerator", of is not None, of or None)
    page = await service.cases(
        db, indicator, asked, wanted, who=desk.who, limit=A_PAGE, after=cursor
    )
    again = {**_query(asked), "part": part, **({} if of is None else {"of": of})}
    following = urlencode({**again, "cursor": page.next.text()}) if page.next else None
    return desk.page(
        "indicator_cases.html",
        figure=_told(indicator, desk),
        part=desk.word(part),
        rows=[_case(row, desk) for row in page.rows],
        following=following,
    )


def _case(row: Listed, desk: Desk) -> dict[str, str]:
    incident = row.incident
    english = None if desk.language == "zh" else row.category_name_en
    return {
        "reference": incident.reference,
        "href": f"/cases/{incident.id}",
        "category": english or row.category_name,
        "status": WORDS[f"status_{incident.status}"][desk.language],
        "lead": row.lead_name or "–",
        "reported": desk.clock.civil(incident.reported_at),
        "due": desk.clock.civil(incident.due_at),
        "closed": desk.clock.civil(incident.closed_at),
    }
