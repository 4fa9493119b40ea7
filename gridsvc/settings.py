"""One frozen `Settings`: read once by whoever starts a process, passed on, never read at import."""

from functools import cached_property
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What a deployment decides. Every field is an environment variable `GRIDSVC_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="GRIDSVC_", frozen=True, extra="forbid")

    home: Path = Path("var")
    """Folder of the private cluster, its log, the signing key. Made when missing."""
    database_url: str | None = Field(
        default=None, pattern=r"^postgres(ql)?(\+[a-z0-9]+)?://", repr=False
    )
    """An existing PostgreSQL with PostGIS. Without it the program runs its own in `home`."""
    host: str = "127.0.0.1"
    port: int = Field(default=8311, ge=1, le=65535)
    secret_key: SecretStr | None = None
    """Signs session cookies. Without it a key is made once and kept in `home`, mode 0600."""
    secure_cookies: bool = False
    """Set where the service is reached over https: the cookie is then never sent without it."""
    timezone: str = "Asia/Shanghai"
    language: Literal["zh", "en"] = "zh"
    """Language of a page for somebody who has not chosen one."""
    outside_margin_m: float = Field(default=5_000, ge=0)
    """A report this far beyond every area is taken as `outside`; a farther one is refused."""
    near_limit_m: float = Field(default=500, gt=0)
    """The largest accuracy radius that routing weighs; a worse fix is weighed as this."""
    max_body_bytes: int = Field(default=4_194_304, ge=1_024)
    session_hours: int = Field(default=12, ge=1)
    database_pool: int = Field(default=16, ge=1)
    basemap_url: str | None = None
    """XYZ address with {z} {x} {y}, or None for plain grey."""
    basemap_attribution: str = ""

    @property
    def key_file(self) -> Path:
        """Where the signing key is kept that no setting gives."""
        return self.home / "secret.key"

    @cached_property
    def zone(self) -> ZoneInfo:
        """The civil time zone in which days begin and people read times."""
        return ZoneInfo(self.timezone)
