"""What docs/embed.md says to copy is what works. `TRYON_REWRITE=1 pytest tests/widget` writes a new hash into it."""

import os
import re

import pytest

from tryon.config import PROJECT_ROOT
from tryon.pages.widget import integrity

PAGES = (PROJECT_ROOT / "docs" / "embed.md", PROJECT_ROOT / "README.md")
HASH = re.compile(r'integrity="(sha384-[^"]*)" crossorigin="anonymous" data-publishable-key')


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_snippet_has_the_hash_of_the_present_file(page: os.PathLike[str]) -> None:
    path = PROJECT_ROOT / page
    if os.environ.get("TRYON_REWRITE"):
        path.write_text(HASH.sub(lambda found: found[0].replace(found[1], integrity()), path.read_text()))
    assert HASH.findall(path.read_text()) == [integrity()]


def test_the_line_for_calls_before_loading_is_the_one_of_the_demo() -> None:
    demo = (PROJECT_ROOT / "widget" / "demo" / "before-loading.html").read_text()
    [line] = re.findall(r"<script>(window\.Tryon \?\?= .*)</script>", PAGES[0].read_text())
    assert line in demo


def test_every_event_call_and_variable_is_documented() -> None:
    source, document = (PROJECT_ROOT / "widget" / "tryon.js").read_text(), PAGES[0].read_text()
    calls = re.findall(r"^  (\w+)[:(]", source.partition("window.Tryon = {")[2].partition("\n};")[0], re.MULTILINE)
    calls += re.findall(r"^  (close): ", source, re.MULTILINE)
    assert len(set(calls)) == 10
    types = (PROJECT_ROOT / "widget" / "tryon.d.ts").read_text()
    for call in calls:
        assert f"Tryon.{call}(" in document, call
        assert re.search(rf"^  {call}[(<]", types, re.MULTILINE), call
    for variable in set(re.findall(r"--tryon-[\w-]+", source)):
        assert variable in document, variable
