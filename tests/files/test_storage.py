"""One interface, whatever keeps the files: the same is asked of a folder, a bucket, memory."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from gridsvc.errors import StorageAway
from gridsvc.files.storage import CHUNK, Storage
from gridsvc.settings import Settings
from tests.files.bucket import NAME, bucket


@pytest.fixture(params=["folder", "bucket", "memory"])
def storage(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Storage]:
    match request.param:
        case "memory":
            yield Storage(MemoryStore)
        case "folder":
            yield Storage.of(Settings(home=tmp_path))
        case "bucket":
            with bucket() as found:
                for name, value in found.items():
                    monkeypatch.setenv(name, value)
                yield Storage.of(Settings(storage_url=f"s3://{NAME}/city"))


async def read(storage: Storage, key: str) -> bytes:
    return b"".join([chunk async for chunk in await storage.stream(key)])


async def test_what_is_put_is_there_until_it_is_deleted(storage: Storage) -> None:
    large = os.urandom(3 * CHUNK + 1)
    await storage.put("uploads/a/0", b"first")
    await storage.put("uploads/a/0", b"once more")
    await storage.put("uploads/a/9", large)
    await storage.put("other/b", b"")
    assert await storage.get("uploads/a/0") == b"once more"
    assert await read(storage, "uploads/a/9") == large
    assert await storage.joined(["uploads/a/0", "uploads/a/9"]) == b"once more" + large
    assert sorted([it.key async for it in storage.listed("uploads")]) == [
        "uploads/a/0",
        "uploads/a/9",
    ]
    await storage.delete(["uploads/a/0", "uploads/never", "uploads/a/9"])
    assert [it.key async for it in storage.listed("uploads")] == []


async def test_what_is_not_there_is_told_before_the_first_byte(storage: Storage) -> None:
    for reading in (storage.get, storage.stream):
        with pytest.raises(StorageAway):
            await reading("uploads/never")


async def test_a_folder_is_its_owners_only_and_made_at_its_first_use(tmp_path: Path) -> None:
    storage = Storage.of(Settings(home=tmp_path / "home"))
    assert not (tmp_path / "home").exists()
    await storage.put("a/b", b"x")
    assert (tmp_path / "home/files/a/b").read_bytes() == b"x"
    assert stat.S_IMODE((tmp_path / "home/files").stat().st_mode) == 0o700


async def test_a_folder_can_be_named(tmp_path: Path) -> None:
    storage = Storage.of(Settings(storage_url=f"file://{tmp_path}/x"))
    await storage.put("a", b"x")
    assert (tmp_path / "x/a").read_bytes() == b"x"
