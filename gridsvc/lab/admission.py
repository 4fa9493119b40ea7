"""Which uploaded files of past matters are read at all: by their form and by their size."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from geodata.measure import counted
from gridsvc.errors import Invalid

MAGIC = {".csv": b"", ".parquet": b"PAR1", ".gpkg": b"SQLite format 3\0"}
"""How each form begins. GeoJSON is not among them: the library that reads it goes by what a text
says, and a text may say "read that other file"."""
MOST_ROWS = 50_000_000


def require_admissible(path: Path, *, most_bytes: int) -> None:
    """Refuse what is not read, or would unpack to more than it may."""
    suffix = path.suffix.lower()
    if suffix not in MAGIC:
        raise Invalid(
            "unknown_format",
            en=f"{path.name} ends in none of {', '.join(MAGIC)}, which can be replayed.",
            zh=f"{path.name} 的后缀不在可回放之列：{'、'.join(MAGIC)}。",
            field="file",
        )
    with path.open("rb") as file:
        begins = file.read(len(MAGIC[suffix]))
    if begins != MAGIC[suffix]:
        raise _damaged(path)
    if suffix == ".parquet":
        _require_size(path, most_bytes)


def _require_size(path: Path, most_bytes: int) -> None:
    """Reckon by what the file says of itself: equal values take no room in it."""
    try:
        metadata = pq.read_metadata(path)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(path) from error
    groups = (metadata.row_group(number) for number in range(metadata.num_row_groups))
    size = sum(group.total_byte_size for group in groups)
    if size > most_bytes or metadata.num_rows > MOST_ROWS:
        most = most_bytes // 2**20
        raise Invalid(
            "too_large",
            en=f"{path.name} unpacks to {size / 2**20:,.0f} MiB in "
            f"{counted(metadata.num_rows, 'row')}; at most {most:,} MiB and {MOST_ROWS:,} rows "
            "are replayed. Divide it.",
            zh=f"{path.name} 解压后为 {size / 2**20:,.0f} MiB、{metadata.num_rows:,} 行；"
            f"最多可回放 {most:,} MiB、{MOST_ROWS:,} 行。请拆分文件。",
            field="file",
        )


def _damaged(path: Path) -> Invalid:
    return Invalid(
        "unreadable_points",
        en=f"{path.name} is damaged or is not what its name says.",
        zh=f"{path.name} 已损坏，或与其后缀不符。",
        field="file",
    )
