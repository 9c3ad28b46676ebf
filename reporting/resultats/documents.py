"""Documents as they go over HTTP: made once, handed out many times, cached by whoever stands between."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Request, Response
from werkzeug.http import http_date

LEVEL = 4
"""Of compression: a fifth more bytes than the best, in a third of the time."""
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Access-Control-Allow-Origin": "*",
}
"""For every answer: nothing from elsewhere, no script at all; other sites' pages may read what is everybody's."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document, plain and compressed. Its tag names these very bytes, the compressed ones by a tag of their own."""

    body: bytes
    compressed: bytes
    tag: str
    headers: Mapping[str, str]

    @classmethod
    def make(
        cls,
        body: bytes,
        media_type: str,
        max_age: int,
        edition: str = "",
        modified: datetime | None = None,
        name: str = "",
    ) -> "Document":
        """The document of this `edition`, which a cache may keep for `max_age` seconds."""
        digest = hashlib.sha256(body).hexdigest()[:16]
        headers = {
            **SECURITY,
            "Content-Type": f"{media_type}; charset=utf-8",
            "Cache-Control": f"public, max-age={max_age}",
            "Vary": "Accept-Encoding",
        }
        if modified is not None:
            headers["Last-Modified"] = http_date(modified)
        if name:
            headers["Content-Disposition"] = f'inline; filename="{name}"'
        tag = f"{edition}-{digest}" if edition else digest
        return cls(body, gzip.compress(body, LEVEL, mtime=0), tag, headers)

    @property
    def size(self) -> int:
        """Bytes that it takes in memory."""
        return len(self.body) + len(self.compressed)

    def answer(self, request: Request) -> Response:
        """The document, or word that the one who asks has it already."""
        zipped = request.accept_encodings.quality("gzip") > 0
        tag = f"{self.tag}-gz" if zipped else self.tag
        if request.if_none_match.contains_weak(tag):
            response = Response(status=304, headers=self.headers)
            del response.headers["Content-Type"]
        else:
            response = Response(self.compressed if zipped else self.body, headers=self.headers)
        response.headers["ETag"] = f'"{tag}"'
        if zipped and response.status_code != 304:
            response.headers["Content-Encoding"] = "gzip"
        return response
