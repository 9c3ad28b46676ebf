"""Documents as they go over HTTP: made once, handed out many times, and cached by proxies and browsers."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from werkzeug.datastructures import Accept
from werkzeug.http import http_date, parse_accept_header, parse_etags

LEVEL = 4
"""The level of compression: a fifth more bytes than the best, in a third of the time."""
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Access-Control-Allow-Origin": "*",
}
"""For every answer: nothing from elsewhere, and no script at all. Pages of other sites may read it, since it is public."""


ZIPPED = {"Content-Encoding": "gzip"}
Answer = tuple[str, list[tuple[str, str]], bytes]
"""Status, headers and body, as WSGI has them."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """A document in one encoding. Its tag names these very bytes."""

    tag: str
    body: bytes
    headers: list[tuple[str, str]]
    unchanged: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Document:
    """A document, plain and compressed."""

    plain: Encoding
    zipped: Encoding

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
        tag = f"{edition}-{digest}" if edition else digest
        common = {**SECURITY, "Cache-Control": f"public, max-age={max_age}", "Vary": "Accept-Encoding"}
        if modified is not None:
            common["Last-Modified"] = http_date(modified)
        content = {"Content-Type": f"{media_type}; charset=utf-8"}
        if name:
            content["Content-Disposition"] = f'inline; filename="{name}"'
        zipped = gzip.compress(body, LEVEL, mtime=0)
        return cls(_form(tag, body, common, content), _form(f"{tag}-gz", zipped, common, content | ZIPPED))

    @property
    def size(self) -> int:
        """Bytes that it takes in memory."""
        return len(self.plain.body) + len(self.zipped.body)

    def respond(self, environ: Mapping[str, Any]) -> Answer:
        """The document, or the answer 304 if the client has it already."""
        form = self.zipped if takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")) else self.plain
        has = environ.get("HTTP_IF_NONE_MATCH")
        if has and parse_etags(has).contains_weak(form.tag):
            return "304 NOT MODIFIED", form.unchanged, b""
        return "200 OK", form.headers, form.body


def _form(tag: str, body: bytes, common: Mapping[str, str], content: Mapping[str, str]) -> Encoding:
    unchanged = list({**common, "ETag": f'"{tag}"'}.items())
    return Encoding(tag, body, [*unchanged, *content.items(), ("Content-Length", str(len(body)))], unchanged)


@lru_cache(maxsize=256)
def takes_gzip(accepted: str) -> bool:
    """Whether this Accept-Encoding takes it. The answers are remembered: browsers send few different ones."""
    return parse_accept_header(accepted, Accept).quality("gzip") > 0
