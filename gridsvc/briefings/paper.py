"""Puts a document on paper: WeasyPrint makes a PDF of it, in a process of its own.

So the web process holds neither its libraries of fonts nor its memory, and goes on without them
where they are not installed. It is given the document and may fetch nothing.
"""

import asyncio
import os
import sys
from typing import Final

from gridsvc.errors import PaperAway

TIMEOUT_S: Final = 120
_COMMAND: Final = ("-m", "weasyprint", "--quiet", "--allowed-protocols", "data", "-", "-")


async def as_pdf(html: str) -> bytes:
    """Make a PDF of a document that stands alone."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *_COMMAND,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},
    )
    try:
        async with asyncio.timeout(TIMEOUT_S):
            pdf, said = await process.communicate(html.encode())
    except TimeoutError:
        process.kill()
        raise _failed(f"no answer within {TIMEOUT_S} s") from None
    if process.returncode or not pdf.startswith(b"%PDF"):
        raise _failed(said.decode(errors="replace").strip().rpartition("\n")[2][:300])
    return pdf


def _failed(why: str) -> PaperAway:
    return PaperAway(
        en=f"The PDF could not be made ({why}). The page itself can be printed; the operator finds"
        " what is missing by `gridsvc doctor`.",
        zh=f"无法生成 PDF（{why}）。可直接打印网页；运维人员可用 gridsvc doctor 查看缺少的组件。",
    )
