"""Narrows a query to the incidents that a caller may see, for every channel alike.

The rule is `gridsvc.auth.sight`.
"""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, false, or_, true

from gridsvc.auth.policy import Permission
from gridsvc.auth.principal import Principal
from gridsvc.auth.sight import Sight, sight_of
from gridsvc.incidents.model import AREA_OF, Incident


def visible_to(
    who: Principal, permission: Permission = Permission.INCIDENTS_READ
) -> ColumnElement[bool]:
    """Make the condition on `Incident` that holds where the caller has a permission."""
    sight = sight_of(who, permission)
    return true() if sight.everything else or_(false(), *_any_of(sight))


def _any_of(sight: Sight) -> Iterator[ColumnElement[bool]]:
    if sight.reporters:
        yield Incident.reporter_id.in_(sight.reporters)
    for level, codes in sorted(sight.areas.items()):
        yield AREA_OF[level].in_(codes)
    if sight.organisations:
        yield Incident.lead_id.in_(sight.organisations)
    for scope, owners in sight.within.items():
        yield and_(AREA_OF[scope.level] == scope.code, Incident.lead_id.in_(owners))
