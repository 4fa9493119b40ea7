"""Codes that are good once: by the time, as RFC 6238 makes them, and on paper for the day without.

The arithmetic is the `cryptography` package's. Nothing here knows the database or the clock.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_S = 30
DIGITS = 6
DRIFT = (0, -1, 1)
"""Steps by which a telephone's clock may be wrong, the likeliest first."""
SECRET_BYTES = 20
"""As long as SHA-1's own output (RFC 4226, section 4)."""
RECOVERY_CODES = 10
RECOVERY_BYTES = 10
"""Eighty random bits: a plain hash keeps them well."""


def new_secret() -> bytes:
    """Make a secret to share with somebody's telephone."""
    return secrets.token_bytes(SECRET_BYTES)


def address_of(secret: bytes, *, login: str, issuer: str) -> str:
    """Write a secret as the address that such applications read from a picture."""
    return _totp(secret).get_provisioning_uri(login, issuer)


def typed(secret: bytes) -> str:
    """Write a secret for somebody who types it."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def step_of(code: str, secret: bytes, *, now: datetime, after: int) -> int | None:
    """Find the step of time that a code is of, if it is about now and after the last one used."""
    current = int(now.timestamp()) // STEP_S
    for step in (current + drift for drift in DRIFT):
        if step > after and _same(_totp(secret).generate(step * STEP_S).decode(), code):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Make the codes that somebody keeps on paper."""
    return [_grouped(secrets.token_bytes(RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]


def recovery_hash(code: str) -> bytes:
    """Hash a recovery code, however it was typed."""
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(plain.encode()).digest()


def _grouped(random: bytes) -> str:
    text = base64.b32encode(random).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP_S)  # noqa: S303 - what the applications know


def _same(ours: str, given: str) -> bool:
    return hmac.compare_digest(ours.encode(), given.encode())
