"""What requests may give, as types: text that the database can hold, times that there are."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field
from pydantic_core import PydanticCustomError

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)
"""Between these there is room for time zones and spans: no reckoning leaves the calendar."""
_OUT_OF_RANGE = PydanticCustomError(
    "time_out_of_range", "the time is before the year 1900 or after the year 2999"
)


def _in_utc(moment: datetime) -> datetime:
    try:
        utc = moment.astimezone(UTC)
    except OverflowError:
        raise _OUT_OF_RANGE from None
    if not FIRST_DAY <= utc.date() <= LAST_DAY:
        raise _OUT_OF_RANGE
    return utc


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A time with its offset, kept in UTC: the same moment is the same value however it was written."""


def _with_room(day: date) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        message = "the day is before 1900 or after 2999"
        raise PydanticCustomError("day_out_of_range", message)
    return day


Day = Annotated[date, AfterValidator(_with_room)]
"""A civil day."""
Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]
"""Any text without NUL, which PostgreSQL cannot hold."""
Code = Annotated[Text, Field(max_length=64)]
"""The code of an area, a layer, a category, an organisation."""

Real = Annotated[float, Field(strict=True)]
"""A number in a body: neither `true` nor a text, which Pydantic would take for one."""
Whole = Annotated[int, Field(strict=True)]
"""A whole number in a body."""
