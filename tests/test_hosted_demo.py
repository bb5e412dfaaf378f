"""`tryon demo --engine gemini --fake`: what it tells, and what it leaves behind."""

from pathlib import Path

import pytest
from PIL import Image

from tests.test_cli import Operator, artist, operator
from tryon.cli.hosted_demo import WAYS
from tryon.embedded.stand_in import FAKE_KEY

__all__ = ["artist", "operator"]


def test_a_picture_by_way_of_a_stand_in_is_told_step_by_step(artist: Operator, tmp_path: Path) -> None:
    said = artist.does("demo", "--engine", "gemini", "--fake", "-o", str(tmp_path / "demo.png"))
    for step in (
        "A stand-in for Google listens",
        "Request 1: POST",
        "x-goog-api-key: …",
        "Made by gemini",
        "truth_face",
    ):
        assert step in said, said
    assert FAKE_KEY not in said
    [written] = tmp_path.glob("demo.*")
    with Image.open(written) as picture:
        assert picture.size == (768, 1376)


@pytest.mark.parametrize("way", ["bad-key"])
def test_where_the_stand_in_fails_the_local_engine_falls_in(artist: Operator, tmp_path: Path, way: str) -> None:
    output = str(tmp_path / "demo.png")
    said = artist.does("demo", "--engine", "gemini", "--fake", "--misbehave", way, "-o", output)
    for step in (
        "engine_misconfigured (key_invalid)",
        "Put in a new one",
        "The local engine falls in",
        "Made by local",
    ):
        assert step in said, said
    assert list(tmp_path.glob("demo.*"))


def test_what_is_wrong_is_said_in_one_line(artist: Operator, tmp_path: Path) -> None:
    assert "go with --engine" in artist.is_told("demo", "--fake", code=2)
    assert "one of 429" in artist.is_told("demo", "--engine", "gemini", "--fake", "--misbehave", "badly", code=2)
    assert "stand-in for gemini only" in artist.is_told("demo", "--engine", "local", "--fake")
    assert "no engine named" in artist.is_told("demo", "--engine", "magic")
    assert "GEMINI_API_KEY" in artist.is_told("demo", "--engine", "gemini")
    assert artist.does("demo", "--engine", "gemini", "--misbehave", "list").split() == list(WAYS)
