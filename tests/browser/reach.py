"""Whether everybody gets at a page: what the browser tells a screen reader, and the keyboard."""

from typing import Any

from playwright.async_api import Page

_OPERATED = {
    *("application", "button", "checkbox", "combobox", "Date", "DisclosureTriangle", "img"),
    *("link", "listbox", "option", "radio", "searchbox", "slider", "spinbutton", "switch"),
    *("tab", "textbox"),
}
"""Roles of what one operates or looks at: each needs a name."""

_STRUCTURE = """() => {
    const count = (selector) => document.querySelectorAll(selector).length;
    const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
    return [
        count("h1") === 1 || "not one h1",
        count("main") === 1 || "not one main",
        !!document.title || "no title",
        !!document.documentElement.lang || "no language",
        new Set(ids).size === ids.length || "an id twice",
        !count("[tabindex]:not([tabindex='0']):not([tabindex='-1'])") || "an order of its own",
        !count("table:not(:has(th))") || "a table without headings",
    ].filter((each) => each !== true);
}"""


async def barriers(tab: Page) -> list[str]:
    """List what would keep somebody out of a page."""
    session = await tab.context.new_cdp_session(tab)
    tree: dict[str, Any] = await session.send("Accessibility.getFullAXTree")
    nameless = [node for node in tree["nodes"] if _operated(node) and not _text(node, "name")]
    found: list[str] = await tab.evaluate(_STRUCTURE)
    await session.detach()
    return [*found, *(f"{_text(node, 'role')} without a name" for node in nameless)]


def _operated(node: dict[str, Any]) -> bool:
    return not node["ignored"] and _text(node, "role") in _OPERATED


def _text(node: dict[str, Any], part: str) -> str:
    return str(node.get(part, {}).get("value", "")).strip()
