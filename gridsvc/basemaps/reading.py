"""Reads the base maps of a deployment from the file that the settings name."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from gridsvc.basemaps.kinds import AnyKind, File
from gridsvc.basemaps.tile_file import BadTileFile, TileFile
from gridsvc.errors import SetupError
from gridsvc.settings import Settings
from maps.errors import MapError
from maps.tiles import Basemap
from maps.words import Language

NONE = "none"
"""What plain grey is called in the file and in addresses."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    default: str | None = None
    basemap: list[AnyKind]


@dataclass(frozen=True, slots=True)
class Served:
    """A file whose tiles the service gives out, and what its content is named by."""

    file: TileFile
    version: str


@dataclass(frozen=True, slots=True)
class Basemaps:
    """What a reader may choose to lie under a map."""

    by_language: Mapping[Language, tuple[Basemap, ...]] = field(repr=False)
    default: str | None
    """Key of the one with which maps open; None for plain grey."""
    served: Mapping[str, Served] = field(default_factory=dict)
    """By name."""

    @property
    def names(self) -> tuple[str, ...]:
        """What they are called in addresses."""
        return tuple(it.key for it in self.by_language[Language.ZH])

    def close(self) -> None:
        """Let go of the files."""
        for served in self.served.values():
            served.file.close()


def read_basemaps(settings: Settings) -> Basemaps:
    """Read the file that the settings name, or say what is wrong with it."""
    if settings.basemaps is None:
        return Basemaps(dict.fromkeys(Language, ()), None)
    try:
        told = tomllib.loads(settings.basemaps.read_text(encoding="utf-8"))
        return _basemaps(_File.model_validate(told))
    except (MapError, BadTileFile) as error:
        raise _unusable(settings.basemaps, en=str(error), zh=error.zh) from error
    except (OSError, ValueError) as error:
        said = _said(error)
        raise _unusable(settings.basemaps, en=said, zh=said) from error


def _basemaps(told: _File) -> Basemaps:
    names = [it.name for it in told.basemap]
    for name in (NONE, *names):
        if [NONE, *names].count(name) > 1:
            raise ValueError(f"two base maps are called {name!r}; {NONE!r} is plain grey")
    default = told.default or next(iter(names), NONE)
    if default not in {NONE, *names}:
        raise ValueError(f"default: no base map is called {default!r}")
    found = {language: tuple(it.basemap(language) for it in told.basemap) for language in Language}
    files = [it for it in told.basemap if isinstance(it, File)]
    served = {it.name: Served(it.opened, it.version) for it in files}
    return Basemaps(found, None if default == NONE else default, served)


def _said(error: Exception) -> str:
    """Say what is wrong; what was given is not repeated, as it may be a key."""
    if not isinstance(error, ValidationError):
        return str(error)
    faults = error.errors(include_url=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, it['loc']))}: {it['msg']}" for it in faults)


def _unusable(file: Path, *, en: str, zh: str) -> SetupError:
    return SetupError(
        "basemaps",
        en=f"GRIDSVC_BASEMAPS ({file}) cannot be used: {en}",
        zh=f"GRIDSVC_BASEMAPS（{file}）无法使用：{zh}",
    )
