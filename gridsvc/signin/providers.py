"""The identity providers of a deployment, as its file names them."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from gridsvc.errors import SetupError
from gridsvc.settings import Settings
from gridsvc.signin.provider import Provider

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _issuer(address: str) -> str:
    parts = urlsplit(address)
    plain_allowed = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or plain_allowed) or parts.query:
        raise ValueError("must be an https address, without a query")
    return address


class ProviderSettings(BaseModel):
    """One table `[[provider]]` of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Annotated[str, Field(pattern="^[a-z][a-z0-9-]*$", max_length=32)]
    """Part of the address to which the provider sends people back."""
    issuer: Annotated[str, AfterValidator(_issuer)]
    client_id: Annotated[str, Field(min_length=1)]
    client_secret_file: Path
    label: str
    """On the login page, in Chinese."""
    label_en: str
    make_accounts: bool = False
    """Whether who comes for the first time gets an account, which is appointed to nothing."""

    def provider(self) -> Provider:
        secret = self.client_secret_file.read_text(encoding="utf-8").strip()
        return Provider(
            code=self.code,
            issuer=self.issuer,
            client_id=self.client_id,
            client_secret=secret,
            labels={"zh": self.label, "en": self.label_en},
            make_accounts=self.make_accounts,
        )


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    provider: list[ProviderSettings]


def read_providers(settings: Settings) -> Mapping[str, Provider]:
    """Read the file that the settings name, or say what is wrong with it."""
    if settings.oidc_providers is None:
        return {}
    try:
        if settings.public_url is None:
            raise ValueError("GRIDSVC_PUBLIC_URL is needed as well")  # noqa: TRY301 - told below
        told = tomllib.loads(settings.oidc_providers.read_text(encoding="utf-8"))
        found = [it.provider() for it in _File.model_validate(told).provider]
    except (OSError, ValueError) as error:
        raise _unusable(settings.oidc_providers, error) from error
    return {it.code: it for it in found}


def _unusable(file: Path, error: Exception) -> SetupError:
    said = str(error)
    if isinstance(error, ValidationError):
        faults = error.errors(include_url=False, include_input=False)
        said = "; ".join(f"{'.'.join(map(str, it['loc']))}: {it['msg']}" for it in faults)
    return SetupError(
        "oidc_providers",
        en=f"GRIDSVC_OIDC_PROVIDERS ({file}) cannot be used: {said}",
        zh=f"GRIDSVC_OIDC_PROVIDERS（{file}）无法使用：{said}",
    )
