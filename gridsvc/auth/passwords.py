"""Passwords as they are kept: argon2id. What a new one must be: `gridsvc.auth.password_rules`."""

from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gridsvc.auth.password_rules import PasswordRules
from gridsvc.settings import Settings

NO_PASSWORD = "!"  # noqa: S105 - no password has this for a hash
_HASHER = PasswordHasher()
# Checked when the login is unknown, so that the answer takes as long as for a known one.
_NOBODY = _HASHER.hash("nobody has this password")


def password_rules(settings: Settings) -> PasswordRules:
    """Read from the settings what is asked of passwords."""
    days = settings.password_max_age_days
    return PasswordRules(settings.password_min_length, timedelta(days=days) if days else None)


def hash_password(password: str) -> str:
    """Hash a new password."""
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
