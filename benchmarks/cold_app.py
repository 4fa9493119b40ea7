"""Our web process with an empty shelf: every tile is drawn, as if it were the first time."""

import os

from gridsvc.app import create_app
from gridsvc.db.session import Database
from gridsvc.settings import Settings
from gridsvc.tiles.service import Memory
from gridsvc.tiles.shelf import Shelf

app = create_app(
    Settings(),
    Database.connect(os.environ["GRIDSVC_DATABASE_URL"]),
    signing_key="for the benchmark only",
)
app.state.tiles = Memory(Shelf(most_bytes=0))
