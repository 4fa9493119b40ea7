"""A service whose processes are killed while they work, and clients that do not give up."""

import asyncio
import contextlib
import os
import random
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.served import free_port

PATIENCE_S = 60


@dataclass(slots=True)
class Fragile:
    """A web process and a job process on a database; either may be killed at any moment."""

    database_url: str
    home: Path
    chance: random.Random
    deaths: dict[str, int]
    """How often each is to be killed yet."""
    port: int = field(default_factory=free_port)
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _coming: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def environment(self) -> Mapping[str, str]:
        """By which processes and commands find the database and the files."""
        return {
            **os.environ,
            "GRIDSVC_DATABASE_URL": self.database_url,
            "GRIDSVC_HOME": str(self.home),
            "GRIDSVC_PORT": str(self.port),
        }

    @property
    def base(self) -> str:
        """Where it answers, when it does."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, name: str) -> None:
        """Start one of the two."""
        command = [sys.executable, "-m", "gridsvc", name]
        self._running[name] = subprocess.Popen(command, env=self.environment)

    def threaten(self) -> None:
        """Perhaps let one of them be killed within the next moments."""
        name = self.chance.choice(sorted(self.deaths))
        if self.deaths[name] and self.chance.random() < 0.4:
            self.deaths[name] -= 1
            task = asyncio.create_task(self._kill(name, self.chance.uniform(0, 0.05)))
            self._coming.add(task)
            task.add_done_callback(self._coming.discard)

    async def _kill(self, name: str, after_s: float) -> None:
        await asyncio.sleep(after_s)
        process = self._running[name]
        process.kill()
        process.wait()
        self.start(name)

    def stop(self) -> None:
        """End both."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            process.wait(PATIENCE_S)


class Patient(httpx.AsyncHTTPTransport):
    """Sends what a broken line may have lost again, as it was, until it is answered."""

    def __init__(self, service: Fragile) -> None:
        super().__init__()
        self.service = service

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.service.threaten()
        for _ in range(PATIENCE_S * 10):
            with contextlib.suppress(httpx.TransportError):
                return await self._answered(request)
            await asyncio.sleep(0.1)
        raise AssertionError("the service did not come back")

    async def _answered(self, request: httpx.Request) -> httpx.Response:
        """Read the whole answer: half of one is none."""
        answer = await super().handle_async_request(request)
        content = await answer.aread()
        return httpx.Response(answer.status_code, headers=answer.headers, content=content)
