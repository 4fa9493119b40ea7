"""Tiles that were drawn lately, kept by one web process. Pure, but for its memory.

A tile is kept under all that decides what is in it: the version of the data and what its viewer
sees. So none is ever shown to anybody whose view is another, and none has to be taken away when
something changes: nobody asks for it any more.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field

import brotli

SMALL = 128
"""Bytes below which packing is not worth it."""


@dataclass(frozen=True, slots=True)
class Made:
    """A tile as it is sent."""

    content: bytes
    encoding: str | None
    etag: str
    """Of what is in it, however it is packed: weak, for that reason."""


def packed(content: bytes, encoding: str | None) -> Made:
    """Pack a tile for sending."""
    etag = f'W/"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
    if encoding is None or len(content) < SMALL:
        return Made(content, None, etag)
    if encoding == "br":
        # A window as wide as the tile: a wider one takes longer to set up than to use. More effort
        # takes twice the time and saves a tenth at best.
        window = min(max(len(content).bit_length(), 10), 22)
        return Made(brotli.compress(content, quality=2, lgwin=window), "br", etag)
    return Made(gzip.compress(content, 6, mtime=0), "gzip", etag)


@dataclass(slots=True)
class Shelf:
    """The tiles asked for last, as many as fit."""

    most_bytes: int = 64 * 2**20
    _kept: OrderedDict[Hashable, Made] = field(default_factory=OrderedDict)
    _bytes: int = 0

    def find(self, key: Hashable) -> Made | None:
        """Recall a tile."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def keep(self, key: Hashable, made: Made) -> None:
        """Remember a tile; those that nobody asked for go first."""
        before = self._kept.pop(key, None)
        self._bytes += _size(made) - (_size(before) if before else 0)
        self._kept[key] = made
        while self._bytes > self.most_bytes:
            self._bytes -= _size(self._kept.popitem(last=False)[1])


def _size(made: Made) -> int:
    return len(made.content) + 512  # with its key
