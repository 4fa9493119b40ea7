"""What somebody says about the columns of a file of points: at the prompt, or beside an upload."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from gridsvc.bulk.fields import Column, Fields
from gridsvc.clock.typed import parse_time
from gridsvc.errors import Invalid
from gridsvc.lab.file import PastFile, opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The words as they were typed."""

    category: str
    at: str
    lon: str | None = None
    lat: str | None = None
    crs: str | None = None
    accuracy: str | None = None

    def fields(self, columns: Sequence[str], zone: ZoneInfo) -> Fields:
        """Take what names a column for it, and anything else for one value for all rows."""
        return Fields(
            lon=None if self.lon is None else Column(self.lon),
            lat=None if self.lat is None else Column(self.lat),
            crs=self.crs,
            category=Column(self.category) if self.category in columns else self.category,
            at=Column(self.at) if self.at in columns else _moment(self.at, zone),
            accuracy=None if self.accuracy is None else Column(self.accuracy),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOfPast(Said):
    """Likewise of a file of past matters."""

    owner: str | None = None
    scheme: str | None = None
    layer: str | None = None
    encoding: str | None = None

    def past(self, file: Path, zone: ZoneInfo) -> PastFile:
        """Say it of a file, in a zone of times without an offset."""
        columns = opened(file, layer=self.layer, encoding=self.encoding).columns
        return PastFile(
            file=file,
            fields=self.fields(columns, zone),
            owner=self.owner,
            layer=self.layer,
            encoding=self.encoding,
        )


def _moment(text: str, zone: ZoneInfo) -> datetime:
    try:
        return parse_time(text, zone)
    except Invalid as error:
        raise Invalid(
            "invalid_time",
            en=f"There is no column {text!r}, and it is no date or time either.",
            zh=f"没有名为 {text!r} 的列，它也不是日期或时间。",
            field="at",
        ) from error
