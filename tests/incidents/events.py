"""Events as far as rules look at them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """Something that happened."""

    action: str
    to_status: str = "filed"
