"""What people have corrected: cases whose owner a person chose against the decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Organisation
from gridsvc.auth.principal import Principal
from gridsvc.catalogue.model import Category, CategoryScheme
from gridsvc.incidents.lifecycle import Action
from gridsvc.incidents.model import Incident, IncidentEvent
from gridsvc.incidents.visibility import visible_to
from gridsvc.routing.model import RoutingDecision

_CHOOSING = (Action.ANSWER, Action.ARBITRATE, Action.DISPATCH)
"""What a person says who it is by: a refusal that is accepted ends in one of them."""
MOST = 20_000
"""How many corrections are looked at, the newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One case: what the decision said, and whom a person made its owner."""

    reference: str
    scheme: str
    category: str
    category_name: str
    decided: dict[str, Any] | None
    """The owner by the decision: code, name and English name."""
    zone: dict[str, Any] | None
    candidates: Sequence[dict[str, Any]]
    chosen: dict[str, Any]


async def corrections(db: AsyncSession, *, since: datetime, who: Principal) -> list[Correction]:
    """List the corrected cases reported since a time that somebody may see."""
    seen = and_(Incident.reported_at >= since, visible_to(who))
    return [_correction(*row) for row in await db.execute(_statement().where(seen))]


def _correction(reference: str, scheme: str, category: str, name: str, *about: Any) -> Correction:  # noqa: ANN401 - the columns of the row
    decided, zone, candidates, code, title, title_en = about
    return Correction(
        reference=reference,
        scheme=scheme,
        category=category,
        category_name=name,
        decided=decided,
        zone=zone,
        candidates=candidates,
        chosen={"code": code, "name": title, "name_en": title_en},
    )


def _statement() -> Select[Any]:
    """Ask for each case's last word by a person, where it differs from the decision before it."""
    lead = IncidentEvent.detail["lead"].astext
    word = (
        select(IncidentEvent.at, lead.label("lead"))
        .where(
            IncidentEvent.incident_id == Incident.id,
            IncidentEvent.action.in_([it.value for it in _CHOOSING]),
            lead.is_not(None),
        )
        .order_by(IncidentEvent.sequence.desc())
        .limit(1)
        .lateral("word")
    )
    record = RoutingDecision.record
    own = (
        select(record)
        .where(
            RoutingDecision.incident_id == Incident.id,
            RoutingDecision.decided_at <= word.c.at,
            record["answer"].astext.is_(None),
        )
        .order_by(RoutingDecision.decided_at.desc(), RoutingDecision.id.desc())
        .limit(1)
        .lateral("own")
    )
    said = own.c.record
    return (
        select(
            Incident.reference,
            CategoryScheme.code,
            Category.code,
            Category.name,
            said["lead"],
            said["zone"],
            said["candidates"],
            Organisation.code,
            Organisation.name,
            Organisation.name_en,
        )
        .select_from(Incident)
        .join(word, true())
        .join(own, true())
        .join(Organisation, Organisation.code == word.c.lead)
        .join(Category, Category.id == Incident.category_id)
        .join(CategoryScheme, CategoryScheme.id == Category.scheme_id)
        .where(said["lead"]["code"].astext.is_distinct_from(word.c.lead))
        .order_by(Incident.reported_at.desc(), Incident.id)
        .limit(MOST)
    )
