"""What an answer says to caches: a tag that saves sending the same JSON again, and gzip where it helps.

Every JSON answer to a GET of the API carries a weak ETag of its bytes and `Cache-Control: private, no-cache`: the
caller may keep it, and asks each time whether it is still right (304 if so). That holds for polls as well. A route that
sets Cache-Control itself is left alone; everything else of the API is `no-store` (`requests.py`).
"""

from hashlib import blake2b

from flask import Flask, Response, request
from flask_compress import Compress

from tryon.api.surfaces import surface_of

COMPRESSIBLE = (
    "application/json", "application/problem+json", "text/html", "text/css", "text/javascript",
    "application/javascript", "image/svg+xml",
)  # fmt: skip
"""No streams of events, which must leave at once, and no pictures, which are small already."""
MIN_BYTES = 1024
TAG_BYTES = 12


def install(app: Flask) -> None:
    """Registered after everything else, so it runs before."""
    app.config.update(
        COMPRESS_REGISTER=False,
        COMPRESS_MIMETYPES=list(COMPRESSIBLE),
        COMPRESS_MIN_SIZE=MIN_BYTES,
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_ALGORITHM_STREAMING=["gzip"],
    )
    compress = Compress(app)

    def tag_and_pack(response: Response) -> Response:
        _tag(response)
        if response.status_code == 206 or not _is_worth_packing(response):
            return response
        if request.accept_encodings.quality("gzip") > 0:
            return compress.after_request(response)
        response.vary.add("Accept-Encoding")
        return response

    app.after_request(tag_and_pack)


def _tag(response: Response) -> None:
    """Answers of the API only; pages and files have their own rules."""
    if (
        surface_of(request.path) is None
        or request.method not in ("GET", "HEAD")
        or response.status_code != 200
        or response.mimetype != "application/json"
        or response.is_streamed
        or "Cache-Control" in response.headers
    ):
        return
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["ETag"] = f'W/"{blake2b(response.get_data(), digest_size=TAG_BYTES).hexdigest()}"'
    if "If-None-Match" in request.headers:
        response.make_conditional(request)


def _is_worth_packing(response: Response) -> bool:
    if response.mimetype not in COMPRESSIBLE or "Content-Encoding" in response.headers:
        return False
    length = response.content_length
    return length is None or length >= MIN_BYTES
