"""Where the private cluster answers, and the password that it asks for."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

ROLE = "gridsvc"
"""What the service connects as: it owns its databases, and is no superuser."""
DATABASE = "gridsvc"


@dataclass(frozen=True, slots=True)
class Address:
    """One database of the cluster; printing it does not show the password."""

    socket_folder: Path
    port: int
    password: str = field(repr=False)
    database: str = DATABASE

    @property
    def socket_url(self) -> str:
        """URL through the private socket: the faster way, for the same user and for root."""
        folder = quote(str(self.socket_folder), safe="")
        return f"postgresql://{self._who}@/{self._name}?host={folder}&port={self.port}"

    @property
    def tcp_url(self) -> str:
        """URL through loopback, for any program that knows the password."""
        return f"postgresql://{self._who}@127.0.0.1:{self.port}/{self._name}"

    def of(self, database: str) -> "Address":
        """Address another database of the same cluster."""
        return replace(self, database=database)

    @property
    def _who(self) -> str:
        return f"{ROLE}:{quote(self.password, safe='')}"

    @property
    def _name(self) -> str:
        return quote(self.database, safe="")
