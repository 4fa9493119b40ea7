"""What requests may give, as types: text that the database can hold, times that there are."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field
from pydantic_core import PydanticCustomError


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        message = "the time is before the year 1 or after the year 9999"
        raise PydanticCustomError("time_out_of_range", message) from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A time with its offset, kept in UTC: the same moment is the same value however it was written."""
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)


def _with_room(day: date) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        message = "the day is before 1900 or after 2999"
        raise PydanticCustomError("day_out_of_range", message)
    return day


Day = Annotated[date, AfterValidator(_with_room)]
"""A day with room for time zones and spans: no reckoning leaves the calendar."""
Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]
"""Any text without NUL, which PostgreSQL cannot hold."""
Code = Annotated[Text, Field(max_length=64)]
"""The code of an area, a layer, a category, an organisation."""
