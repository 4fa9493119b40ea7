"""Imports every module with a table, so that Alembic and the tests see them all."""

from gridsvc.addresses import model as addresses
from gridsvc.areas import model as areas
from gridsvc.assets import model as assets
from gridsvc.auth import model as auth
from gridsvc.briefings import model as briefings
from gridsvc.calendars import model as calendars
from gridsvc.catalogue import model as catalogue
from gridsvc.db.base import Base
from gridsvc.files import model as files
from gridsvc.incidents import model as incidents
from gridsvc.indicators import model as indicators
from gridsvc.lab import model as lab
from gridsvc.live import model as live
from gridsvc.mail import model as mail
from gridsvc.notices import model as notices
from gridsvc.personal import model as personal
from gridsvc.planning import model as planning
from gridsvc.proof import model as proof
from gridsvc.routing import model as routing
from gridsvc.rules import model as rules
from gridsvc.tiles import model as tiles
from gridsvc.webhooks import model as webhooks
from gridsvc.whistles import model as whistles

__all__ = [
    "addresses",
    "areas",
    "assets",
    "auth",
    "briefings",
    "calendars",
    "catalogue",
    "files",
    "incidents",
    "indicators",
    "lab",
    "live",
    "mail",
    "metadata",
    "notices",
    "personal",
    "planning",
    "proof",
    "routing",
    "rules",
    "tiles",
    "webhooks",
    "whistles",
]

metadata = Base.metadata
