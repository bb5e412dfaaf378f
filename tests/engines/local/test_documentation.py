"""What docs/local-engine.md says of scores and refusals is what the code does."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tryon.engines.local.checks import LIMITS

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "local-engine.md").read_text()
ENGINE = ROOT / "tryon" / "engines" / "local"


@pytest.mark.parametrize("name", LIMITS)
def test_every_score_stands_in_the_table_with_its_limit(name: str) -> None:
    row = re.search(rf"^\| `{name}` \|.*\| ([^|]+) \|$", TEXT, re.MULTILINE)
    assert row, f"{name} is not explained"
    low, high = LIMITS[name]
    number = float(re.sub(r"[^0-9.]", "", row[1]))
    assert number == (low if "≥" in row[1] or low == high else high)


def test_no_score_is_explained_that_does_not_exist() -> None:
    table = TEXT[TEXT.index("| score |") : TEXT.index("## Refusals")]
    explained = set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE))
    code = "".join(path.read_text() for path in (ENGINE / "checks.py", ENGINE / "fresh_look.py"))
    assert explained >= set(LIMITS)
    assert all(f'"{name}"' in code for name in explained)


def _reasons() -> Iterator[tuple[str, str]]:
    """Every reason written out in the engine's code, with the file it stands in."""
    for path in sorted(ENGINE.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword) and node.arg == "reason":
                for part in ast.walk(node.value):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.isidentifier():
                        yield part.value, path.name


@pytest.mark.parametrize(("reason", "file"), sorted(set(_reasons())))
def test_every_reason_of_a_refusal_is_documented(reason: str, file: str) -> None:
    assert f"`{reason}`" in TEXT, f"{file} refuses with {reason!r}, which the documentation does not explain"


def test_every_check_of_a_photo_is_documented() -> None:
    from tryon.engines.local.person import MESSAGES

    assert [code for code in MESSAGES if code != "person_visible" and f"`{code}`" not in TEXT] == []


def test_every_file_and_picture_it_names_is_there() -> None:
    for name in re.findall(r"`(\w+\.py)`", TEXT):
        assert (ENGINE / name).exists(), name
    for picture in re.findall(r"\]\((images/[^)]+)\)", TEXT):
        assert (ROOT / "docs" / picture).stat().st_size < 200_000
