"""Checks of files: the storage can be written, a scanner is there, base maps can be read."""

import asyncio
import os
import shlex
import shutil

from gridsvc.basemaps.reading import read_basemaps
from gridsvc.db.base import new_id
from gridsvc.doctor.finding import Finding, right, skipped, wrong
from gridsvc.errors import SetupError, StorageAway
from gridsvc.files.storage import Storage, folder_of
from gridsvc.settings import Settings


def storage(settings: Settings) -> Finding:
    """Check that files can be written: by looking at a folder, by trying a bucket."""
    folder = folder_of(settings)
    if folder is None:
        return _bucket(settings)
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        return right("storage", en=f"Files go to {folder}", zh=f"附件存于 {folder}")
    return wrong(
        "storage",
        en=f"{nearest} cannot be written: give yourself the right to it, or set "
        "GRIDSVC_STORAGE_URL.",
        zh=f"无法写入 {nearest}：请授予写权限，或另设 GRIDSVC_STORAGE_URL。",
    )


def _bucket(settings: Settings) -> Finding:
    try:
        asyncio.run(_try(Storage.of(settings)))
    except StorageAway as error:
        cause = str(error.__cause__).partition("\n")[0]
        return wrong(
            "storage",
            en=f"{settings.storage_url} cannot be written ({cause}): correct "
            "GRIDSVC_STORAGE_URL and the AWS_* variables.",
            zh=f"无法写入 {settings.storage_url}（{cause}）："
            "请更正 GRIDSVC_STORAGE_URL 与 AWS_* 变量。",
        )
    place = settings.storage_url
    return right("storage", en=f"Files go to {place}", zh=f"附件存于 {place}")


async def _try(storage_: Storage) -> None:
    key = f"doctor/{new_id()}"
    await storage_.put(key, b"written by gridsvc doctor")
    await storage_.delete([key])


def scanner(settings: Settings) -> Finding:
    """Check that the command that looks for viruses is there."""
    if settings.scanner is None:
        return skipped(
            "scanner",
            en="Files are not scanned for viruses: GRIDSVC_SCANNER names no command.",
            zh="未启用病毒扫描：未设置 GRIDSVC_SCANNER。",
        )
    program = shlex.split(settings.scanner)[0]
    if shutil.which(program):
        return right("scanner", en=f"{program} scans files", zh=f"由 {program} 扫描附件")
    return wrong(
        "scanner",
        en=f"There is no {program}: every file would be quarantined. Correct GRIDSVC_SCANNER.",
        zh=f"找不到 {program}：所有附件都将被隔离。请更正 GRIDSVC_SCANNER。",
    )


def base_maps(settings: Settings) -> Finding:
    """Check that the base maps are described as they should be, and their files can be read."""
    try:
        found = read_basemaps(settings)
    except SetupError as error:
        return wrong("basemaps", en=error.en, zh=error.zh)
    found.close()
    names = ", ".join(found.names)
    if not names:
        return right("basemaps", en="Maps are drawn on plain grey", zh="地图为纯灰底")
    return right("basemaps", en=f"Maps may lie on {names}", zh=f"可选底图：{names}")
