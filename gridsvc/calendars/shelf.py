"""The book of calendars that a process keeps in memory, read anew when anything has changed."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.calendars.book import Book
from gridsvc.calendars.repository import read_book
from gridsvc.clock.calendar import Calendar


@dataclass(slots=True)
class Shelf:
    """Calendars are part of what a map version counts: one book for each version that is asked.

    Should they change while a book is read, it is newer than the version says, and what was
    reckoned by it is thrown away at the commit, which holds only for the newest version.
    """

    _kept: tuple[int, Book] | None = None

    async def book(self, db: AsyncSession, map_version: int, *, default: Calendar) -> Book:
        """Give the book of a map version, with a calendar to ask where none is in use."""
        if self._kept is None or self._kept[0] != map_version:
            self._kept = map_version, await read_book(db, default=default)
        return self._kept[1]
