"""The service's own key: it signs cookies, and the keys of every secret box are made from it."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from gridsvc.auth.secret_box import SecretBox
from gridsvc.settings import Settings


def signing_key(settings: Settings) -> str:
    """Give the key: the setting's, or the one kept in `home`."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    return _kept_key(settings.key_file)


def box_of(purpose: str, settings: Settings, *, signing_key: str) -> SecretBox:
    """Make the secret box of a purpose; what the previous key sealed can be opened as well."""
    previous = settings.previous_secret_key
    older = [] if previous is None else [previous.get_secret_value()]
    return SecretBox.of(purpose, signing_key, *older)


def _kept_key(file: Path) -> str:
    """Read the kept key, made on the first use; of several that start at once, all get the same."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(dir=file.parent)  # 0600, its maker's only
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(made, file)
        Path(made).unlink()
    return file.read_text(encoding="ascii").strip()
