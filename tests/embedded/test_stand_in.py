"""The stand-in for Google that `tryon serve --fake-gemini` starts beside the system."""

from pathlib import Path

import pytest

from tryon.config import load_settings
from tryon.embedded.stand_in import FAKE_KEY, stand_in_for_google
from tryon.engines.gemini.models import check_model
from tryon.outbound import Outbound


def test_the_programs_of_the_system_are_told_of_it_by_their_environment(
    tmp_path: Path, networks_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OUTBOUND_ALLOW_HOSTS", "shop.internal")
    for name in ("GEMINI_API_KEY", "GEMINI_BASE_URL"):
        monkeypatch.setenv(name, "")
    with stand_in_for_google(networks_folder):
        settings = load_settings(data_dir=tmp_path)
        assert settings.gemini_api_key == FAKE_KEY
        assert "shop.internal" in settings.outbound_allowed
        found = check_model(
            Outbound(settings.outbound_allowed),
            base_url=settings.gemini_base_url,
            key=settings.gemini_api_key,
            model=settings.gemini_model,
        )
    assert found.state == "ok"
    assert settings.gemini_base_url in capsys.readouterr().out
