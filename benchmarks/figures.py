"""One measured line: our figure, the peer's, their ratio and the goal."""

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured. `ratio` is how many times better ours is, or as `work` says."""

    work: str
    size: str
    unit: str
    ours: float
    peer: str
    theirs: float
    ratio: float
    goal: float

    @property
    def met(self) -> bool:
        return self.ratio >= self.goal

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "met": self.met}


def machine() -> dict[str, object]:
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {"cores": os.cpu_count(), "memory_gb": round(pages / 2**30, 1)}


def table(name: str, rows: Sequence[Row]) -> str:
    size = machine()
    lines = [f"{name} · {size['cores']} cores, {size['memory_gb']} GB"]
    for row in rows:
        met = "met" if row.met else "not met"
        lines.append(
            f"{row.work} ({row.size}): {_told(row.ours)} {row.unit}; "
            f"{row.peer}: {_told(row.theirs)} {row.unit}; "
            f"ratio {row.ratio:.2f}, goal {row.goal:g}: {met}"
        )
    return "\n".join(lines)


def _told(figure: float) -> str:
    """Write a figure with as many digits as mean something."""
    return f"{figure:,.1f}" if abs(figure) < 100 and figure != round(figure) else f"{figure:,.0f}"
