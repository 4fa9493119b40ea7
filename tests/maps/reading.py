"""Reads a page back as a browser would, without one: elements, attributes, text, data."""

import json
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from typing import Any

Attributes = tuple[tuple[str, str | None], ...]


@dataclass
class Reading:
    elements: list[tuple[str, Attributes]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    scripts: list[tuple[Attributes, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    @property
    def structure(self) -> list[tuple[str, tuple[str, ...]]]:
        """Every element with the names of its attributes: all that text must not change."""
        return [(tag, tuple(name for name, _ in attributes)) for tag, attributes in self.elements]

    @cached_property
    def data(self) -> Any:
        blocks = [text for attributes, text in self.scripts if ("id", "map-data") in attributes]
        assert len(blocks) == 1
        return json.loads(blocks[0])

    def values(self, attribute: str) -> list[str | None]:
        return [
            value
            for _, attributes in self.elements
            for name, value in attributes
            if name == attribute
        ]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.reading = Reading()
        self._script: Attributes | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.reading.elements.append((tag, tuple(attrs)))
        if tag == "script":
            self._script = tuple(attrs)
            self.reading.scripts.append((tuple(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._script = None

    def handle_data(self, data: str) -> None:
        if self._script is None:
            self.reading.texts.append(data)
        else:
            attributes, text = self.reading.scripts[-1]
            self.reading.scripts[-1] = (attributes, text + data)


def read(html: str) -> Reading:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.reading
