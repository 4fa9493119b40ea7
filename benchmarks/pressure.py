"""A plain HTTP client that keeps some connections busy and counts the answers.

Written on sockets because a full client would spend more than the server that it measures.
"""

import asyncio
import time
from collections.abc import Callable

Request = Callable[[], bytes]


def post(path: str, body: bytes, *, headers: str = "") -> bytes:
    """Write a POST request."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"{headers}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def rate(port: int, request: Request, *, seconds: float, connections: int) -> float:
    """Send for some seconds over some connections; give answers per second. All must be 2xx."""
    until = time.perf_counter() + seconds
    began = time.perf_counter()
    counts = await asyncio.gather(*(_client(port, request, until) for _ in range(connections)))
    return sum(counts) / (time.perf_counter() - began)


async def _client(port: int, request: Request, until: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answered = 0
    while time.perf_counter() < until:
        writer.write(request())
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(_length(head))
        if not head.startswith(b"HTTP/1.1 2"):
            raise RuntimeError(head.decode())
        answered += 1
    writer.close()
    return answered


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0
