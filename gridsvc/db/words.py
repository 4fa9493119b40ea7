"""What a driver says of a failure, in one line that may be shown: no statement, no address."""

import psycopg
from sqlalchemy.exc import DBAPIError


def first_line(error: Exception) -> str:
    """Give the first line of the driver's own words; the lines after it repeat rows."""
    cause = (error.orig if isinstance(error, DBAPIError) else None) or error
    if isinstance(cause, psycopg.ProgrammingError) and cause.sqlstate is None:
        # Of the driver itself: it repeats what it could not read, which may be the address.
        return "the address cannot be read"
    return next(iter(str(cause).strip().splitlines()), type(cause).__name__)
