"""Checks of e-mail: whether any is sent, and whether its server takes it."""

import smtplib

from gridsvc.doctor.finding import Finding, right, skipped, wrong
from gridsvc.errors import SetupError
from gridsvc.mail.server import Server
from gridsvc.settings import Settings


def mail(settings: Settings) -> Finding:
    """Connect to the SMTP server as a sending job would, and send nothing."""
    try:
        server = Server.of(settings)
    except SetupError as error:
        return wrong("mail", en=error.en, zh=error.zh)
    if server is None:
        return skipped(
            "mail",
            en="No e-mail is sent: GRIDSVC_SMTP_HOST names no server.",
            zh="不发送邮件：未设置 GRIDSVC_SMTP_HOST。",
        )
    place = f"{server.host}:{server.port}"
    try:
        with server.connect() as client:
            client.noop()
    except (smtplib.SMTPException, OSError) as error:
        return wrong(
            "mail",
            en=f"{place} takes no e-mail from us ({type(error).__name__}): correct GRIDSVC_SMTP_*.",
            zh=f"{place} 不接受本服务的邮件（{type(error).__name__}）：请更正 GRIDSVC_SMTP_*。",
        )
    return right("mail", en=f"{place} takes e-mail", zh=f"{place} 可接收邮件")
