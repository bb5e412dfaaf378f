import base64
import hashlib

from tryon.config import PROJECT_ROOT
from tryon.pages.assets import HTMX, HTMX_INTEGRITY


def test_the_kept_copy_of_htmx_is_the_one_that_was_checked() -> None:
    data = (PROJECT_ROOT / "static" / HTMX).read_bytes()
    assert "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode() == HTMX_INTEGRITY
    table = (PROJECT_ROOT / "static" / "vendor" / "README.md").read_text()
    assert hashlib.sha256(data).hexdigest() in table
    assert HTMX_INTEGRITY in table
    assert HTMX.removeprefix("vendor/") in table
