"""Places that an address may mean, as the API shows them."""

from typing import Literal

from pydantic import BaseModel


class WhyOut(BaseModel):
    """The parts of the score: name * (1 + (1 - name) * support / 2) * agreement / rivals."""

    name: float
    """How well the name agrees with the text."""
    support: float
    """How well another part of the text says the same place."""
    agreement: float
    """Less than 1 where parts of the text contradict each other."""
    rivals: int
    """How many places the same words fit as well."""
    number_known: bool | None
    """Whether the road has the house number; None where no numbers are known, or none is given."""


class CandidateOut(BaseModel):
    what: Literal["area", "estate", "road", "place"]
    code: str
    name: str
    level: str | None
    lon: float
    lat: float
    radius_m: float
    """How far from the point (WGS84) the place may be."""
    score: float
    sure: bool
    """Whether the score reaches the threshold from which it may be taken without asking."""
    why: WhyOut


class AddressOut(BaseModel):
    text: str
    """As it is compared."""
    house_number: int | None
    parity: Literal["odd", "even"] | None
    threshold: float
    candidates: list[CandidateOut]
