"""Where the long-running commands log: lines on standard error, for the journal to keep."""

import logging
import sys
import time

FORMAT = "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s %(message)s"


def write_logs() -> None:
    """Log what this program does, and of libraries what went wrong."""
    handler = logging.StreamHandler(sys.stderr)
    lines = logging.Formatter(FORMAT, "%Y-%m-%dT%H:%M:%S")
    lines.converter = time.gmtime
    handler.setFormatter(lines)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("gridsvc").setLevel(logging.INFO)
    logging.getLogger("uvicorn.error").addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    """Drop uvicorn's copy of a traceback that is logged already, with the request's id."""
    return not str(record.msg).startswith("Exception in ASGI application")
