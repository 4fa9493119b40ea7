"""The city of squares as two districts, with a street centre and people of who is called."""

from datetime import timedelta
from typing import Any

import httpx
import pytest_asyncio
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Organisation
from gridsvc.areas.publish import LayerSpec, Provenance, publish
from gridsvc.areas.register import put_organisations, put_responsibilities
from gridsvc.auth.principal import Role, Scope
from tests.factories import BEGAN, cell, city_layers, frame
from tests.fixtures.web import ClientOf

SPLIT = BEGAN + timedelta(days=1)
LAW = [
    {"code": "law1", "name": "中心区城管局", "name_en": "Law 1", "kind": "department"},
    {"code": "law2", "name": "东区城管局", "name_en": "Law 2", "kind": "department"},
]


@pytest_asyncio.fixture
async def border(db: AsyncSession) -> dict[str, Any]:
    """Let the border of two districts run along the streets', each with a bureau of its own.

    Gives the organisations' ids by code.
    """
    split = Provenance(source="two districts")
    spec = city_layers()[0][0]
    districts = (("D1", "中心区", None, cell(0, 0, 2, 2)), ("D2", "东区", None, cell(2, 0, 2, 2)))
    await publish(db, spec, frame(*districts), valid_from=SPLIT, provenance=split)
    law = LayerSpec(name="law", title="执法辖区", title_en="enforcement", tiles=True)
    zones = (("L1", "一区", None, cell(0, 0, 2, 2)), ("L2", "二区", None, cell(2, 0, 2, 2)))
    await publish(db, law, frame(*zones), valid_from=SPLIT, provenance=split)
    await put_organisations(db, LAW)
    rows = [
        {"organisation": f"law{n}", "layer": "law", "area": f"L{n}", "role": "lead"} for n in "12"
    ]
    await put_responsibilities(db, rows, valid_from=SPLIT)
    await db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    await db.commit()
    found = await db.execute(select(Organisation.code, Organisation.id))
    return {row.code: row.id for row in found}


@pytest_asyncio.fixture
async def street(client_of: ClientOf, border: dict[str, Any]) -> httpx.AsyncClient:
    """The centre of the western street."""
    scope = Scope("street", "S1")
    return await client_of(Role.STREET_CENTRE, scope=scope, organisation=border["s1"])
