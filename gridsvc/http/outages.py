"""Which errors of the database are an outage, not a defect of ours: they pass by themselves."""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from gridsvc.errors import DatabaseAway

QUERY_CANCELED = "57014"
COLLIDED = frozenset({"40001", "40P01", "55P03"})
"""Two changes that cannot both be made as they came: not serializable, a deadlock, a lock that was
waited for too long. The whole transaction is undone, so that it can be tried again."""
_AWAY = ("08", "53", "57P")
"""Beginnings of SQLSTATE: no connection, no room for one, on its way down or up."""


def outage(error: Exception) -> DatabaseAway | None:
    """Name the outage that an error tells of; None for any other error."""
    if isinstance(error, PoolTimeoutError):
        return DatabaseAway(
            "busy",
            en="The service is too busy at this moment; try again in a few seconds.",
            zh="服务当前繁忙，请几秒后重试。",
        )
    state = getattr(error.orig, "sqlstate", None) or "" if isinstance(error, DBAPIError) else ""
    if state == QUERY_CANCELED:
        return DatabaseAway(
            "too_slow",
            en="This took the database too long and was ended; ask for less at once.",
            zh="数据库处理超时，已中止；请缩小查询范围。",
        )
    if state in COLLIDED:
        return DatabaseAway(
            "collided",
            en="Others were changing the same things at this moment. Nothing was changed; try"
            " again in a few seconds.",
            zh="此刻有他人正在修改相同的内容。未作任何修改，请几秒后重试。",
        )
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    away = isinstance(error, ConnectionError | OperationalError | InterfaceError)
    if lost or away or state.startswith(_AWAY):
        return DatabaseAway(
            en="The database does not answer at this moment; try again soon, and look first"
            " whether a change was made.",
            zh="数据库暂时没有响应，请稍后重试；重试前请先确认修改是否已生效。",
        )
    return None
