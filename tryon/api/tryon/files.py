"""The files of a multipart form, named by `fileKey`."""

from flask import request

from tryon.errors import FieldProblem, ImageTooLarge, InvalidRequest
from tryon.imaging.decode import UPLOAD_MAX_BYTES


def read_file(key: str, path: str) -> bytes:
    """The bytes of the file of that name; `path` is where the body asked for it.

    Raises InvalidRequest where there is none, ImageTooLarge where it is larger than a picture may be.
    """
    upload = request.files.get(key)
    if upload is None:
        message = f"There is no file named {key!r} in the form."
        raise InvalidRequest(message, code="multipart_file_not_found", details=[FieldProblem(path, message)])
    upload.stream.seek(0)  # two pictures of the body may name the same file
    data = upload.stream.read(UPLOAD_MAX_BYTES + 1)
    if len(data) > UPLOAD_MAX_BYTES:
        raise ImageTooLarge(f"The file {key!r} is too large. The limit is {UPLOAD_MAX_BYTES // 2**20} MB.")
    return data
