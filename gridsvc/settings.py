"""One frozen `Settings`: read once by whoever starts a process, passed on, never read at import."""

import shlex
from datetime import time
from functools import cached_property
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import psycopg
from psycopg.conninfo import conninfo_to_dict
from pydantic import AfterValidator, Field, SecretStr
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

SHORTEST_KEY = 16


def _fault(code: str, *, en: str, zh: str) -> PydanticCustomError:
    return PydanticCustomError(code, "{en}", {"en": en, "zh": zh})


def _address(url: str) -> str:
    """Check an address as libpq reads it, and take from it the driver that some programs name."""
    scheme, _, rest = url.partition("://")
    address = f"postgresql://{rest}"
    try:
        conninfo_to_dict(address)
    except psycopg.ProgrammingError:
        # Its message is not passed on: it repeats the address with its password.
        scheme = ""
    if scheme.partition("+")[0] not in {"postgresql", "postgres"}:
        form = "postgresql://user:password@host/database"
        raise _fault("database_url", en=f"it must be {form}", zh=f"须为 {form}")
    return address


def _zone_name(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise _fault(
            "time_zone",
            en=f"there is no time zone {name!r} here; an example is Asia/Shanghai",
            zh=f"未知时区 {name!r}，例如 Asia/Shanghai",
        ) from None
    return name


def _civil(at: time) -> time:
    if at.tzinfo is not None:
        raise _fault("civil_time", en="it must be like 07:00", zh="须形如 07:00")
    return at


def _long_enough(key: SecretStr) -> SecretStr:
    if len(key.get_secret_value()) < SHORTEST_KEY:
        raise _fault(
            "secret_key_too_short",
            en=f"it needs at least {SHORTEST_KEY} random characters",
            zh=f"至少需要 {SHORTEST_KEY} 个随机字符",
        )
    return key


def _storage(url: str) -> str:
    if not url.startswith(("file:///", "s3://")) or url == "s3://":
        raise _fault(
            "storage_url",
            en="it must be file:///folder or s3://bucket/prefix",
            zh="须为 file:///目录 或 s3://桶/前缀",
        )
    return url


def _command(text: str) -> str:
    try:
        words = shlex.split(text)
    except ValueError:
        words = []
    if not words:
        raise _fault(
            "scanner",
            en="it must be a command, as at the prompt: clamdscan --fdpass --no-summary",
            zh="须为一条命令，例如 clamdscan --fdpass --no-summary",
        )
    return text


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/"):
        form = "https://grid.example.gov"
        raise _fault("public_url", en=f"it must be like {form}", zh=f"须形如 {form}")
    return f"{parts.scheme}://{parts.netloc}"


def _networks(text: str) -> str:
    try:
        named = [str(ip_network(it.strip())) for it in text.split(",") if it.strip()]
    except ValueError:
        form = "10.0.0.0/8,192.168.1.7"
        raise _fault("networks", en=f"it must be like {form}", zh=f"须形如 {form}") from None
    return ",".join(named)


Metres = Annotated[float, Field(allow_inf_nan=False)]


class Settings(BaseSettings):
    """What a deployment decides. Every field is an environment variable `GRIDSVC_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="GRIDSVC_", frozen=True, extra="forbid")

    home: Path = Path("var")
    """Folder of the private cluster, its log, the signing key. Made when missing."""
    database_url: Annotated[str, AfterValidator(_address)] | None = Field(default=None, repr=False)
    """An existing PostgreSQL with PostGIS. Without it the program runs its own in `home`."""
    host: str = "127.0.0.1"
    port: int = Field(default=8311, ge=1, le=65535)
    secret_key: Annotated[SecretStr, AfterValidator(_long_enough)] | None = None
    """Signs session cookies, and seals what is stored encrypted; at least 16 characters. Without it
    one is made and kept in `home`."""
    previous_secret_key: Annotated[SecretStr, AfterValidator(_long_enough)] | None = None
    """The key before it: what that one sealed can still be opened."""
    secure_cookies: bool = False
    """Set where the service is reached over https: the cookie is then never sent without it."""
    timezone: Annotated[str, AfterValidator(_zone_name)] = "Asia/Shanghai"
    language: Literal["zh", "en"] = "zh"
    """Language of a page for somebody who has not chosen one."""
    outside_margin_m: Metres = Field(default=5_000, ge=0)
    """A report this far beyond every area is taken as `outside`; a farther one is refused."""
    near_limit_m: Metres = Field(default=500, gt=0)
    """The largest accuracy radius that routing weighs; a worse fix is weighed as this."""
    asset_tolerance_m: Metres = Field(default=30, ge=0, le=500)
    """A component this far beyond the accuracy radius may still be the one that is reported."""
    asset_far_m: Metres = Field(default=500, ge=0)
    """A named component farther from the reported place is doubted: one of the two is wrong."""
    whistle_daily: str = "1工作日"
    """How soon an organisation must report in (报到) that a street calls: 日常哨."""
    whistle_hard: str = "4工作时"
    """The same for a hard problem: 攻坚哨."""
    whistle_emergency: str = "30紧急工作分钟"
    """The same in an emergency: 应急哨."""
    similar_radius_m: Metres = Field(default=50, gt=0, le=1_000)
    """Two reports of a class this near each other may mean the same."""
    similar_hours: int = Field(default=24, ge=1, le=720)
    """And this soon after each other."""
    hot_spot_radius_m: Metres = Field(default=50, gt=0, le=1_000)
    hot_spot_days: int = Field(default=30, ge=1, le=366)
    hot_spot_cases: int = Field(default=3, ge=2, le=1_000)
    """So many cases of a class, so near each other within so many days, make a hot spot."""
    workers_per_grid: int = Field(default=3, ge=1, le=1_000)
    """A grid to which more workers are assigned stands out on the coverage map."""
    briefing_time: Annotated[time, AfterValidator(_civil)] = time(7)
    """Of the day, in the time zone above, from which its briefing is made."""
    max_body_bytes: int = Field(default=4_194_304, ge=1_024)
    max_upload_bytes: int = Field(default=209_715_200, ge=1_024)
    """Of a file that is put into a draft or replayed; it may unpack to five times as much."""
    storage_url: Annotated[str, AfterValidator(_storage)] | None = None
    """Where attachments are kept: file:///folder or s3://bucket/prefix; without it, in `home`.
    The keys of S3, its region and another endpoint are given in its own variables, AWS_*."""
    attachment_bytes: int = Field(default=20_971_520, ge=1_024, le=1_073_741_824)
    """Of one photo or file."""
    attachment_pixels: int = Field(default=50_000_000, ge=10_000, le=178_000_000)
    """Of one photo: its width times its height; what it unpacks to must fit into memory."""
    attachments_per_incident: int = Field(default=20, ge=1)
    upload_days: int = Field(default=7, ge=1, le=90)
    """How long an upload waits for its next piece, or for its incident, before it is removed."""
    scanner: Annotated[str, AfterValidator(_command)] | None = None
    """Looks for viruses: a command that is given a file's path and ends with 0 if it is clean,
    with 1 if it is not, and with anything else if it cannot tell."""
    scanner_timeout_s: int = Field(default=120, ge=1)
    personal_days: int = Field(default=180, ge=1)
    """How long after its closing it is known who reported a case."""
    log_days: int | None = Field(default=None, ge=180)
    """How long the audit log is kept; for good without it."""
    requests_per_account: int = Field(default=3_000, ge=0)
    """In a minute, of each web process; 0 for as many as they like."""
    requests_per_address: int = Field(default=60_000, ge=0)
    """The same; a whole city may come from one address, that of a gateway."""
    trusted_proxies: Annotated[str, AfterValidator(_networks)] = ""
    """Networks, with commas, whose word on where a request came from is believed."""
    session_hours: int = Field(default=12, ge=1)
    wall_days: int = Field(default=30, ge=1, le=365)
    """How long a screen on a wall stays signed in."""
    public_url: Annotated[str, AfterValidator(_origin)] | None = None
    """Under which people reach the service; identity providers send them back there."""
    oidc_providers: Path | None = None
    """A TOML file of identity providers; nobody signs in by one without."""
    password_min_length: int = Field(default=10, ge=8, le=64)
    password_max_age_days: int | None = Field(default=None, ge=1)
    """After so many days a password has to be changed at the next sign-in; never without."""
    database_pool: int = Field(default=16, ge=1)
    smtp_host: str | None = None
    """Name of the server that takes our e-mail; without it none is sent."""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str | None = None
    smtp_secret_file: Path | None = None
    """File with the password of `smtp_user`."""
    smtp_from: str | None = None
    """Address that e-mail comes from; `gridsvc@` and the server's name without."""
    webhook_allow: str = ""
    """Hosts and networks, with commas between, that webhooks may call beside public ones."""
    basemaps: Path | None = None
    """A TOML file of what may lie under the maps; plain grey without."""

    @property
    def key_file(self) -> Path:
        """Where the signing key is kept that no setting gives."""
        return self.home / "secret.key"

    @cached_property
    def zone(self) -> ZoneInfo:
        """The civil time zone in which days begin and people read times."""
        return ZoneInfo(self.timezone)
