"""Files kept in memory beside the test's database, and small limits."""

from pathlib import Path

import pytest
from fastapi import FastAPI
from obstore.store import MemoryStore

from gridsvc.app import equip
from gridsvc.attachments.cabinet import Cabinet
from gridsvc.db.session import Database
from gridsvc.files.storage import Storage
from gridsvc.settings import Settings
from tests.fixtures.web import SIGNING_KEY


@pytest.fixture
def cabinet(app: FastAPI, database: Database, tmp_path: Path) -> Cabinet:
    """The files of the test's web process."""
    settings = Settings(home=tmp_path, attachments_per_incident=3, attachment_pixels=1_000_000)
    equip(app, settings, database, signing_key=SIGNING_KEY)
    app.state.cabinet = made = Cabinet(database, Storage(MemoryStore), settings)
    return made
