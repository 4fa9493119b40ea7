"""Stretches of time, and what is left of a limit, as people say them. Pure."""

from datetime import timedelta

from gridsvc.clock.standing import Light, Standing
from gridsvc.http.language import LanguageCode
from gridsvc.web.words import WORDS

_MINUTE = timedelta(minutes=1)
_CONTINUOUS = {
    "zh": (("天", 24 * 60), ("小时", 60), ("分钟", 1)),
    "en": ((" d", 24 * 60), (" h", 60), (" min", 1)),
}
_WORKING = {
    "zh": (("工作时", 60), ("工作分钟", 1)),
    "en": ((" working h", 60), (" min", 1)),
}
_SAID = 2
"""How many units say enough."""


def lasting(stretch: timedelta, language: LanguageCode, *, working: bool = False) -> str:
    """Say how long, by the two largest units; a day of work is not a day, so is told in hours."""
    units = (_WORKING if working else _CONTINUOUS)[language]
    rest, parts = round(stretch / _MINUTE), []
    for unit, minutes in units:
        many, rest = divmod(rest, minutes)
        if many:
            parts.append(f"{many}{unit}")
    return " ".join(parts[:_SAID]) or f"0{units[-1][0]}"


def left(standing: Standing, language: LanguageCode, *, working: bool) -> str:
    """Say how much of a limit is left, or by how much it was overrun."""
    rest = standing.total - standing.used
    name = "clock_left" if rest >= timedelta() else "clock_over"
    return WORDS[name][language].format(time=lasting(abs(rest), language, working=working))


def called(standing: Standing, language: LanguageCode) -> str:
    """Say how a clock stands, in a word: colours alone tell not everybody."""
    if standing.runs:
        return WORDS[f"light_{standing.light}"][language]
    kept = "late" if standing.light is Light.RED else "kept"
    return WORDS[f"stands_{kept}"][language]
