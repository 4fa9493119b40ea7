"""A compiled index in a folder: plain arrays, which any number of processes see in one memory.

The folder holds one `.npy` file for each array, and `index.json`, which is written last and says
what they must be. An index is never written over: another process may have it open.
"""

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.errors import ReadError, WriteError
from geodata.index.cells import Cells
from geodata.index.tree import Tree

_VERSION: Final = 1
_MANIFEST: Final = "index.json"

Array = NDArray[Any]


def write(folder: Path, cells: Cells, tree: Tree) -> None:
    """Write the arrays of an index into a new folder.

    Raises
    ------
    WriteError
        `folder_exists`, `folder_unwritable`.
    """
    try:
        folder.mkdir(parents=True)
        arrays = _named(cells, tree)
        for name, array in arrays.items():
            np.save(folder / f"{name}.npy", array)
        said = {"version": _VERSION, "arrays": {name: _sum(arrays[name]) for name in arrays}}
        (folder / _MANIFEST).write_text(json.dumps(said), encoding="utf-8")
    except FileExistsError as error:
        raise WriteError(
            "folder_exists",
            en=f"{folder} exists already; give a new folder, since others may have this one open.",
            zh=f"{folder} 已存在；请指定新的文件夹，因为其他进程可能正在使用它。",
            path=str(folder),
        ) from error
    except OSError as error:
        raise WriteError(
            "folder_unwritable",
            en=f"The index cannot be written to {folder}: {error.strerror}.",
            zh=f"无法将索引写入 {folder}：{error.strerror}。",
            path=str(folder),
        ) from error


def read(folder: Path) -> tuple[Cells, Tree]:
    """Map the arrays of an index into memory, read only, and check them against what was written.

    Raises
    ------
    ReadError
        `no_index`, `other_version`, `damaged_index`.
    """
    said = _manifest(folder)
    arrays = {name: _array(folder, name, said["arrays"].get(name)) for name in _NAMES}
    tree = Tree(*(arrays[name] for name in Tree._fields))
    return Cells(*(arrays[name] for name in Cells._fields)), tree


_NAMES: Final = tuple(dict.fromkeys(Cells._fields + Tree._fields))


def _named(cells: Cells, tree: Tree) -> Mapping[str, Array]:
    """Name the arrays; the vertices, which both have, once."""
    return cells._asdict() | tree._asdict()


def _sum(array: Array) -> int:
    return zlib.crc32(np.ascontiguousarray(array).data)


def _manifest(folder: Path) -> Mapping[str, Any]:
    try:
        said: dict[str, Any] = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        version, _ = said["version"], said["arrays"].get
    except OSError as error:
        raise ReadError(
            "no_index",
            en=f"There is no whole index in {folder}; save it anew.",
            zh=f"{folder} 中没有完整的索引；请重新保存。",
            path=str(folder),
        ) from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise _damaged(folder, _MANIFEST) from error
    if version != _VERSION:
        raise ReadError(
            "other_version",
            en=f"The index in {folder} is of version {version}, not {_VERSION}; save it anew.",
            zh=f"{folder} 中索引的版本为 {version}，而非 {_VERSION}；请重新保存。",
            path=str(folder),
        )
    return said


def _array(folder: Path, name: str, expected: int | None) -> Array:
    file = f"{name}.npy"
    try:
        mapped = np.load(folder / file, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise _damaged(folder, file) from error
    if _sum(mapped) != expected:
        raise _damaged(folder, file)
    seen: Array = mapped.view(np.ndarray)
    return seen


def _damaged(folder: Path, file: str) -> ReadError:
    return ReadError(
        "damaged_index",
        en=f"{file} in {folder} is not what was written there; save the index anew.",
        zh=f"{folder} 中的 {file} 与写入时不符；请重新保存索引。",
        path=str(folder),
        file=file,
    )
