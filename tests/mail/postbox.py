"""An SMTP server on loopback: takes what it is handed, or says what it is told to say."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass(slots=True)
class Postbox:
    """As much of RFC 5321 as a sender needs."""

    refuses: dict[str, str] = field(default_factory=dict)
    """By command, what is answered instead of a yes: `{"RCPT": "550 no such box"}`."""
    mails: list[EmailMessage] = field(default_factory=list)
    port: int = 0

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer):
            writer.write(b"220 box\r\n")
            while line := await reader.readline():
                word = line.decode().split(" ")[0].strip().upper()
                answer = self.refuses.get(word) or await self._answer(word, reader, writer)
                writer.write(f"{answer}\r\n".encode())
                if word == "QUIT":
                    return

    async def _answer(
        self, word: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> str:
        if word == "DATA":
            writer.write(b"354 go on\r\n")
            said = await reader.readuntil(b"\r\n.\r\n")
            whole = message_from_bytes(
                said[:-5].replace(b"\r\n..", b"\r\n."), policy=policy.default
            )
            assert isinstance(whole, EmailMessage)
            self.mails.append(whole)
        return "221 bye" if word == "QUIT" else "250 yes"


@asynccontextmanager
async def postbox() -> AsyncIterator[Postbox]:
    """Run a server on a free port."""
    box = Postbox()
    server = await asyncio.start_server(box._serve, "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    async with server:
        yield box
