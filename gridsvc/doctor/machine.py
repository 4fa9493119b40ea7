"""Checks of this machine: Python and its packages, assets, folders, disk, port, key."""

import errno
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from gridsvc.db.layout import ROOM_TO_MAKE_MB
from gridsvc.doctor.finding import Finding, right, skipped, wrong
from gridsvc.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]
OLDEST_PYTHON = (3, 11)


def python() -> Finding:
    """Check that this Python is new enough."""
    seen = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] >= OLDEST_PYTHON:
        return right("python", en=f"Python {seen}", zh=f"Python {seen}")
    return wrong(
        "python",
        en=f"Python {seen} is too old: install 3.11 or newer, then run `make setup`.",
        zh=f"Python {seen} 版本过低：请安装 3.11 或更高版本，然后运行 `make setup`。",
    )


def packages(pins: Path = PROJECT / "requirements.txt") -> Finding:
    """Compare the installed packages with the pinned ones."""
    if not pins.is_file():
        return skipped(
            "packages", en="Installed without the list of pins.", zh="安装时未附带固定版本清单。"
        )
    differing = [pin.name for pin in _pins(pins) if _installed(pin.name) not in pin.specifier]
    if not differing:
        return right("packages", en="Packages are as pinned", zh="软件包与固定版本一致")
    return wrong(
        "packages",
        en=f"Missing, or not the version that is pinned: {', '.join(differing)}: run `make setup`.",
        zh=f"缺失或与固定版本不符：{'、'.join(differing)}：请运行 `make setup`。",
    )


def assets(project: Path = PROJECT) -> Finding:
    """Check that the front-end packages lie where they are served, in the pinned version."""
    wanted = json.loads((project / "package.json").read_text(encoding="utf-8"))["dependencies"]
    seen = _served(project / "gridsvc/web/assets/vendor")
    differing = [name for name, version in wanted.items() if seen.get(name) != version]
    if not differing:
        return right("assets", en="Front-end packages are in place", zh="前端软件包已就位")
    return wrong(
        "assets",
        en=f"Missing, or not the version that is pinned: {', '.join(differing)}: run `make setup`.",
        zh=f"缺失或与固定版本不符：{'、'.join(differing)}：请运行 `make setup`。",
    )


def paper(command: Sequence[str] = (sys.executable, "-m", "weasyprint", "--info")) -> Finding:
    """Check that what puts briefings on paper finds its libraries."""
    tried = subprocess.run(  # noqa: S603 - our own Python
        command, capture_output=True, text=True, check=False
    )
    if tried.returncode == 0:
        return right("paper", en="Briefings can be put on paper", zh="可生成 PDF 简报")
    why = tried.stderr.strip().rpartition("\n")[2]
    return wrong(
        "paper",
        en=f"No PDF of a briefing can be made ({why}): run `make setup`.",
        zh=f"无法生成 PDF 简报（{why}）：请运行 `make setup`。",
    )


def home(settings: Settings) -> Finding:
    """Check that the folder for data can be written, or made."""
    folder = settings.home.absolute()
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        return right("home", en=f"{folder} can be written", zh=f"{folder} 可写")
    return wrong(
        "home",
        en=f"{nearest} cannot be written: give yourself the right to it, or set GRIDSVC_HOME.",
        zh=f"无法写入 {nearest}：请授予写权限，或另设 GRIDSVC_HOME。",
    )


def disk(settings: Settings, needed_mb: int = ROOM_TO_MAKE_MB) -> Finding:
    """Check that the disk has room for the database."""
    folder = settings.home.absolute()
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    free_mb = shutil.disk_usage(nearest).free // 2**20
    if free_mb >= needed_mb:
        return right("disk", en=f"{free_mb} MB free for {folder}", zh=f"{folder} 可用 {free_mb} MB")
    return wrong(
        "disk",
        en=f"Only {free_mb} MB free for {folder}: free {needed_mb} MB, or set GRIDSVC_HOME.",
        zh=f"{folder} 仅剩 {free_mb} MB：请腾出 {needed_mb} MB，或另设 GRIDSVC_HOME。",
    )


def port(settings: Settings) -> Finding:
    """Check that the web server's port is free."""
    place = f"{settings.host}:{settings.port}"
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            return _unusable_port(place, error)
    return right("port", en=f"{place} is free", zh=f"{place} 空闲")


def secret_key(settings: Settings) -> Finding:
    """Check that nobody else can read the key that signs sessions."""
    key = settings.key_file
    if settings.secret_key is not None:
        return right("secret_key", en="The key is set", zh="密钥已设置")
    if not key.exists():
        return skipped(
            "secret_key", en="The key is made at the first start.", zh="密钥将在首次启动时生成。"
        )
    if key.stat().st_mode & 0o077 == 0:
        return right("secret_key", en="The key is its owner's only", zh="密钥仅所有者可读")
    return wrong(
        "secret_key",
        en=f"Others can read the signing key: remove {key}; a new one is made at the next start.",
        zh=f"其他用户可读取签名密钥：请删除 {key}，下次启动时会生成新的。",
    )


def _unusable_port(place: str, error: OSError) -> Finding:
    if error.errno == errno.EADDRINUSE:
        return skipped(
            "port",
            en=f"{place} is in use: by gridsvc itself, or else set GRIDSVC_PORT to another.",
            zh=f"{place} 已被占用：若不是 gridsvc 自身，请将 GRIDSVC_PORT 设为其他端口。",
        )
    return wrong(
        "port",
        en=f"{place} cannot be used ({error.strerror}): correct GRIDSVC_HOST or GRIDSVC_PORT.",
        zh=f"{place} 不可用（{error.strerror}）：请更正 GRIDSVC_HOST 或 GRIDSVC_PORT。",
    )


def _pins(file: Path) -> Iterator[Requirement]:
    for line in file.read_text(encoding="utf-8").splitlines():
        if "==" in line and not line.startswith((" ", "#")):
            pin = Requirement(line.rstrip("\\ "))
            if pin.marker is None or pin.marker.evaluate():
                yield pin


def _installed(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "0"


def _served(vendor: Path) -> dict[str, str]:
    """Read which version of each package was put there, as long as it is still there."""
    if not (vendor / "versions.json").is_file():
        return {}
    told: dict[str, str] = json.loads((vendor / "versions.json").read_text(encoding="utf-8"))
    return {name: version for name, version in told.items() if (vendor / name).is_dir()}
