"""Opens a file of points by what its name says that it is."""

from collections.abc import Sequence
from pathlib import Path

from gridsvc.bulk.reading.delimited import DelimitedFile
from gridsvc.bulk.reading.layered import LayeredFile
from gridsvc.bulk.reading.parquet import ParquetFile
from gridsvc.bulk.reading.piece import Source
from gridsvc.errors import Invalid


def open_source(
    file: Path,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    repeating: Sequence[str] = (),
) -> Source:
    """Open a file; `repeating` names columns of few different values."""
    if not file.is_file():
        raise Invalid(
            "file_missing",
            en=f"There is no file {file}.",
            zh=f"文件 {file} 不存在。",
            field="file",
        )
    match file.suffix.lower():
        case ".csv":
            return DelimitedFile(file, encoding=encoding)
        case ".parquet":
            return ParquetFile(file, repeating=repeating)
        case _:
            return LayeredFile(file, layer=layer)
