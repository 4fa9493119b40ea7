"""What a run that was interrupted goes on by: the same map, whatever its version says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gridsvc.bulk.chart import Chart
from gridsvc.bulk.engine import Engine
from gridsvc.bulk.order import Order
from gridsvc.bulk.points import Answers, Points
from gridsvc.bulk.reading import parquet
from gridsvc.routing.borders import Borders
from gridsvc.routing.claims import Claims
from gridsvc.rules.rule import Rule
from gridsvc.rules.special import SpecialDay
from tests.bulk.charts import cleaners_chart
from tests.bulk.test_run import FIELDS, frame, route, told, write
from tests.factories import cell
from tests.routing.maps import BEGAN, id_of
from tests.routing.test_borders import policy

DUTY = Rule(id=id_of("duty"), code="R1", title="街道主责", layers=("street",), valid_from=BEGAN)
FEAST = SpecialDay(
    id=id_of("feast"), list_code="F", title="节日", day=date(2026, 3, 1), valid_from=BEGAN
)
PARK = cell(0.9, 0.4, 0.3, 0.3).segmentize(1e-5)


def edited(**changes: Any) -> Chart:
    """The chart of the cleaners with something else on it, and the version that it had."""
    chart = cleaners_chart()
    return replace(chart, edition=replace(chart.edition, **changes))


CHARTS: dict[str, Callable[[], Chart]] = {
    "as it was": cleaners_chart,
    "a rule": lambda: edited(rules=(DUTY,)),
    "its end": lambda: edited(rules=(replace(DUTY, valid_to=BEGAN),)),
    "estates": lambda: edited(rules=(replace(DUTY, estate_types=frozenset("ab")),)),
    "claims": lambda: edited(claims=Claims([])),
    "a day": lambda: edited(special_days=(FEAST,)),
    "a border": lambda: edited(borders=Borders([policy()])),
    "a park": lambda: edited(borders=Borders([policy("exception", shape=PARK)])),
    "another park": lambda: edited(borders=Borders([policy("exception", shape=PARK.buffer(1e-5))])),
    "accuracy": lambda: replace(cleaners_chart(), near_limit_m=50),
    "tolerance": lambda: replace(cleaners_chart(), asset_tolerance_m=50),
    "civil time": lambda: replace(cleaners_chart(), zone=ZoneInfo("Asia/Urumqi")),
}


def test_whatever_decides_tells_a_map_from_another() -> None:
    digests = {name: chart().digest() for name, chart in CHARTS.items()}
    assert len(set(digests.values())) == len(CHARTS)
    assert digests == {name: chart().digest() for name, chart in CHARTS.items()}


class Unplugged(Exception):
    """The power went."""


class Failing(Engine):
    """Decides one piece, then the power goes."""

    left = 1

    def decide(self, points: Points, *, measured: bool = True) -> Answers:
        self.left -= 1
        if self.left < 0:
            raise Unplugged
        return super().decide(points, measured=measured)


def test_a_rule_that_changed_meanwhile_holds_for_what_was_done_before_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROWS", 2)
    file = write(tmp_path / "p.parquet", frame())
    order = Order(file=file, out=tmp_path / "o.csv", fields=FIELDS)
    with pytest.raises(Unplugged):
        route(order, Failing(cleaners_chart()), threads=1)
    assert list(order.partial.glob("*.arrow"))
    route(order, Engine(edited(rules=(DUTY,))))
    whole = replace(order, out=tmp_path / "whole.csv")
    route(whole, Engine(edited(rules=(DUTY,))))
    assert told(order.out) == told(whole.out) != []
    assert {row[1] for row in told(order.out)} == {"s", None}
