"""What every test may ask for: a real Valkey, both databases, an application, a merchant and the outsider."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from sqlalchemy.engine import make_url

from tests import scheduling, warm
from tests.postgres import PostgresServer, find_binaries
from tryon.config import Settings, load_settings
from tryon.embedded import valkey

if TYPE_CHECKING:
    from tests.scene import Scene
    from tests.shop import Shop
    from tests.system import RunningSystem
    from tryon.fake_providers.gemini import FakeGemini
    from tryon.onboarding import NewMerchant

DATABASES = ("sqlite", "postgresql")


def pytest_configure(config: pytest.Config) -> None:
    warm.share_compiled_routes()
    warm.ask_once_for_the_version_of_the_queues_library()
    warm.wait_for_no_disk()
    config.addinivalue_line("markers", "both_databases: runs once on SQLite and once on PostgreSQL")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> scheduling.SystemsTogether | None:
    return scheduling.SystemsTogether(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    scheduling.long_ones_first(items)


def pytest_collection_finish() -> None:
    warm.keep_what_is_collected()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.definition.get_closest_marker("both_databases"):
        metafunc.parametrize("database_url", DATABASES, indirect=True)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own environment must not change what the tests see."""
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)


@pytest.fixture(autouse=True)
def _no_request_from_before() -> None:
    """A test client leaves its last request's id behind in the log context of this thread."""
    structlog.contextvars.clear_contextvars()


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The embedded Valkey, shared by the whole run; `app` empties it before each test."""
    folder = tmp_path_factory.mktemp("valkey")
    socket = folder / "valkey.sock"
    with valkey.start(folder, socket) as server:
        valkey.wait_until_ready(server, folder, socket)
        yield f"unix://{socket}"
        server.terminate()


@pytest.fixture(scope="session")
def networks_folder() -> Path:
    """The engine's networks, fetched once for all runs on this machine."""
    from tryon.engines.local import networks

    folder = Path(os.environ.get("TRYON_TEST_NETWORKS") or Path.home() / ".cache" / "tryon" / "networks")
    networks.fetch(folder)
    return folder


@pytest.fixture(scope="session")
def road_shop() -> Iterator["Shop"]:
    """A merchant's own server, which the running system may call although it is private."""
    from tests.shop import open_shop

    with open_shop() as shop:
        yield shop


@pytest.fixture(scope="session")
def google() -> Iterator["FakeGemini"]:
    """Accepts every key, so that no test calls the real one."""
    from tryon.fake_providers.gemini import FakeGemini

    provider = FakeGemini()
    with provider.running():
        yield provider


@pytest.fixture(scope="session")
def shared_system(
    tmp_path_factory: pytest.TempPathFactory, networks_folder: Path, road_shop: "Shop", google: "FakeGemini"
) -> Iterator["RunningSystem"]:
    """`python app.py` in an empty folder: web server, Valkey, worker, engine and the demo shop. For all tests over real
    HTTP, because each such system first looks at the demo shop's products; who stops it starts it again."""
    from tests.system import RunningSystem

    folder = tmp_path_factory.mktemp("system") / "var"
    settings = {"OUTBOUND_ALLOW_HOSTS": f"{road_shop.host},{google.host}", "GEMINI_BASE_URL": google.base_url}
    with RunningSystem(folder, networks_folder, **settings) as system:
        yield system


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    binaries = find_binaries()
    if binaries is None:
        reason = "PostgreSQL is not installed (on Debian: apt-get install postgresql)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with PostgresServer(binaries, tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A fresh, empty database."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table, made once and copied for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    _create_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_tables(postgres_server: PostgresServer) -> Iterator[str]:
    """The name of a PostgreSQL database with every table, emptied after each test."""
    with postgres_server.database() as url:
        _create_tables(url)
        yield make_url(url).database or ""


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with every table and no row: SQLite, or each of both under @pytest.mark.both_databases."""
    if getattr(request, "param", "sqlite") == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        with server.emptied(request.getfixturevalue("postgres_tables")) as url:
            yield url
    else:
        path = tmp_path / "tryon.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"


@pytest.fixture
def settings(tmp_path: Path, database_url: str, valkey_url: str) -> Settings:
    return load_settings(
        data_dir=tmp_path / "data",
        database_url=database_url,
        redis_url=valkey_url,
        log_format="text",
        gemini_base_url="http://127.0.0.1:9/v1beta",  # nobody: no test calls Google
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The whole application on an empty database and an empty queue, in its context."""
    from tryon.db import db
    from tryon.factory import create_app

    with Redis.from_url(settings.redis_url) as redis:
        redis.flushall()
    app = create_app(settings)
    warm.share_compiled_templates(app)
    with app.app_context():
        warm.share_compiled_statements(app)
        yield app
        timer = app.extensions["tryon"].calls._timer
        if timer:  # it would hand this test's calls on two seconds later, to the queue of another test
            timer.cancel()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def merchant(app: Flask) -> "NewMerchant":
    """The merchant a test is about: `.merchant`, `.secret_key`, `.publishable_key`."""
    from tryon.onboarding import create_merchant

    return create_merchant("Corner Shop", allowed_origins=["https://corner.example"], credits=100)


@pytest.fixture
def outsider(app: Flask) -> "NewMerchant":
    """Another merchant, whose things nobody else may see, change or count."""
    from tryon.onboarding import create_merchant

    return create_merchant("Other Shop", allowed_origins=["https://other.example"], credits=100)


@pytest.fixture
def scene(merchant: "NewMerchant") -> "Scene":
    """The merchant with a product, a shopper and the shopper's photo."""
    from tests.scene import set_scene

    return set_scene(merchant)


@pytest.fixture
def outsider_scene(outsider: "NewMerchant") -> "Scene":
    """The outsider with a product, a shopper and a photo of the same names."""
    from tests.scene import set_scene

    return set_scene(outsider)


def _create_tables(database_url: str) -> None:
    from sqlalchemy import create_engine

    from tryon.db import db
    from tryon.factory import import_tables

    import_tables()
    engine = create_engine(database_url)
    db.metadata.create_all(engine)
    engine.dispose()
