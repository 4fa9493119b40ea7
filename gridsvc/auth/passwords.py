"""Passwords: argon2id, and what a new one must be."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gridsvc.errors import Invalid

MIN_LENGTH = 10

_HASHER = PasswordHasher()
# Checked when the login is unknown, so that the answer takes as long as for a known one.
_NOBODY = _HASHER.hash("nobody has this password")


def hash_password(password: str) -> str:
    """Hash a new password, or say what is wrong with it."""
    if len(password) < MIN_LENGTH:
        raise Invalid(
            "password_too_short",
            en=f"A password has at least {MIN_LENGTH} characters.",
            zh=f"密码至少需要 {MIN_LENGTH} 个字符。",
            field="password",
        )
    return _HASHER.hash(password)


def verify_password(password: str, stored: str | None) -> bool:
    """Compare a password with what is stored; None stands for an unknown account."""
    try:
        _HASHER.verify(_NOBODY if stored is None else stored, password)
    except InvalidHashError:
        # An account that nobody can sign in to: it is told from a wrong password by nothing.
        return verify_password(password, None)
    except VerificationError:
        return False
    return stored is not None
