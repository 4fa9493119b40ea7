"""Files kept in memory beside the test's database, and small limits."""

from pathlib import Path

import pytest
from fastapi import FastAPI
from obstore.store import MemoryStore

from gridsvc.attachments.cabinet import Cabinet
from gridsvc.db.session import Database
from gridsvc.files.storage import Storage
from gridsvc.settings import Settings


@pytest.fixture
def cabinet(app: FastAPI, database: Database, tmp_path: Path) -> Cabinet:
    """The files of the test's web process."""
    settings = Settings(home=tmp_path, attachments_per_incident=3, attachment_pixels=1_000_000)
    made = Cabinet(database, Storage(MemoryStore), settings)
    app.state.cabinet, app.state.gridsvc = made, _with(app, settings)
    return made


def _with(app: FastAPI, settings: Settings) -> object:
    state = app.state.gridsvc
    return type(state)(settings, state.database, state.signing_key)
