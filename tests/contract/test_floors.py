"""The house has floors, and imports go down only: who may know whom is checked by reading the source."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tryon.config import PROJECT_ROOT

FLOORS = (
    {"errors"},
    {"ids", "clock"},
    {"config"},
    {"masking"},
    {"logs", "db", "fixed", "straight", "turns", "dialling", "sealing", "sealed"},
    {"outbound"},
    {"jobqueue", "entries", "imaging", "engines", "storage", "outages"},
    {"merchants", "idempotency"},
    {"usage", "webhooks", "providers"},
    {"catalog", "shoppers", "onboarding"},
    {"sessions"},
    {"generations"},
    {"wiring"},
    {"jobs", "api", "pages", "demo", "demo_shop", "demo_products", "fake_providers", "schema"},
    {"worker", "factory"},
    {"cli", "embedded"},
)
FREE_OF_THE_WEB = {"engines", "storage", "imaging", "outbound", "dialling"}
"""Bytes and small values in and out: no web framework, no database, no queue."""
DOMAIN = {"merchants", "usage", "webhooks", "providers", "catalog", "shoppers", "onboarding", "sessions", "generations"}
HTTP_NAMES = {"request", "session", "url_for", "redirect", "render_template"}


def floor_of(room: str) -> int:
    [floor] = [number for number, rooms in enumerate(FLOORS) if room in rooms]
    return floor


@cache
def sources() -> dict[Path, list[ast.AST]]:
    """Every file of the package, and all that stands in it."""
    return {
        path: list(ast.walk(ast.parse(path.read_text()))) for path in sorted((PROJECT_ROOT / "tryon").rglob("*.py"))
    }


def imports() -> Iterator[tuple[str, str, list[str], Path]]:
    """(room, imported module, imported names, file) of every import in the package."""
    package = PROJECT_ROOT / "tryon"
    for path, nodes in sources().items():
        room = path.relative_to(package).parts[0].removesuffix(".py")
        for node in nodes:
            if isinstance(node, ast.ImportFrom) and node.module:
                yield room, node.module, [alias.name for alias in node.names], path
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    yield room, alias.name, [], path


def own_rooms(module: str, names: list[str]) -> list[str]:
    parts = module.split(".")
    if parts[0] != "tryon":
        return []
    return [parts[1]] if len(parts) > 1 else names


def test_every_room_stands_on_a_floor_and_imports_only_what_is_beside_or_below_it() -> None:
    upward = [
        f"{path.relative_to(PROJECT_ROOT)} → {other}"
        for room, module, names, path in imports()
        for other in own_rooms(module, names)
        if room != "__init__" and floor_of(other) > floor_of(room)
    ]
    assert upward == []


def test_what_makes_pictures_and_keeps_files_knows_no_web_no_database_and_no_queue() -> None:
    foreign = {"flask", "flask_sqlalchemy", "sqlalchemy", "rq", "redis"}
    found = [(str(path), module) for room, module, _, path in imports()
             if room in FREE_OF_THE_WEB and module.split(".")[0] in foreign]  # fmt: skip
    assert found == []


def test_the_domain_speaks_no_http() -> None:
    found = [(str(path), names) for room, module, names, path in imports()
             if room in DOMAIN and module == "flask" and HTTP_NAMES & set(names)]  # fmt: skip
    assert found == []


def test_there_is_one_broad_except_in_the_whole_package() -> None:
    broad = [
        path.relative_to(PROJECT_ROOT).as_posix()
        for path, nodes in sources().items()
        for node in nodes
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception"))
    ]
    assert broad == ["tryon/generations/run.py"]
