"""What README promises must be true."""

import re

from tryon.config import PROJECT_ROOT, Settings

README = (PROJECT_ROOT / "README.md").read_text()


def test_every_setting_stands_in_the_readme_as_the_code_describes_it() -> None:
    for field in Settings.model_fields.values():
        row = f"| `{field.validation_alias}` | "
        assert row in README
        assert f"| {field.description} |" in README, field.validation_alias


def test_every_picture_and_file_the_readme_names_is_there() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert links
    assert [link for link in links if not (PROJECT_ROOT / link).exists()] == []


def test_the_two_commands_are_the_only_set_up() -> None:
    commands = re.findall(r"^python3 -m venv .*$", README, re.MULTILINE)
    assert commands == [
        "python3 -m venv .venv && .venv/bin/pip install -e '.[demo]' && .venv/bin/python app.py",
        "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest",
    ]


def test_every_test_that_the_api_page_names_exists_in_the_file_it_names() -> None:
    sections = re.split(
        r"^### .*\(`(test_\w+\.py)`\)$", (PROJECT_ROOT / "docs" / "api.md").read_text(), flags=re.MULTILINE
    )
    named = list(zip(sections[1::2], sections[2::2], strict=True))
    assert len(named) == 5
    for file_name, section in named:
        source = (PROJECT_ROOT / "tests" / "api" / "seeds" / file_name).read_text()
        tests = re.findall(r"\| `(test_\w+)` \|$", section, re.MULTILINE)
        assert len(tests) == len(re.findall(r"^\| (?!what|---)", section, re.MULTILINE)), file_name
        assert [name for name in tests if f"def {name}(" not in source] == [], file_name
        defined = set(re.findall(r"^def (test_\w+)\(", source, re.MULTILINE))
        assert defined == set(tests), file_name
