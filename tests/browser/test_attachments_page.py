"""Adding photos to an incident from a phone: sent piece by piece, looked at, shown or refused."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from gridsvc import worker
from gridsvc.settings import Settings
from tests.browser.visitor import PHONE, Visitor, overflow
from tests.files.photos import photo
from tests.served import Served

pytestmark = pytest.mark.browser


def file(name: str, content: bytes) -> Any:
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


async def test_a_photo_is_added_on_a_phone(visitor: Visitor, service: Served) -> None:
    tab = await visitor.open("/", login="centre", language="zh", size=PHONE)
    await tab.locator("a[href^='/cases/']").first.click()
    await tab.locator("a[href$='/attachments']").click()
    await expect(tab.get_by_text("暂无照片或附件")).to_be_visible()
    settings = Settings(home=Path(service.environment["GRIDSVC_HOME"]))
    jobs = asyncio.create_task(worker.work(service.database_url, settings=settings))
    await tab.locator("input[capture]").set_input_files(files=[file("现场.jpg", photo(3000, 2000))])
    shown = tab.get_by_role("img", name="现场.jpg")
    await expect(shown).to_be_visible()
    assert await shown.evaluate("async it => (await it.decode(), it.naturalWidth)") == 320
    await tab.locator("input[multiple]").set_input_files(files=[file("b.jpg", b"<script>")])
    await expect(tab.get_by_role("alert")).to_contain_text("按内容判断")
    jobs.cancel()
    await asyncio.wait([jobs])
    assert await overflow(tab) == 0
