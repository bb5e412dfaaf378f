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
