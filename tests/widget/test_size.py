"""The embed is small, needs no build, and is served so that every shop may load it."""

import subprocess

from flask.testing import FlaskClient

from tryon.config import PROJECT_ROOT

FILE = PROJECT_ROOT / "widget" / "tryon.js"
ADDRESS = "/widget/v1/tryon.js"
GZIPPED_MAX_BYTES = 4_000


def test_it_is_at_most_4000_bytes_gzipped() -> None:
    packed = subprocess.run(["gzip", "-9", "-c", str(FILE)], capture_output=True, check=True).stdout
    assert len(packed) <= GZIPPED_MAX_BYTES


def test_what_is_served_is_the_file_as_it_lies_there_and_travels_small(client: FlaskClient) -> None:
    answer = client.get(ADDRESS)
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "text/javascript", FILE.read_bytes())
    packed = client.get(ADDRESS, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) <= GZIPPED_MAX_BYTES + 150, "packed more quickly than by gzip -9"


def test_every_shop_may_load_it_and_keep_it(client: FlaskClient) -> None:
    answer = client.get(ADDRESS, headers={"Origin": "https://any.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "public, max-age=86400, stale-while-revalidate=604800"
    assert client.get(ADDRESS, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_it_is_written_in_the_language_of_2020() -> None:
    """What came later and a browser of then would refuse to read."""
    source = FILE.read_text()
    assert [later for later in ("??=", "||=", "&&=", "static {", "#") if later in _code_of(source)] == []


def test_it_names_no_address_and_loads_nothing_of_others() -> None:
    source = FILE.read_text()
    assert "http" not in source
    assert "import" not in source.split()


def _code_of(source: str) -> str:
    """Without its styles, where a # begins a colour."""
    before, _, styles = source.partition("replaceSync(`")
    return before + styles.partition("`)")[2]
