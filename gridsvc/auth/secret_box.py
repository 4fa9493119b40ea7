"""Seals what must be kept secret and read again, with keys made from the service's own key.

Passwords and tokens are not sealed: of those a hash is enough.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gridsvc.errors import SetupError


@dataclass(frozen=True, slots=True)
class SecretBox:
    """Seals with the newest key, and opens what was sealed with any of them."""

    keys: MultiFernet

    @classmethod
    def of(cls, purpose: str, *keys: str) -> "SecretBox":
        """Make the box of a purpose, the newest key first: what another one sealed stays shut."""
        return cls(MultiFernet([Fernet(_derived(purpose, key)) for key in keys]))

    def seal(self, secret: bytes) -> bytes:
        """Seal a secret; twice the same is sealed differently."""
        return self.keys.encrypt(secret)

    def open(self, sealed: bytes) -> bytes:
        """Give back what was sealed, unless it was altered, or its key is not ours any more."""
        try:
            return self.keys.decrypt(sealed)
        except InvalidToken as error:
            raise _shut() from error

    def sealed_anew(self, sealed: bytes) -> bytes:
        """Seal with the newest key what an older one may have sealed."""
        try:
            return self.keys.rotate(sealed)
        except InvalidToken as error:
            raise _shut() from error


def _derived(purpose: str, key: str) -> bytes:
    hkdf = HKDF(SHA256(), length=32, salt=None, info=f"gridsvc {purpose}".encode())
    return urlsafe_b64encode(hkdf.derive(key.encode()))


def _shut() -> SetupError:
    return SetupError(
        "sealed_with_another_key",
        en="What is kept sealed cannot be opened: it was sealed with another key than"
        " GRIDSVC_SECRET_KEY and GRIDSVC_PREVIOUS_SECRET_KEY, or altered.",
        zh="加密保存的内容无法解密：其密钥既不是 GRIDSVC_SECRET_KEY，"
        "也不是 GRIDSVC_PREVIOUS_SECRET_KEY，或内容已被改动。",
    )
