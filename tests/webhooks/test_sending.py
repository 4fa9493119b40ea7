"""A call goes to no address that may not be called, whatever its name says."""

import asyncio
import socket
from typing import Any

import pytest

from gridsvc.webhooks.addresses import Allowed
from gridsvc.webhooks.sending import post
from tests.webhooks.receiver import Receiver

NOTHING = Allowed.of("")


async def sent(receiver: Receiver, host: str, allowed: Allowed) -> tuple[int | None, str | None]:
    url = f"http://{host}:{receiver.port}/hook"
    return await post(url, {"webhook-id": "1"}, b"{}", allowed=allowed)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1", "2130706433", "[::1]"])
async def test_this_machine_is_not_called(receiver: Receiver, host: str) -> None:
    status, error = await sent(receiver, host, NOTHING)
    assert (status, str(error).partition(":")[0]) in {
        (None, "address_refused"),
        (None, "unreachable"),
    }
    assert receiver.messages == []


@pytest.mark.parametrize("allowed", ["localhost", "127.0.0.1", "127.0.0.0/8"])
async def test_but_where_the_settings_name_it(
    receiver: Receiver, allowed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _resolve(monkeypatch, "127.0.0.1")
    assert await sent(receiver, "localhost", Allowed.of(allowed)) == (204, None)
    (message,) = receiver.messages
    assert message.headers["host"] == f"localhost:{receiver.port}"
    assert message.headers["content-type"] == "application/json"


async def test_a_name_with_one_public_address_among_others_is_not_called(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    _resolve(monkeypatch, "1.1.1.1", "127.0.0.1")
    refused = (None, "address_refused: 127.0.0.1")
    assert await sent(receiver, "hooks.example.com", NOTHING) == refused


async def test_the_next_address_is_tried(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    _resolve(monkeypatch, "127.0.0.2", "127.0.0.1")
    assert await sent(receiver, "hooks.inside", Allowed.of("127.0.0.0/8")) == (204, None)


async def test_a_name_that_is_nobodys(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    _resolve(monkeypatch)
    status, error = await sent(receiver, "hooks.example.com", NOTHING)
    assert (status, str(error)[:11]) == (None, "unreachable")


def _resolve(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let every name lead to some addresses."""

    async def resolved(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (it, port)) for it in addresses]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolved)
