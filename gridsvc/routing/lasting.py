"""An edition as it is at one moment, as if it had always been so: the past is asked by it. Pure.

Which map answers is that of the moment; what is asked stays as it was: windows of rules keep their
hours, seasons and days, so that a night's incident is decided as at night. Of a category that has
ended the last version stays: what was filed under it still has to go to somebody.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from typing import TypeVar

from gridsvc.catalogue.lookup import Catalogue, catalogue_of
from gridsvc.catalogue.repository import CategoryRecord
from gridsvc.routing.borders import Borders
from gridsvc.routing.claims import Claims
from gridsvc.routing.edition import Edition
from gridsvc.routing.facts import Claim, Release
from gridsvc.rules.border import BorderPolicy
from gridsvc.rules.rule import Rule
from gridsvc.rules.special import SpecialDay

EVER = datetime(1900, 1, 1, tzinfo=UTC)
_Lasting = TypeVar("_Lasting", Release, Claim, SpecialDay)
_Declared = TypeVar("_Declared", Rule, BorderPolicy)


def lasting(edition: Edition, at: datetime) -> Edition:
    """Keep what is in force at a time, and let it hold always."""
    return replace(
        edition,
        releases=_kept(edition.in_force(at), at),
        claims=Claims(_kept(edition.claims, at)),
        catalogue=_last_versions(edition.catalogue, at),
        rules=_declared(edition.rules, at),
        special_days=_kept(edition.special_days, at),
        borders=Borders(_declared(edition.borders.policies, at)),
    )


def _kept(rows: Iterable[_Lasting], at: datetime) -> tuple[_Lasting, ...]:
    return tuple(
        replace(row, valid_from=EVER, valid_to=None)
        for row in rows
        if row.valid_from <= at and (row.valid_to is None or at < row.valid_to)
    )


def _declared(rows: Iterable[_Declared], at: datetime) -> tuple[_Declared, ...]:
    """Keep rules and policies with the moment from which they truly were so, for the record."""
    return tuple(
        replace(row, valid_from=EVER, valid_to=None, since=row.began)
        for row in rows
        if row.in_force(at)
    )


def _last_versions(catalogue: Catalogue, at: datetime) -> Catalogue:
    last: dict[tuple[str, str], CategoryRecord] = {}
    for record in sorted(chain.from_iterable(catalogue.values()), key=lambda it: it.valid_from):
        if record.valid_from <= at:
            last[record.scheme, record.code] = replace(record, valid_from=EVER, valid_to=None)
    return catalogue_of(last.values())
