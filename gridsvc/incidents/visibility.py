"""Narrows a query to the incidents that a caller may see, for every channel alike.

The rule is `gridsvc.auth.sight`.
"""

from collections.abc import Collection, Iterator
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Uuid,
    and_,
    false,
    func,
    literal,
    literal_column,
    or_,
    true,
)

from gridsvc.auth.policy import Permission
from gridsvc.auth.principal import Principal
from gridsvc.auth.sight import SHARE_LEVELS, Sight, sight_of
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
    return or_(false(), *_in_shares(sight), *_besides(sight), *called)


def visible_besides(who: Principal) -> ColumnElement[bool]:
    """Make the condition on `Incident` for what the caller sees of shares that they do not see.

    What somebody sees by its district, street or lead they see all of: whole shares
    (`gridsvc.tiles.model.IncidentShare`), by policies that say the same.
    """
    sight = sight_of(who)
    shared = or_(false(), *_in_shares(sight))
    return and_(or_(false(), *_besides(sight), *_called(sight.callable)), shared.is_not(true()))


def _in_shares(sight: Sight) -> Iterator[ColumnElement[bool]]:
    for level in SHARE_LEVELS:
        if codes := sight.areas.get(level):
            yield AREA_OF[level].in_(codes)
    if sight.organisations:
        yield _led_by(sight.organisations)
    for scope, owners in sight.within.items():
        if scope.level in SHARE_LEVELS:
            yield and_(AREA_OF[scope.level] == scope.code, _led_by(owners))


def _besides(sight: Sight) -> Iterator[ColumnElement[bool]]:
    if sight.reporters:
        yield _reported_by(sight.reporters)
    for level, codes in sorted(sight.areas.items()):
        if level not in SHARE_LEVELS:
            yield AREA_OF[level].in_(codes)
    if sight.organisations:
        yield _helped_by(sight.organisations)
    for scope, owners in sight.within.items():
        how = _helped_by if scope.level in SHARE_LEVELS else _of
        yield and_(AREA_OF[scope.level] == scope.code, how(owners))


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
    return or_(_led_by(organisations), _helped_by(organisations))


def _led_by(organisations: Collection[UUID]) -> ColumnElement[bool]:
    # As one list: a city's centre has thousands below it.
    return Incident.lead_id == func.any(literal(list(organisations), ARRAY(Uuid)))


def _helped_by(organisations: Collection[UUID]) -> ColumnElement[bool]:
    """Hold for what one of some organisations helps with."""
    helpers = Incident.co_handler_ids
    # Said twice, for the index holds nothing but those that have helpers.
    return and_(helpers != _NOBODY, helpers.overlap(organisations))
