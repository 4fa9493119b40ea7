"""A briefing as a document of its own: no script, nothing beside it, fit for paper and mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from gridsvc.briefings.content import Briefing, Figure, Line, busiest, change
from gridsvc.web.templates import render
from gridsvc.web.words import WORDS
from maps.small import WIDTH, coloured

_MAPS: Final = (("open", "YlGnBu"), ("overdue", "YlOrRd"))


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a briefing is put into words."""

    language: str
    zone: ZoneInfo
    login: str | None
    """None where it tells of the whole city."""
    nonce: str


def document(briefing: Briefing, reader: Reader) -> str:
    """Write a briefing as HTML."""
    language = reader.language
    return render(
        "briefing.html",
        language=language,
        nonce=reader.nonce,
        day=briefing.day.isoformat(),
        made=f"{briefing.made_at.astimezone(reader.zone):%Y-%m-%d %H:%M}",
        whose=_whose(reader),
        figures=[_figure(it, language) for it in briefing.figures],
        unit=_unit(briefing, language),
        box=f"0 0 {WIDTH} {briefing.height}",
        maps=[_map(briefing, name, ramp, language) for name, ramp in _MAPS],
        busiest=[_row(it, language) for it in busiest(briefing.areas)],
        unplaced={"open": briefing.unplaced_open, "overdue": briefing.unplaced_overdue},
        owners=[_row(it, language) for it in briefing.owners],
        spots=[
            {
                "matter": it.matter.in_language(language),
                "count": it.count,
                "where": _joined([grid.in_language(language) for grid in it.grids], language),
            }
            for it in briefing.spots
        ],
        spot_days=briefing.spot_days,
    )


def _whose(reader: Reader) -> str:
    if reader.login is None:
        return WORDS["briefing_city"][reader.language]
    return WORDS["briefing_part"][reader.language].format(who=reader.login)


def _unit(briefing: Briefing, language: str) -> str:
    named = briefing.unit.in_language(language)
    return named if language == "zh" else named.lower()


def _figure(figure: Figure, language: str) -> Mapping[str, str]:
    return {
        "name": WORDS[f"briefing_{figure.measure}"][language],
        "value": f"{figure.value:,}",
        "day": change(figure.value, figure.day_before),
        "week": change(figure.value, figure.week_before),
    }


def _map(briefing: Briefing, name: str, ramp: str, language: str) -> Mapping[str, Any]:
    values = [float(getattr(line, name)) for line in briefing.areas]
    drawn = coloured(values, ramp)
    return {
        "title": WORDS[f"briefing_{name}_map"][language],
        "areas": [
            {
                "path": line.path,
                "look": look,
                "title": f"{line.name.in_language(language)} {value:,.0f}",
            }
            for line, look, value in zip(briefing.areas, drawn.looks, values, strict=True)
            if line.path
        ],
        "legend": [{"look": it.look, "text": _range(it.low, it.high)} for it in drawn.legend],
    }


def _range(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "–"
    return f"{low:,.0f}" if low == high else f"{low:,.0f} – {high:,.0f}"


def _row(line: Line, language: str) -> Mapping[str, object]:
    numbers = {"filed": line.filed, "open": line.open, "overdue": line.overdue}
    return {"name": line.name.in_language(language), **numbers}


def _joined(names: Sequence[str], language: str) -> str:
    return ("、" if language == "zh" else ", ").join(names)
