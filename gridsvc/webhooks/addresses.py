"""Where messages may go: to public addresses, and to what the settings name. Pure.

Somebody names an address and the service calls it from inside the network: without this rule they
could have it call what only the inside can reach.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from gridsvc.errors import Invalid

Address = IPv4Address | IPv6Address
_TRANSLATED: Final = ip_network("64:ff9b::/96")
_PLAIN: Final = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be called although it is not public: hosts by name, networks."""

    hosts: frozenset[str]
    networks: tuple[IPv4Network | IPv6Network, ...]

    @classmethod
    def of(cls, named: str) -> "Allowed":
        """Read names and networks as the settings have them: with commas between."""
        hosts, networks = set[str](), list[IPv4Network | IPv6Network]()
        for one in filter(None, map(str.strip, named.split(","))):
            try:
                networks.append(ip_network(one))
            except ValueError:
                hosts.add(one.lower())
        return cls(frozenset(hosts), tuple(networks))

    def named(self, host: str) -> bool:
        """Tell whether the settings name a host."""
        return host.lower() in self.hosts or any(
            address in network for address in _literal(host) for network in self.networks
        )

    def reaches(self, address: Address) -> bool:
        """Tell whether an address may be called: it is public, or the settings name its network."""
        inner = getattr(address, "ipv4_mapped", None) or address
        return _is_public(inner) or any(inner in network for network in self.networks)


def _is_public(address: Address) -> bool:
    return address.is_global and not address.is_multicast and not _stands_for_another(address)


def _stands_for_another(address: Address) -> bool:
    """Tell whether an address of IPv6 stands for one of IPv4, wherever that may be."""
    if isinstance(address, IPv4Address):
        return False
    return bool(address.sixtofour or address.teredo or address in _TRANSLATED)


def _literal(host: str) -> list[Address]:
    try:
        return [ip_address(host)]
    except ValueError:
        return []


def check_url(url: str, allowed: Allowed) -> None:
    """Refuse an address that can be seen to be no good; what its name leads to is seen later."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise _invalid("it cannot be read", "无法解析") from None
    if not _PLAIN.fullmatch(url) or not host or parts.scheme not in {"http", "https"}:
        raise _invalid("write https://host/path, in ASCII", "应写作 https://主机/路径（ASCII）")
    if parts.username is not None or parts.fragment:
        raise _invalid("it must hold no password and no #", "不得含有口令或 #")
    if parts.scheme == "http" and not allowed.named(host):
        raise _invalid(
            "http is for hosts that the settings name; use https",
            "仅设置中列明的主机可用 http，请使用 https",
        )
    if not allowed.named(host) and not all(map(allowed.reaches, _literal(host))):
        raise _invalid(f"{host} is not public", f"{host} 不是公网地址")


def _invalid(en: str, zh: str) -> Invalid:
    return Invalid(
        "webhook_url",
        en=f"A webhook cannot go to this address: {en}.",
        zh=f"该地址不能用作 webhook：{zh}。",
        field="url",
    )
