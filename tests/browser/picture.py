"""Pictures of pages beside those that are kept, as alike as another machine's fonts allow.

`make pictures` takes them anew. They are small: what they are for is seen at a quarter of the size.
"""

import os
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

KEPT = Path(__file__).parent / "pictures"
RENEWING = "RENEW_PICTURES" in os.environ
SCALE = 4
BLOCK = 15
"""Pixels of the small picture, a word wide: only their mean and their spread are compared."""
MEAN, SPREAD = 16.0, 22.0
"""By how much a block may differ, of 255: other letters do by less, missing ones by more."""

Blocks = npt.NDArray[np.float64]


def renew(seen: bytes, name: str) -> None:
    """Keep a picture, where pictures are taken anew."""
    if RENEWING:
        KEPT.mkdir(exist_ok=True)
        _small(seen).save(_path(name), quality=80, method=6)


def share_unlike(seen: bytes, name: str) -> float:
    """Say how much of a page does not look as it did; without a kept picture, all of it."""
    small = _small(seen)
    if not _path(name).exists():
        return 1.0
    with Image.open(_path(name)) as kept:
        if kept.size != small.size:
            return 1.0
        return _unlike(_blocks(small), _blocks(kept.convert("RGB")))


def _path(name: str) -> Path:
    return KEPT / f"{name}.webp"


def _small(picture: bytes) -> Image.Image:
    with Image.open(BytesIO(picture)) as whole:
        return whole.convert("RGB").reduce(SCALE)


def _blocks(picture: Image.Image) -> Blocks:
    """Give mean colour and spread of each block."""
    pixels = np.asarray(picture, dtype=float)
    rows, columns = (length // BLOCK for length in pixels.shape[:2])
    cut = pixels[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK, 3)
    return np.concatenate(
        [cut.mean(axis=(1, 3)), cut.std(axis=(1, 3)).max(axis=2, keepdims=True)], 2
    )


def _unlike(one: Blocks, other: Blocks) -> float:
    apart = np.abs(one - other)
    unlike = (apart[..., :3] > MEAN).any(axis=2) | (apart[..., 3] > SPREAD)
    return float(unlike.mean())
