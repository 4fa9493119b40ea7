"""A bucket on loopback: as much of the S3 protocol as keeping files takes."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape, unescape

NAME = "photos"
SIGNED = "AWS4-HMAC-SHA256 Credential=key/"


class _Answering(BaseHTTPRequestHandler):
    """Objects by path-style address: /bucket/key."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_PUT(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.objects[self._key()] = self.rfile.read(length)
        self._answer(200, b"")

    def do_GET(self) -> None:
        if "list-type" in self._query():
            self._answer(200, self._listing())
        elif (content := self.server.objects.get(self._key())) is None:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        else:
            self._answer(200, content)

    def do_POST(self) -> None:
        """Delete the objects of a list; one that is not there is gone already."""
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        named = re.findall("<Key>.*?</Key>", sent)
        for key in named:
            self.server.objects.pop(unescape(key[5:-6]), None)
        told = "".join(f"<Deleted>{key}</Deleted>" for key in named)
        self._answer(200, f"<DeleteResult>{told}</DeleteResult>".encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.path).query)

    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).removeprefix(f"/{NAME}/")

    def _listing(self) -> bytes:
        (prefix,) = self._query().get("prefix", [""])
        found = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(content)}</Size>"
            f'<LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>"-"</ETag></Contents>'
            for key, content in sorted(self.server.objects.items())
            if key.startswith(prefix)
        )
        return (
            f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>".encode()
        )

    def _answer(self, status: int, content: bytes) -> None:
        # Whoever does not sign is nobody's, as with the real one.
        if not self.headers.get("Authorization", "").startswith(SIGNED):
            status, content = 403, b"<Error><Code>AccessDenied</Code></Error>"
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Last-Modified", formatdate(0, usegmt=True))
        self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
        self.end_headers()
        self.wfile.write(content)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.objects: dict[str, bytes] = {}


@contextmanager
def bucket() -> Iterator[dict[str, str]]:
    """Run one; gives the variables by which it is found."""
    server = _Server()
    serving: Any = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    serving.start()
    yield {
        "AWS_ENDPOINT": f"http://127.0.0.1:{server.server_port}",
        "AWS_ALLOW_HTTP": "true",
        "AWS_REGION": "nowhere",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "a secret for tests",
    }
    server.shutdown()
    serving.join()
    server.server_close()
