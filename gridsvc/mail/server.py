"""Hands an e-mail to the SMTP server that the settings name.

The standard library's client in a thread: an e-mail is one short connection of a job, for which
an asynchronous library would be one dependency more.
"""

import asyncio
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final
from uuid import UUID

from gridsvc.errors import SetupError
from gridsvc.settings import Settings

PATIENCE_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail before it is one."""

    id: UUID
    to: str
    title: str
    body: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """An SMTP server, and whom it knows us as."""

    host: str
    port: int
    tls: str
    sender: str
    user: str | None
    password: str

    @classmethod
    def of(cls, settings: Settings) -> "Server | None":
        """Read the settings; None where they name no server: then nothing is sent."""
        if settings.smtp_host is None:
            return None
        return cls(
            host=settings.smtp_host,
            port=settings.smtp_port,
            tls=settings.smtp_tls,
            sender=settings.smtp_from or f"gridsvc@{settings.smtp_host}",
            user=settings.smtp_user,
            password=_password(settings),
        )

    @property
    def domain(self) -> str:
        """What we say that we are."""
        return self.sender.rpartition("@")[2]

    async def send(self, letter: Letter) -> str | None:
        """Hand an e-mail over; give what went wrong if anything did."""
        return await asyncio.to_thread(self._send, letter)

    def _send(self, letter: Letter) -> str | None:
        try:
            with self.connect() as client:
                client.send_message(self._message(letter))
        except smtplib.SMTPRecipientsRefused:
            return "recipient_refused"
        except smtplib.SMTPResponseException as error:
            return f"refused: {error.smtp_code}"
        except (smtplib.SMTPException, OSError) as error:
            return f"unreachable: {type(error).__name__}"
        return None

    def connect(self) -> smtplib.SMTP:
        """Connect, as safely as the settings ask for, and sign in."""
        client = self._greet()
        try:
            if self.tls == "starttls":
                client.starttls(context=ssl.create_default_context())
            if self.user is not None:
                client.login(self.user, self.password)
        except (smtplib.SMTPException, OSError):
            client.close()
            raise
        return client

    def _greet(self) -> smtplib.SMTP:
        if self.tls != "tls":
            return smtplib.SMTP(self.host, self.port, self.domain, PATIENCE_S)
        return smtplib.SMTP_SSL(
            self.host,
            self.port,
            self.domain,
            timeout=PATIENCE_S,
            context=ssl.create_default_context(),
        )

    def _message(self, letter: Letter) -> EmailMessage:
        made = EmailMessage(policy=SMTP)
        made["From"], made["To"], made["Subject"] = self.sender, letter.to, letter.title
        made["Date"] = format_datetime(letter.at)
        # The same at every try: a mailbox may know it again.
        made["Message-ID"] = f"<{letter.id}@{self.domain}>"
        made["Auto-Submitted"] = "auto-generated"
        made.set_content(letter.body)
        return made


def _password(settings: Settings) -> str:
    if settings.smtp_secret_file is None:
        return ""
    try:
        return settings.smtp_secret_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(
            "smtp_secret",
            en=f"The e-mail password cannot be read: {error}; correct GRIDSVC_SMTP_SECRET_FILE.",
            zh=f"无法读取邮件口令：{error}；请更正 GRIDSVC_SMTP_SECRET_FILE。",
        ) from error
