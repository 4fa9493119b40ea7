"""Narrows a query to the incidents that a caller may see, for every channel alike.

The rule is `gridsvc.auth.sight`.
"""

from collections.abc import Collection, Iterator
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, literal_column, or_, true

from gridsvc.auth.policy import Permission
from gridsvc.auth.principal import Principal
from gridsvc.auth.sight import Sight, sight_of
from gridsvc.incidents.model import AREA_OF, Incident

_NOBODY: ColumnElement[list[UUID]] = literal_column("'{}'")
"""Written out as in the condition of the index."""


def visible_to(
    who: Principal, permission: Permission = Permission.INCIDENTS_READ
) -> ColumnElement[bool]:
    """Make the condition on `Incident` that holds where the caller has a permission."""
    sight = sight_of(who, permission)
    if sight.everything:
        return true()
    # To be called to a case shows it; it gives no leave to act on it.
    called = _called(sight.callable) if permission is Permission.INCIDENTS_READ else ()
    return or_(false(), *_any_of(sight), *called)


def _any_of(sight: Sight) -> Iterator[ColumnElement[bool]]:
    if sight.reporters:
        yield _reported_by(sight.reporters)
    for level, codes in sorted(sight.areas.items()):
        yield AREA_OF[level].in_(codes)
    if sight.organisations:
        yield _of(sight.organisations)
    for scope, owners in sight.within.items():
        yield and_(AREA_OF[scope.level] == scope.code, _of(owners))


def _called(organisations: Collection[UUID]) -> Iterator[ColumnElement[bool]]:
    """Hold for what a whistle calls one of some organisations to."""
    if organisations:
        called = Incident.called_ids
        yield and_(called != _NOBODY, called.overlap(organisations))


def _reported_by(reporters: Collection[UUID]) -> ColumnElement[bool]:
    """Hold for what one of some people reported, or what such a report was merged into."""
    joined = and_(Incident.co_reporter_ids != _NOBODY, Incident.co_reporter_ids.overlap(reporters))
    return or_(Incident.reporter_id.in_(reporters), joined)


def _of(organisations: Collection[UUID]) -> ColumnElement[bool]:
    """Hold for what one of some organisations leads or helps with."""
    # Said twice, for the index holds nothing but those that have helpers.
    helped = and_(
        Incident.co_handler_ids != _NOBODY, Incident.co_handler_ids.overlap(organisations)
    )
    return or_(Incident.lead_id.in_(organisations), helped)
