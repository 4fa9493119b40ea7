"""Query parameters that several endpoints share."""

from typing import Annotated

from fastapi import Depends, Query

from gridsvc.db.selection import Bbox, Cursor, parse_bbox, parse_cursor


async def bbox_query(
    bbox: Annotated[
        str | None,
        Query(
            description="west,south,east,north in WGS84 degrees", examples=["104.0,30.5,104.1,30.6"]
        ),
    ] = None,
) -> Bbox | None:
    """Read the `bbox` parameter."""
    return None if bbox is None else parse_bbox(bbox)


BboxQuery = Annotated[Bbox | None, Depends(bbox_query)]


async def cursor_query(
    cursor: Annotated[
        str | None, Query(max_length=200, description="`next` of the page before")
    ] = None,
) -> Cursor | None:
    """Read the `cursor` parameter."""
    return None if cursor is None else parse_cursor(cursor)


CursorQuery = Annotated[Cursor | None, Depends(cursor_query)]
