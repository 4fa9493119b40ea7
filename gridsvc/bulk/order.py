"""What a person asks of bulk routing: which file, read how, written where. Values only."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from gridsvc.bulk.fields import Column, Fields
from gridsvc.bulk.journal import fingerprint
from gridsvc.bulk.reading.opening import open_source
from gridsvc.bulk.reading.piece import ROWS, Source
from gridsvc.bulk.rows import COLUMNS
from gridsvc.bulk.writing import LAT, LON, require_form
from gridsvc.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One file to route."""

    file: Path
    out: Path
    fields: Fields
    layer: str | None = None
    encoding: str | None = None
    keep: Sequence[str] | None = None
    """Columns to carry over; all of them where none are named."""

    @property
    def bad(self) -> Path:
        """The file of the rows that could not be decided."""
        return self.out.with_name(f"{self.out.stem}.bad.csv")

    @property
    def partial(self) -> Path:
        """The folder of what is done so far."""
        return self.out.with_name(f"{self.out.name}.partial")

    def key(self, map_digest: str) -> str:
        """Tell this order, on this very file and map, from any other."""
        said = (fingerprint(self.file), self.fields, self.layer, self.encoding, self.keep)
        return sha256(repr((*said, ROWS, self.out.suffix, map_digest)).encode()).hexdigest()

    def source(self) -> Source:
        """Open the file."""
        category = self.fields.category
        repeating = [category.name] if isinstance(category, Column) else []
        return open_source(self.file, layer=self.layer, encoding=self.encoding, repeating=repeating)

    def carried(self, source: Source) -> Sequence[str]:
        """Name the columns to carry over."""
        self._require_sense(source)
        geometry = None if self._keeps_shapes else source.geometry
        names = source.columns if self.keep is None else self.keep
        return [name for name in names if name != geometry]

    @property
    def adds_position(self) -> bool:
        """Whether the output says in columns of its own where a point was taken to be."""
        dropped = self.fields.lon is None and not self._keeps_shapes
        return dropped or self.out.suffix.lower() == ".gpkg"

    @property
    def _keeps_shapes(self) -> bool:
        return self.file.suffix.lower() == self.out.suffix.lower() == ".parquet"

    def _require_sense(self, source: Source) -> None:
        require_form(self.out)
        unknown = [name for name in self.keep or () if name not in source.columns]
        kept = source.columns if self.keep is None else self.keep
        taken = [name for name in (*COLUMNS, LON, LAT) if name in kept]
        if unknown:
            raise Invalid(
                "columns_missing",
                en=f"There is no column {', '.join(unknown)} to keep.",
                zh=f"没有可保留的列 {'、'.join(unknown)}。",
                field="keep",
            )
        if taken:
            raise Invalid(
                "columns_taken",
                en=f"The file has {', '.join(taken)} already; name what to carry over with --keep.",
                zh=f"文件中已有列 {'、'.join(taken)}；请用 --keep 指定要保留的列。",
                field="keep",
            )
        if self.out.resolve() == self.file.resolve():
            raise Invalid(
                "same_file",
                en="The output would replace the input; give it another name.",
                zh="输出会覆盖输入文件；请换一个文件名。",
                field="out",
            )
