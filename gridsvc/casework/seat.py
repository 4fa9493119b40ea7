"""Who sits at a page of the cases: whoever may read any."""

from typing import Annotated

from fastapi import Depends

from gridsvc.auth.policy import Permission
from gridsvc.planning.desk import Desk, seat

AtCases = Annotated[Desk, Depends(seat(Permission.INCIDENTS_READ))]
"""Whoever works on cases, at a page; everybody else is sent to the login page, or refused."""
