"""What the handling of files needs of its process: database, storage, settings."""

import asyncio
from dataclasses import dataclass, field

from gridsvc.db.session import Database
from gridsvc.files.storage import Storage
from gridsvc.settings import Settings


def _one() -> asyncio.Semaphore:
    return asyncio.Semaphore(1)


@dataclass(frozen=True, slots=True)
class Cabinet:
    """The files of a deployment, as one process holds them."""

    database: Database
    storage: Storage
    settings: Settings
    drawing: asyncio.Semaphore = field(default_factory=_one)
    """A photo takes hundreds of megabytes while it is drawn: one at a time."""
