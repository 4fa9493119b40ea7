"""Signs messages by the convention of Standard Webhooks. Pure.

Signed is `id.timestamp.body`, with HMAC-SHA256.
"""

import base64
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32


def shown(secret: bytes) -> str:
    """Write a secret as its owner gets to see it, once."""
    return PREFIX + base64.b64encode(secret).decode()


def signed(secret: bytes, message_id: UUID, body: bytes, *, at: datetime) -> Mapping[str, str]:
    """Make the headers of a message."""
    moment = int(at.timestamp())
    digest = hmac.digest(secret, f"{message_id}.{moment}.".encode() + body, "sha256")
    return {
        "webhook-id": str(message_id),
        "webhook-timestamp": str(moment),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
