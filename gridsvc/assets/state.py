"""What a component is like, by the four words that component registers use. Pure."""

from enum import StrEnum


class State(StrEnum):
    """State of a component. Whatever it is, the thing, or its gap, still has its owner."""

    INTACT = "intact"
    DAMAGED = "damaged"
    MISSING = "missing"
    ABANDONED = "abandoned"


CHINESE = {
    State.INTACT: "完好",
    State.DAMAGED: "破损",
    State.MISSING: "丢失",
    State.ABANDONED: "废弃",
}

WORDS = {str(state): state for state in State} | {word: state for state, word in CHINESE.items()}
"""How a table may name a state: in either language."""
