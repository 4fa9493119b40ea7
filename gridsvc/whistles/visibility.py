"""Narrows a query to the whistles that a caller may see.

The rule is that of incidents (`gridsvc.auth.sight`): what lies in one's areas; besides what one's
organisation blows or is called by; and whoever sees an incident sees the whistles for it.
"""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Text, exists, false, or_, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql import cast

from gridsvc.auth.principal import Principal
from gridsvc.auth.sight import Sight, sight_of
from gridsvc.calendars.book import area_key
from gridsvc.incidents.model import Incident
from gridsvc.incidents.visibility import visible_to
from gridsvc.whistles.model import Whistle


def whistles_visible_to(who: Principal) -> ColumnElement[bool]:
    """Make the condition on `Whistle` that holds where the caller may read it."""
    sight = sight_of(who)
    return true() if sight.everything else or_(false(), *_any_of(sight, who))


def _any_of(sight: Sight, who: Principal) -> Iterator[ColumnElement[bool]]:
    seen = [area_key(level, code) for level, codes in sight.areas.items() for code in codes]
    if seen:
        yield Whistle.areas.overlap(cast(sorted(seen), ARRAY(Text)))
    if sight.callable:
        yield Whistle.organisation_id.in_(sight.callable)
        yield Whistle.called_ids.overlap(sight.callable)
    yield exists().where(Incident.id == Whistle.incident_id, visible_to(who))
