"""`gridsvc demo`: a generated city with all processes, until Ctrl-C."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from geodata.generate.plan import Scale
from gridsvc.auth.keys import signing_key
from gridsvc.cli.configuration import read_settings
from gridsvc.cli.database import address
from gridsvc.cli.language import say
from gridsvc.db import migrations
from gridsvc.db.clock import utc_now
from gridsvc.db.local import LocalCluster
from gridsvc.db.session import Database
from gridsvc.demo.filling import fill
from gridsvc.demo.minding import cluster_ends_too, minded
from gridsvc.demo.people import LOGINS, is_empty, new_passwords
from gridsvc.errors import SetupError
from gridsvc.settings import Settings

LOGINS_FILE = "demo-logins.json"
START_SECONDS = 60


def demo(
    *,
    reset: Annotated[bool, typer.Option(help="Remove the old demonstration first.")] = False,
    scale: Annotated[Scale, typer.Option(help="How large a city to generate.")] = Scale.DISTRICT,
) -> None:
    """Make the demonstration if it is missing, run it, and stop it all on Ctrl-C."""
    signal.signal(signal.SIGTERM, _interrupt)
    settings = read_settings()
    _require_port(settings)
    if reset:
        _remove(settings)
    say("Starting the database …", "启动数据库……")
    with cluster_ends_too(settings), address(settings) as url:
        migrations.upgrade(url)
        asyncio.run(_fill_if_empty(settings, url, scale))
        _run(settings, url)
    say("Stopped.", "已停止。")


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _require_port(settings: Settings) -> None:
    """Refuse a port at which somebody answers already, whom we would take for our own."""
    try:
        socket.create_connection((settings.host, settings.port), timeout=2).close()
    except OSError:
        return
    raise SetupError(
        "port_taken",
        en=f"Another program answers at {settings.host}:{settings.port} already; stop it, or "
        "choose another port with GRIDSVC_PORT.",
        zh=f"{settings.host}:{settings.port} 已被其他程序占用；请将其停止，"
        "或用 GRIDSVC_PORT 另选端口。",
    )


def _remove(settings: Settings) -> None:
    if settings.database_url is not None:
        raise SetupError(
            "not_ours",
            en="GRIDSVC_DATABASE_URL names a server that is not the demonstration's own; "
            "empty it yourself.",
            zh="GRIDSVC_DATABASE_URL 指向的不是演示自带的数据库，请自行清空。",
        )
    LocalCluster(settings.home / "cluster").destroy()
    (settings.home / LOGINS_FILE).unlink(missing_ok=True)


def _kept_passwords(file: Path) -> Mapping[str, str]:
    """Read the passwords of a first run that was cut short, or make and keep new ones."""
    if file.exists():
        kept: Mapping[str, str] = json.loads(file.read_text(encoding="utf-8"))
        return kept
    made = new_passwords()
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump(dict(made), out)
    return made


async def _fill_if_empty(settings: Settings, url: str, scale: Scale) -> None:
    database = Database.connect(url, pool_size=2)
    try:
        async with database.sessions() as db:
            if not await is_empty(db):
                return
        say(
            "First run: generating the city and two months of incidents (one to three minutes) …",
            "首次运行：正在生成城市和两个月的案件（一到三分钟）……",
        )
        # The passwords are kept before the database commits to them: killed in between, nobody is
        # locked out.
        passwords = _kept_passwords(settings.home / LOGINS_FILE)
        await fill(database, settings, scale=scale, passwords=passwords, now=utc_now())
    finally:
        await database.close()


def _run(settings: Settings, url: str) -> None:
    signing_key(settings)  # Made here once, before two processes would both make it.
    environment = {**os.environ, "GRIDSVC_DATABASE_URL": url}
    try:
        with (
            minded("serve", environment, log=settings.home / "serve.log") as web,
            minded("work", environment, log=settings.home / "work.log") as worker,
        ):
            _wait_until_ready(settings, web)
            _greet(settings)
            _wait_for_end(settings, web, worker)
    except KeyboardInterrupt:
        typer.echo()


def _wait_until_ready(settings: Settings, web: subprocess.Popen[bytes]) -> None:
    url = f"http://{settings.host}:{settings.port}/readyz"
    for _ in range(START_SECONDS * 10):
        if web.poll() is not None:
            raise SetupError(
                "web_process_ended",
                en="The web process ended at once; what it said stands in "
                f"{settings.home / 'serve.log'}.",
                zh=f"网页进程立即退出；原因见 {settings.home / 'serve.log'}。",
            )
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SetupError(
        "not_ready",
        en=f"The service did not become ready within {START_SECONDS} s.",
        zh=f"服务在 {START_SECONDS} 秒内未就绪。",
    )


def _greet(settings: Settings) -> None:
    base = f"http://{settings.host}:{settings.port}"
    typer.echo(f"\n  {base}/              首页 start page")
    typer.echo(f"  {base}/maps/coverage  覆盖图 coverage map")
    typer.echo(f"  {base}/maps/workload  负荷图 workload map\n")
    logins = settings.home / LOGINS_FILE
    if logins.exists():
        passwords = json.loads(logins.read_text(encoding="utf-8"))
        for login in (login for login in LOGINS if login.name in passwords):
            typer.echo(f"  {login.name:8} {passwords[login.name]:14} {login.about}")
    else:
        say(
            f"The passwords are not kept any more ({logins} is gone); gridsvc demo --reset makes "
            "the demonstration and its logins anew.",
            f"密码不再保存（缺少 {logins}）；运行 gridsvc demo --reset 可重建演示数据及其账号。",
        )
    log = settings.home / "serve.log"
    say(f"\nIts log is {log}.\nCtrl-C stops it.", f"\n日志见 {log}。\n按 Ctrl-C 停止。")


def _wait_for_end(settings: Settings, *processes: subprocess.Popen[bytes]) -> None:
    while all(process.poll() is None for process in processes):
        time.sleep(0.5)
    raise SetupError(
        "process_ended",
        en="One of the processes ended by itself; what it said stands in "
        f"{settings.home / 'serve.log'} or work.log beside it.",
        zh=f"有进程意外退出；原因见 {settings.home / 'serve.log'} 或同目录的 work.log。",
    )
