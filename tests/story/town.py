"""A street in winter: a sub-estate, who heats it, who mends its pipes, who answers for its houses.

It is the city of squares with three layers more, and a process by which reports of grid workers are
verified and filed by people as well.
"""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Organisation
from gridsvc.areas.publish import LayerSpec, Provenance, publish
from gridsvc.areas.register import put_organisations, put_responsibilities
from gridsvc.auth.principal import Role, Scope
from gridsvc.catalogue.service import publish_scheme
from gridsvc.incidents.process_file import SHIPPED
from gridsvc.incidents.processes import publish_process
from tests.factories import BEGAN, CATEGORIES, cell, frame
from tests.fixtures.web import token_of

WINTER = BEGAN + timedelta(days=1)
NO_HEATING = "0401"
ESTATE = cell(0.2, 0.2, 0.4, 0.4)
PEOPLE: Mapping[str, tuple[Role, str | None]] = {
    "worker": (Role.GRID_WORKER, "s1"),
    "acceptor": (Role.ACCEPTOR, None),
    "verifier": (Role.VERIFIER, None),
    "dispatcher": (Role.DISPATCHER, None),
    "heat": (Role.DEPARTMENT_HANDLER, "heat"),
    "housing": (Role.DEPARTMENT_HANDLER, "housing"),
    "water": (Role.DEPARTMENT_HANDLER, "water"),
    "street": (Role.STREET_CENTRE, "s1"),
    "leader": (Role.SHIFT_LEADER, None),
    "centre": (Role.CITY_CENTRE, "city"),
    "evaluator": (Role.EVALUATOR, None),
    "auditor": (Role.AUDITOR, None),
}
"""Login, role and organisation."""
_ORGANISATIONS = [
    {"code": "heat", "name": "供热公司", "name_en": "Heating", "kind": "contractor"},
    {"code": "housing", "name": "住建局", "name_en": "Housing", "kind": "department"},
    {"code": "water", "name": "自来水公司", "name_en": "Water", "kind": "contractor"},
]
_CATEGORY = {
    "code": NO_HEATING,
    "name": "供热不足",
    "name_en": "No heating",
    "major": "04",
    "major_name": "公共服务",
    "kind": "event",
    "limit_value": 2,
    "limit_unit": "work_day",
}


async def make_town(db: AsyncSession) -> Mapping[str, str]:
    """Make it; give a token for each login."""
    for name, title, level in (
        ("sub_estate", "小区", "sub_estate"),
        ("heating", "供热片区", None),
        ("housing", "物业监管片区", None),
        ("mains", "供水片区", None),
    ):
        spec = LayerSpec(name=name, title=title, title_en=name, level=level)
        shape = ESTATE if level else cell(0, 0, 2, 2)
        areas = frame((f"{name}1", f"{title}一", "C1" if level else None, shape))
        await publish(db, spec, areas, valid_from=WINTER, provenance=Provenance(source="winter"))
    categories = [*CATEGORIES, _CATEGORY]
    await publish_scheme(db, "test", categories, name="Test scheme", valid_from=WINTER)
    await put_organisations(db, _ORGANISATIONS)
    await put_responsibilities(db, _RESPONSIBILITIES, valid_from=WINTER)
    await publish_process(db, _process(), valid_from=WINTER)
    await db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    return await _tokens(db)


_RESPONSIBILITIES = [
    {
        "organisation": organisation,
        "layer": layer,
        "area": f"{layer}1",
        "category": NO_HEATING if organisation == "heat" else "04",
        "role": "lead" if organisation == "heat" else "co_handler",
    }
    for organisation, layer in (("heat", "heating"), ("housing", "housing"), ("water", "mains"))
]


def _process() -> str:
    shipped = SHIPPED.read_text(encoding="utf-8")
    return shipped.replace('collected = ["', 'collected = ["worker_app", "')


async def _tokens(db: AsyncSession) -> Mapping[str, str]:
    ids: dict[str, UUID] = {
        row.code: row.id for row in await db.execute(select(Organisation.code, Organisation.id))
    }
    return {
        login: await token_of(
            db,
            login,
            role,
            scope=Scope("street", "S1") if role is Role.STREET_CENTRE else None,
            organisation=ids[organisation] if organisation else None,
        )
        for login, (role, organisation) in PEOPLE.items()
    }
