"""A chart as it is at one moment, as if it had always been so: to ask the past by it. Pure.

Windows of rules keep their hours, seasons and days: a night's incident is decided as at night.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from typing import TypeVar

from gridsvc.bulk.chart import Chart
from gridsvc.catalogue.lookup import catalogue_of
from gridsvc.catalogue.repository import CategoryRecord
from gridsvc.routing.borders import Borders
from gridsvc.routing.claims import Claims
from gridsvc.routing.facts import Claim, Release
from gridsvc.rules.border import BorderPolicy
from gridsvc.rules.rule import Rule
from gridsvc.rules.special import SpecialDay

EVER = datetime(1900, 1, 1, tzinfo=UTC)
Lasting = TypeVar("Lasting", Release, Claim, CategoryRecord, Rule, SpecialDay, BorderPolicy)


def held(chart: Chart, at: datetime) -> Chart:
    """Keep what is in force at a time, and let it hold always."""
    edition = chart.edition
    categories = chain.from_iterable(edition.catalogue.values())
    releases = _kept(chart.in_force(at), at)
    return replace(
        chart,
        edition=replace(
            edition,
            releases=releases,
            claims=Claims(_kept(edition.claims, at)),
            catalogue=catalogue_of(_kept(categories, at)),
            rules=_kept(edition.rules, at),
            special_days=_kept(edition.special_days, at),
            borders=Borders(_kept(edition.borders.policies, at)),
        ),
        sheets={release.id: chart.sheets[release.id] for release in releases},
    )


def _kept(rows: Iterable[Lasting], at: datetime) -> tuple[Lasting, ...]:
    return tuple(
        replace(row, valid_from=EVER, valid_to=None)
        for row in rows
        if row.valid_from <= at and (row.valid_to is None or at < row.valid_to)
    )
