"""FastAPI doing nothing: the peer of the report path, on the same server with the same settings."""

from fastapi import FastAPI

app = FastAPI(openapi_url=None)


@app.post("/v1/incidents")
async def nothing() -> dict[str, str]:
    return {"status": "ok"}
