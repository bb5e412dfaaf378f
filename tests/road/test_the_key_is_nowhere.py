"""A running system is used with a merchant's Google key and the operator's, succeeds and fails, and then everything it
wrote, answered and shows is searched for both.

The one exception: the environment of the processes that were given the operator's key holds it, as it must.
"""

import json
import subprocess
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from sqlite3 import connect
from typing import Any

import httpx2
import pytest
from redis import Redis

from tests.pictures import person
from tests.road.customer import HTTP, Customer, admin_secret, call
from tests.shop import Shop
from tests.system import RunningSystem, without_demo_pictures
from tryon.config import embedded_socket_path
from tryon.engines.local.engine import LocalEngine
from tryon.fake_providers.drawing import drifted, worn
from tryon.fake_providers.gemini import FakeGemini, error_info, google_error, key_invalid, out_of_quota
from tryon.fake_providers.server import Behaviour

MERCHANTS = "AIzaSy" + "M3rchant-Key_of-39-letters-0123456"
REFUSED = "AQ.Ab8" + "Refused-Key_of-many-letters-0123456789"
OPERATORS = "".join(["the", "operators", "key", "looks", "like", "no", "other", "0123456789"])
"""Put together while running, so that no copy of this file in a traceback is taken for a leak."""
GOOGLE = "/partner/v1/integrations/google-api-key"


@dataclass
class Searched:
    """A system that was used, and every answer it gave meanwhile."""

    system: RunningSystem
    customer: Customer
    other: Customer
    google: FakeGemini
    answers: list[str] = field(default_factory=list)
    engines: list[str] = field(default_factory=list)
    """Who made each picture."""

    def ask(self, method: str, path: str, credential: str = "", **given: Any) -> httpx2.Response:
        headers = given.pop("headers", {}) | ({"Authorization": f"Bearer {credential}"} if credential else {})
        answer = HTTP.request(method, self.system.url + path, headers=headers, timeout=120, **given)
        self.answers.append(f"{answer.headers} {answer.text}")
        return answer

    def try_on(self, customer: Customer) -> str:
        """Which engine made it, at the end."""
        started = self.ask("POST", f"/tryon/{customer.product_id}?async=true", customer.token)
        end = time.monotonic() + 300
        while True:
            job = self.ask("GET", f"/tryon/jobs/{started.json()['job_id']}", customer.token).json()
            if job["status"] in ("completed", "failed"):
                made_by = str(job.get("engine") or job.get("error_code") or job)
                self.engines.append(made_by)
                return made_by
            assert time.monotonic() < end, self.system.log[-3000:]
            time.sleep(0.5)


def quoting(key: str) -> Behaviour:
    """A provider that repeats the key where nobody should."""
    return google_error(400, "INVALID_ARGUMENT", f"API key {key} not valid.", error_info("API_KEY_INVALID"))


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory, networks_folder: Path, shop: Shop) -> Iterator[Searched]:
    eyes = LocalEngine(networks_folder)
    google = FakeGemini(drawing=drifted(worn(lambda: eyes)))
    folder = tmp_path_factory.mktemp("searched") / "var"
    settings = {
        "GEMINI_API_KEY": OPERATORS,
        "GEMINI_BASE_URL": google.base_url,
        "OUTBOUND_ALLOW_HOSTS": f"{shop.host},{google.host}",
        "TRYON_GENERATION_TIMEOUT_SECONDS": "300",
        "TRYON_LOG_FORMAT": "json",
    } | without_demo_pictures(tmp_path_factory.mktemp("packages"))
    with google.running(), RunningSystem(folder, networks_folder, **settings) as system:
        customer, other = (Customer.arrive(system, shop, name) for name in ("searched", "other"))
        found = Searched(system, customer, other, google)
        use(found)
        yield found


def use(found: Searched) -> None:
    secret, google = found.customer.secret_key, found.google
    for body in ({"api_key": f"{MERCHANTS} x"}, {"api_key": [MERCHANTS]}, {"key": MERCHANTS}):
        assert found.ask("PUT", GOOGLE, secret, json=body).status_code == 400
    for text in (f'{{"api_key": "{MERCHANTS}"', MERCHANTS):
        broken = {"content": text, "headers": {"Content-Type": "application/json"}}
        assert found.ask("PUT", GOOGLE, secret, **broken).status_code == 400
    google.behave(quoting(REFUSED))
    assert found.ask("PUT", GOOGLE, secret, json={"api_key": REFUSED}).status_code == 422
    assert found.ask("PUT", GOOGLE, secret, json={"api_key": MERCHANTS}).json()["state"] == "ok"
    assert found.try_on(found.customer) == "gemini"
    assert found.try_on(found.other) == "gemini"
    heard = {each.headers["x-goog-api-key"] for each in google.heard if each.method == "POST"}
    assert heard == {MERCHANTS, OPERATORS}
    google.behave(quoting(MERCHANTS))
    assert found.try_on(found.customer) == "local"
    assert found.ask("PUT", GOOGLE, secret, json={"api_key": MERCHANTS}).status_code == 200  # closes the breaker
    for behaviour in (out_of_quota(None, per="Day"), Behaviour(way="hang_up")):
        google.default = behaviour
        assert found.try_on(found.customer) == "local"
    google.default = key_invalid()
    assert found.try_on(found.other) == "local"
    for path in ("/partner/v1/merchants/me", GOOGLE, "/partner/v1/merchants/me/usage", "/partner/v1/embed/nothing"):
        found.ask("GET", path, secret)
    admin = admin_secret(found.system)
    for path in ("/", "/privacy", "/metrics", "/openapi.json", "/healthz", "/readyz", f"/nothing?key={MERCHANTS}"):
        found.ask("GET", path)
        found.ask("GET", path, admin)
    session = call(found.system, "POST", "/v1/sessions", secret, {"product_id": "SKU-001"})
    page = session["launch_url"].removeprefix(found.system.url)
    found.ask("GET", page)
    found.ask("POST", f"{page}/photo", files={"photo": ("me.jpg", person(3), "image/jpeg")}, data={"consent": "true"})
    found.ask("GET", page)


def assert_free(where: str, text: str | bytes) -> None:
    whole = text if isinstance(text, bytes) else text.encode()
    for name, key in {"merchant": MERCHANTS, "refused": REFUSED, "operator": OPERATORS}.items():
        assert key.encode() not in whole, f"the {name}'s key stands in {where}"


def test_pictures_were_made_with_both_keys_and_others_fell_back(used: Searched) -> None:
    assert used.engines == ["gemini", "gemini", "local", "local", "local", "local"]


def test_no_log_holds_a_key(used: Searched) -> None:
    assert '"gemini.ready"' in used.system.log  # of the check at the worker's start
    assert_free("the log", used.system.log)
    assert_free("what was said at the start", used.system.text)


def test_no_answer_page_or_webhook_holds_a_key(used: Searched) -> None:
    """But the address that a caller put one into, and that is never repeated."""
    assert len(used.answers) > 20
    for answer in used.answers:
        assert_free(f"an answer: {answer[:200]}", answer)
    assert used.customer.shop.hooks
    for path, headers, body in used.customer.shop.hooks:
        assert_free(f"the webhook to {path}", json.dumps(headers).encode() + body)


def test_the_database_holds_no_key_in_clear(used: Searched) -> None:
    with connect(used.system.data_dir / "tryon.sqlite3") as database:
        dump = "\n".join(database.iterdump())
    assert 'INSERT INTO "google_keys"' in dump
    assert_free("a dump of the database", dump)


def test_the_queue_holds_no_key(used: Searched) -> None:
    redis = Redis(unix_socket_path=str(embedded_socket_path(used.system.data_dir)))
    names = list(redis.scan_iter(count=1000))
    assert names
    for name in names:
        for value in values_of(redis, name):
            assert_free(f"the queue's {name!r}", name + value)
            assert_free(f"the queue's {name!r}, unpacked", unpacked(value))


def test_no_file_holds_a_key(used: Searched) -> None:
    """The database's own file and its journal, pictures, secrets, the queue's snapshots."""
    files = [path for path in used.system.data_dir.rglob("*") if path.is_file() and "networks" not in path.parts]
    assert any(path.suffix == ".sqlite3" for path in files)
    for path in files:
        assert_free(str(path), path.read_bytes())


def test_no_list_of_processes_holds_a_key(used: Searched) -> None:
    listing = subprocess.run(["ps", "-axww", "-o", "pid=,command="], capture_output=True, text=True, check=True).stdout
    assert "app.py" in listing
    assert_free("the list of processes", listing)
    for process in used.system.processes():
        command, environment = (Path(f"/proc/{process}/{name}") for name in ("cmdline", "environ"))
        if command.exists():
            assert_free(f"the command line of {process}", command.read_bytes())
            assert MERCHANTS.encode() not in environment.read_bytes()


def values_of(redis: Any, name: bytes) -> Iterator[bytes]:
    kind = redis.type(name)
    if kind == b"string":
        yield redis.get(name) or b""
    elif kind == b"hash":
        for pair in redis.hgetall(name).items():
            yield from pair
    elif kind == b"list":
        yield from redis.lrange(name, 0, -1)
    elif kind == b"set":
        yield from redis.smembers(name)
    elif kind == b"zset":
        yield from redis.zrange(name, 0, -1)
    elif kind == b"stream":
        yield repr(redis.xrange(name)).encode()
    else:
        raise AssertionError(f"{name!r} is a {kind!r}")


def unpacked(value: bytes) -> bytes:
    try:
        return zlib.decompress(value)
    except zlib.error:
        return b""
