"""The key by which a caller may send the same again without it being done twice."""

from typing import Annotated

from fastapi import Header

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="The same key and body again: the same answer, and nothing is done twice.",
    ),
]
