"""What is done of a run that may be interrupted: finished pieces, in a folder beside the output.

A piece is written under another name and renamed, so that one that is there is whole. The folder
belongs to one input, one set of options and one map: anything else begins anew.
"""

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
from pyarrow import feather

from gridsvc.bulk.reading.piece import BadRow

_ENDS = 2**20


@dataclass(frozen=True, slots=True)
class Part:
    """A piece that is done: its rows with their answers, and those that have none."""

    table: pa.Table
    bad: Sequence[BadRow]


class Journal:
    """The folder of one run."""

    def __init__(self, folder: Path, key: str) -> None:
        self._folder = folder
        manifest = folder / "manifest.json"
        if not manifest.is_file() or json.loads(manifest.read_text("utf-8")) != {"key": key}:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            _write(manifest, json.dumps({"key": key}).encode())

    def read(self, number: int) -> Part | None:
        """Give a piece if it is done."""
        path = self._path(number)
        if not path.is_file():
            return None
        table = feather.read_table(path, memory_map=False)
        metadata = dict(table.schema.metadata)
        bad = [BadRow(**row) for row in json.loads(metadata.pop(b"bad"))]
        return Part(table.replace_schema_metadata(metadata or None), bad)

    def keep(self, number: int, part: Part) -> None:
        """Keep a piece that is done."""
        bad = json.dumps([asdict(row) for row in part.bad]).encode()
        metadata = {**(part.table.schema.metadata or {}), b"bad": bad}
        unfinished = self._path(number).with_suffix(".unfinished")
        table = part.table.replace_schema_metadata(metadata)
        feather.write_feather(table, unfinished, compression="lz4", chunksize=max(len(table), 1))
        unfinished.replace(self._path(number))

    def beside(self, name: str) -> Path:
        """Give the place of a file that ends elsewhere; one that is there already goes."""
        path = self._folder / name
        path.unlink(missing_ok=True)
        return path

    def close(self) -> None:
        """Forget everything: the output is whole."""
        shutil.rmtree(self._folder)

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:06}.arrow"


def fingerprint(file: Path) -> str:
    """Tell a file from what it was before, without reading the whole of it."""
    told = file.stat()
    digest = sha256(f"{told.st_size} {told.st_mtime_ns}".encode())
    with file.open("rb") as opened:
        digest.update(opened.read(_ENDS))
        opened.seek(max(told.st_size - _ENDS, 0))
        digest.update(opened.read(_ENDS))
    return digest.hexdigest()


def _write(path: Path, data: bytes) -> None:
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_bytes(data)
    unfinished.replace(path)
