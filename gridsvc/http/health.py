"""Is the process alive, and can it do its work? Open to anyone; tells nothing else."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from gridsvc.errors import DatabaseAway
from gridsvc.http.deps import StateDep

router = APIRouter(tags=["system"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Tell that the process answers."""
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"description": "The database does not answer."}})
async def readyz(state: StateDep) -> Response:
    """Tell whether the database answers too."""
    try:
        async with state.database.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, DatabaseAway):
        return JSONResponse({"status": "database unreachable"}, 503)
    return JSONResponse({"status": "ok"})
