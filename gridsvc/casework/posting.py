"""A step as somebody has filled it in: as the service takes it, and what is wrong with it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from gridsvc.errors import GridsvcError, StaleVersion
from gridsvc.http.language import LanguageCode
from gridsvc.http.problems import status_of
from gridsvc.http.requires import CSRF_FIELD
from gridsvc.http.wording import in_chinese
from gridsvc.incidents.schemas import TransitionRequest
from gridsvc.web.words import WORDS

_OF_THE_PAGE: Final = frozenset({CSRF_FIELD, "version"})
"""Fields that say nothing about the step."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form says of a step, and the version of the case that its writer saw."""

    version: int
    fields: Mapping[str, str]

    @classmethod
    def of(cls, version: int, sent: Sequence[tuple[str, Any]]) -> "Typed":
        """Take what a browser sent; of several values under a name, all."""
        fields: dict[str, str] = {}
        for name, value in sent:
            if name not in _OF_THE_PAGE:
                fields[name] = f"{fields[name]} {value}" if name in fields else str(value)
        return cls(version, fields)

    @property
    def action(self) -> str:
        """Name the step, as it was sent."""
        return self.fields.get("action", "")

    def request(self, zone: ZoneInfo) -> TransitionRequest:
        """Read it as the API would; what was left empty was not said."""
        return TransitionRequest.model_validate(_body(self.fields, zone))


def _body(fields: Mapping[str, str], zone: ZoneInfo) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for name, text in fields.items():
        if text.strip() and not _frames_nothing(name, fields):
            _put(body, name.split("."), _value(name, text.strip(), zone))
    return {name: _listed(value) for name, value in body.items()}


def _listed(value: object) -> object:
    """Make a list of what has numbers for names; those that were left empty are not there."""
    if isinstance(value, dict) and all(name.isdigit() for name in value):
        return list(value.values())
    return value


def _frames_nothing(name: str, fields: Mapping[str, str]) -> bool:
    """Tell whether it is the frame of reference of a place that was left empty."""
    place, _, part = name.rpartition(".")
    return part == "crs" and not any(
        fields.get(f"{place}.{it}", "").strip() for it in ("lon", "lat")
    )


def _put(where: dict[str, Any], path: Sequence[str], what: object) -> None:
    """Put a value where its name leads: `pin.lon` is a member of `pin`."""
    first, *rest = path
    inner = where.setdefault(first, {}) if rest else None
    if isinstance(inner, dict):
        _put(inner, rest, what)
    else:
        where[first] = what


def _value(name: str, text: str, zone: ZoneInfo) -> object:
    match name:
        case "documents":
            return re.split(r"[\s,;，；、]+", text)
        case "until":
            return _with_zone(text, zone)
        case _ if name.endswith((".lon", ".lat")):
            return _number(text)
        case _:
            return text


def _number(text: str) -> float | str:
    """Read a number, as a form sends none; what is none is left to whoever says what is wrong."""
    try:
        return float(text)
    except ValueError:
        return text


def _with_zone(text: str, zone: ZoneInfo) -> str:
    """Take a time without an offset for one on the city's clocks."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text  # whoever reads it as a time says what is wrong with it
    return text if moment.tzinfo else moment.replace(tzinfo=zone).isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a step was not taken, and what had been typed: nobody types it again."""

    status: int
    said: str
    at: Mapping[str, str]
    """By field."""
    typed: Typed
    stale: bool = False
    """Whether somebody else was first."""


def trouble_of(
    error: GridsvcError | ValidationError, typed: Typed, language: LanguageCode
) -> Trouble:
    """Say in the reader's language why a step was not taken, at the fields to be mended."""
    if isinstance(error, ValidationError):
        faults = dict(_faults(error, language))
        said = "；".join(faults.values()) if language == "zh" else "; ".join(faults.values())
        return Trouble(status=422, said=said, at=faults, typed=typed)
    own = WORDS.get(f"trouble_{error.code}", {"zh": error.zh, "en": error.en})
    said = own[language]
    return Trouble(
        status=status_of(error)[0],
        said=said,
        at={error.field: said} if error.field else {},
        typed=typed,
        stale=isinstance(error, StaleVersion),
    )


def _faults(error: ValidationError, language: LanguageCode) -> Iterator[tuple[str, str]]:
    for fault in error.errors(include_url=False):
        field = str(fault["loc"][0])
        label = WORDS.get(f"field_{field}", {"zh": field, "en": field})[language]
        said = in_chinese(fault) if language == "zh" else fault["msg"]
        yield field, f"{label}：{said}" if language == "zh" else f"{label}: {said}"
