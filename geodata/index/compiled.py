"""How the index's inner loops become machine code: with numba, once, kept on disk if there is room.

The code is kept beside the modules or, where those cannot be written, in the user's cache folder.
An installation with neither (a read-only container without a home) compiles anew in each process.
"""

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])

_SOURCES: Final = hashlib.sha256(
    b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
).digest()


def compiled(function: Function) -> Function:
    """Compile a function when it is first called; while it runs, other threads may.

    Division by zero gives infinity, as in numpy. Sums are never reordered nor fused, because exact
    predicates depend on the rounding of each.
    """
    return _made(function)


def inner(function: Function) -> Function:
    """Compile a function that others call for every point: it makes no arrays.

    It does not count references to those that it is given either. The counters would be shared by
    all threads, which would then wait for each other.
    """
    return _made(function, _nrt=False, forceinline=True)


def _made(function: Function, **options: bool) -> Function:
    make: Any = partial(njit, nogil=True, error_model="numpy", **options)
    try:
        made: Any = make(cache=True)(function)
    except RuntimeError:  # numba found no folder that it may write to
        made = make()(function)
    else:
        # By itself numba compiles anew if a function's own module has changed, but not if that of
        # a function which it calls has.
        made._cache._cache_file._source_stamp = _SOURCES  # noqa: SLF001
    kept: Function = made
    return kept
