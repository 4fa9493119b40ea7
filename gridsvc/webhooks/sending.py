"""Calls an address once: pinned to what its name was checked as, with no redirect, in little time.

httpcore and not the client above it: there the connection itself can be ours, so that between the
check of a name and the call nobody can give it another address.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterable, Iterable, Mapping, Sequence
from contextlib import aclosing, suppress
from functools import cache
from ipaddress import ip_address
from typing import Any, Final, cast

import httpcore

from gridsvc.webhooks.addresses import Allowed

PATIENCE_S: Final = 10.0
"""For everything: the name, the connection, the answer."""
MOST_BYTES: Final = 65_536
"""Of an answer; nothing in it is used but its status."""


class RefusedError(Exception):
    """A name leads to an address that may not be called."""


class _Checked(httpcore.AsyncNetworkBackend):
    """Connects to what may be called, and to nothing else."""

    def __init__(self, allowed: Allowed) -> None:
        self._allowed = allowed
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's own signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        addresses = [str(at[0]).partition("%")[0] for *_, at in found]
        if not self._allowed.named(host):
            for address in addresses:
                if not self._allowed.reaches(ip_address(address)):
                    raise RefusedError(address)
        how = {"timeout": timeout, "local_address": local_address, "socket_options": socket_options}
        return await self._first(addresses, port, **how)

    async def _first(
        self,
        addresses: Sequence[str],
        port: int,
        **how: Any,  # noqa: ANN401 - as the library has them
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address that answers: a name may have one that nobody reaches."""
        for address in addresses[:-1]:
            with suppress(httpcore.ConnectError):
                return await self._network.connect_tcp(address, port, **how)
        return await self._network.connect_tcp(addresses[-1], port, **how)


@cache
def _trust() -> ssl.SSLContext:
    """Read the authorities once: it takes a while."""
    return httpcore.default_ssl_context()


async def post(
    url: str, headers: Mapping[str, str], body: bytes, *, allowed: Allowed
) -> tuple[int | None, str | None]:
    """Send a message; give the status of the answer, and what went wrong if anything did."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            status = await _post(url, headers, body, allowed)
    except RefusedError as error:
        return None, f"address_refused: {error}"
    except (TimeoutError, httpcore.TimeoutException):
        return None, "too_slow"
    except (httpcore.NetworkError, httpcore.ProtocolError, UnicodeError) as error:
        return None, f"unreachable: {error}"[:500]
    if 200 <= status < 300:
        return status, None
    return status, "redirect" if 300 <= status < 400 else "refused"


async def _post(url: str, headers: Mapping[str, str], body: bytes, allowed: Allowed) -> int:
    said = {"content-type": "application/json", "user-agent": "gridsvc", **headers}
    async with (
        httpcore.AsyncConnectionPool(
            ssl_context=_trust(), network_backend=_Checked(allowed)
        ) as pool,
        pool.stream("POST", url, headers=list(said.items()), content=body) as answer,
    ):
        await _read(answer)
        return answer.status


async def _read(answer: httpcore.Response) -> None:
    """Read what a decent receiver says, so that it sees its answer taken; no more than that."""
    seen = 0
    async with aclosing(cast("Any", answer.aiter_stream())) as parts:
        async for part in cast("AsyncIterable[bytes]", parts):
            seen += len(part)
            if seen > MOST_BYTES:
                return
