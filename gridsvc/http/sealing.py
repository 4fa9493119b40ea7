"""The secret box of a purpose, by the keys of the process that a request has come to."""

from fastapi import Request

from gridsvc.auth.keys import box_of
from gridsvc.auth.secret_box import SecretBox
from gridsvc.http.state import state_of


def box_for(request: Request, purpose: str) -> SecretBox:
    """Give the box."""
    state = state_of(request)
    return box_of(purpose, state.settings, signing_key=state.signing_key)
