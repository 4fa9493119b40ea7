"""A bar on a terminal while something takes its time, and nothing in a file."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

STEPS = 1000
"""Into how many the bar is divided."""


@contextmanager
def bar() -> Iterator[Callable[[float], None]]:
    """Give what is to be told which share, 0 to 1, is done."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with typer.progressbar(length=STEPS, file=sys.stderr) as shown:
        yield lambda share: shown.update(round(share * STEPS) - shown.pos)
