"""Schemathesis reads the OpenAPI document and tries to find a request whose answer the document does not promise.

Every check is on: no 5xx, no undocumented status, media type, header or shape; what the document forbids is refused,
what it allows is not; credentials are really asked for; other methods are 405. Over real HTTP, on one database for all.
"""

import re
import shutil
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from redis import Redis
from schemathesis.config import ChecksConfig, GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from werkzeug.serving import make_server

from tests.api.conftest import token_of
from tests.engines.quick import QuickEngine
from tests.scene import set_scene
from tryon.api.openapi.document import build_document
from tryon.config import load_settings
from tryon.db import db
from tryon.factory import create_app
from tryon.onboarding import create_merchant

EXAMPLES = 6
"""Random requests for each operation, beside those that schemathesis makes of every boundary it finds."""
ANSWERS_TO_WHAT_FITS = ["2xx", "400", "401", "402", "403", "404", "409", "410", "413", "415", "422", "429", "503"]
"""What a request that fits the schema may still be answered: a product that is not there, a picture that can't be
fetched, an account without credits. Each must be documented all the same."""


def read_document() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        return build_document(create_app(load_settings(data_dir=Path(folder))))


def make_schema() -> Any:
    checks = ChecksConfig.from_dict({"positive_data_acceptance": {"expected-statuses": ANSWERS_TO_WHAT_FITS}})
    generation = GenerationConfig(max_examples=EXAMPLES, deterministic=True, no_shrink=True)
    project = ProjectConfig(checks=checks, generation=generation)
    config = SchemathesisConfig(projects=ProjectsConfig(default=project))
    return schemathesis.openapi.from_dict(read_document(), config=config)


schema = make_schema()


@dataclass(frozen=True, slots=True)
class Running:
    url: str
    credentials: dict[str, dict[str, str]]
    """Security scheme → headers."""


@pytest.fixture(scope="module")
def running(sqlite_template: Path, valkey_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("fuzzing")
    shutil.copy(sqlite_template, folder / "tryon.sqlite3")
    with Redis.from_url(valkey_url) as redis:
        redis.flushall()
    app = create_app(load_settings(data_dir=folder, redis_url=valkey_url, log_format="text", rate_limits=False))
    app.extensions["tryon"].use_engine(QuickEngine())
    server = make_server("127.0.0.1", 0, app, threaded=True)
    with app.app_context():
        held = hand_out(app.extensions["tryon"].settings)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Running(f"http://127.0.0.1:{server.port}", held)
        server.shutdown()
        db.session.remove()
        db.engine.dispose()


def hand_out(given: Any) -> dict[str, dict[str, str]]:
    scene = set_scene(create_merchant("Corner Shop", allowed_origins=["https://corner.example"], credits=100_000))
    set_scene(create_merchant("Other Shop", allowed_origins=["https://other.example"]))
    held = {
        "adminSecret": {"X-Partner-Admin-Secret": given.partner_admin_secret},
        "secretKey": {"Authorization": f"Bearer {scene.owner.secret_key}"},
        "apiKey": {"x-api-key": scene.owner.secret_key},
        "publishableKey": {
            "Authorization": f"Bearer {scene.owner.publishable_key}",
            "Origin": scene.owner.merchant.allowed_origins[0],
        },
        "shopperToken": {
            "Authorization": f"Bearer {token_of(scene.shopper, given)}",
            "Origin": scene.owner.merchant.allowed_origins[0],
        },
    }
    db.session.commit()
    return held


def fuzz(path: str, method: str) -> Any:
    """The test of one operation. One function for each, because pytest must tell them apart to run them all: those
    that schemathesis makes of a single function carry one id since pytest 9.2, and of tests with one id xdist runs one.
    """

    @schema.include(path=path, method=method).parametrize()
    @settings(deadline=None, max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    def test(case: Any, running: Running) -> None:
        schemes = [name for each in case.operation.definition.raw.get("security", []) for name in each]
        headers = running.credentials[schemes[0]] if schemes else {}
        case.call_and_validate(base_url=running.url, headers=headers)

    return test


def name_of(operation: Any) -> str:
    return f"test_{operation.method}_{re.sub('[^a-z0-9]+', '_', operation.path.lower()).strip('_')}"


operations = [result.ok() for result in schema.get_all_operations()]
tests = {name_of(operation): fuzz(operation.path, operation.method) for operation in operations}
globals().update(tests)


def test_each_documented_operation_has_a_test_of_its_own() -> None:
    paths = read_document()["paths"]
    documented = [
        f"{method.upper()} {path}"
        for path, item in paths.items()
        for method in item
        if method in {"get", "put", "post", "delete", "patch", "head", "options"}
    ]

    assert sorted(operation.label for operation in operations) == sorted(documented)
    assert len(tests) == len(documented)
