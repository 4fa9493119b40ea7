"""What requests may give, as types: text that the database can hold, times that there are."""

from datetime import UTC, datetime
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
Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]
"""Any text without NUL, which PostgreSQL cannot hold."""
Code = Annotated[Text, Field(max_length=64)]
"""The code of an area, a layer, a category, an organisation."""
