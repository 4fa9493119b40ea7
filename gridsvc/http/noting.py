"""Writing a call down in the audit log, in a transaction of its own, whatever becomes of it."""

from fastapi import Request

from gridsvc.auth.audit import Deed, note
from gridsvc.auth.principal import Principal
from gridsvc.db.clock import utc_now
from gridsvc.http.state import state_of

CALLER = "caller"
"""Where a request keeps who is calling."""
LONGEST = 500


async def note_call(request: Request, deed: Deed, about: str, **detail: object) -> None:
    """Write down who did something by this call, from where."""
    who: Principal | None = getattr(request.state, CALLER, None)
    async with state_of(request).database.transaction() as db:
        await note(
            db,
            deed,
            about[:LONGEST],
            by=who.account_id if who else None,
            at=utc_now(),
            address=request.client.host if request.client else None,
            **detail,
        )


async def note_export(request: Request, form: str, **detail: object) -> None:
    """Write down that somebody carries data away: what they asked for, and in which form."""
    said = {"format": form, "asked": request.url.query[:LONGEST], **detail}
    await note_call(request, Deed.EXPORTED, request.url.path, **said)
