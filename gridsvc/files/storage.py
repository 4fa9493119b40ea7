"""Where files lie: a folder or a bucket, by one interface. What a file is, it does not know.

Nothing is changed once it was written, and what was written is on the disk when `put` returns.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path

from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from gridsvc.errors import StorageAway
from gridsvc.settings import Settings

CHUNK = 262_144
"""Bytes of a file that are handed on at once."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An object of the storage, and since when it is there."""

    key: str
    since: datetime


@dataclass(frozen=True)  # No slots: the store is kept in the object once it is open.
class Storage:
    """The objects of a deployment, by key."""

    opening: Callable[[], ObjectStore]

    @classmethod
    def of(cls, settings: Settings) -> "Storage":
        """Name the storage of some settings; it is opened, and a folder made, at its first use."""
        return cls(partial(_open, settings))

    @cached_property
    def store(self) -> ObjectStore:
        """The open storage."""
        return self.opening()

    async def put(self, key: str, content: bytes) -> None:
        """Write an object; one of the same key is replaced as a whole."""
        with _answering():
            await self.store.put_async(key, content)
            if isinstance(self.store, LocalStore):
                await asyncio.to_thread(_to_the_disk, self.store, key)

    async def get(self, key: str) -> bytes:
        """Read an object into memory."""
        with _answering():
            return bytes(await (await self.store.get_async(key)).bytes_async())

    async def joined(self, keys: Iterable[str]) -> bytes:
        """Read several objects as one."""
        return b"".join([await self.get(key) for key in keys])

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        """Begin to read an object: that it is there is known before its first byte leaves."""
        with _answering():
            found = await self.store.get_async(key)
        return (bytes(chunk) async for chunk in found.stream(min_chunk_size=CHUNK))

    async def delete(self, keys: Sequence[str]) -> None:
        """Remove objects; one that is not there is gone already."""
        with _answering():
            for key in keys:
                try:
                    await self.store.delete_async(key)
                except FileNotFoundError:
                    continue

    async def listed(self, prefix: str) -> AsyncIterator[Kept]:
        """Go through the objects whose key begins with a folder's name."""
        with _answering():
            async for page in self.store.list(prefix):
                for found in page:
                    yield Kept(found["path"], found["last_modified"])


def _open(settings: Settings) -> ObjectStore:
    folder = folder_of(settings)
    if folder is None:
        return from_url(settings.storage_url or "")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return LocalStore(folder, automatic_cleanup=True)


def folder_of(settings: Settings) -> Path | None:
    """Give the folder of the files; None where they lie in a bucket."""
    if settings.storage_url is None:
        return settings.home.absolute() / "files"
    scheme, _, path = settings.storage_url.partition("://")
    return Path(path) if scheme == "file" else None


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        raise StorageAway(
            en="The storage of files does not answer at this moment; try again soon.",
            zh="文件存储暂时不可用，请稍后重试。",
        ) from error


def _to_the_disk(store: LocalStore, key: str) -> None:
    """Wait until a file and its name are on the disk: the store itself leaves them to the system.

    A name is kept by the folder that it stands in, and so up to the storage's own.
    """
    root = Path(store.prefix or "/")
    path = root / key
    for place in (path, *path.parents[: len(Path(key).parts)]):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
