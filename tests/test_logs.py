"""What a crash leaves in the log: where it happened, and no secret that was at hand there."""

import logging

import pytest
import structlog

from tryon.config import Settings
from tryon.logs import configure_logs, get_logger

SECRET = "-".join(["a", "shopper", "token"])


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_a_crash_tells_where_and_no_secrets(
    settings: Settings, capfd: pytest.CaptureFixture[str], log_format: str
) -> None:
    settings.log_format = log_format  # type: ignore[assignment]
    structlog.reset_defaults()
    configure_logs(settings)
    try:
        crash(SECRET)
    except ValueError:
        get_logger("tests.crash").exception("crashed")
    said = capfd.readouterr().err
    assert "in crash" in said or '"crash"' in said
    assert SECRET not in said


def crash(access_token: str) -> None:
    raise ValueError(f"{len(access_token)} letters")


@pytest.mark.parametrize("log_format", ["json", "text"])
@pytest.mark.parametrize("is_ours", [True, False])
def test_a_key_in_a_message_a_value_or_any_exception_that_led_to_another_is_not_written(
    settings: Settings, capfd: pytest.CaptureFixture[str], log_format: str, is_ours: bool
) -> None:
    settings.log_format = log_format  # type: ignore[assignment]
    settings.gemini_api_key = "-".join(["an", "operators", "key", "of", "no", "known", "look"])
    merchants = "AIza" + "Sy-the-key-of-some-merchant-0123456789"
    structlog.reset_defaults()
    configure_logs(settings)
    log = get_logger("tests.keys") if is_ours else logging.getLogger("some.library")
    try:
        break_with(merchants, settings.gemini_api_key)
    except ValueError:
        log.exception(f"crashed with {merchants}")  # type: ignore[attr-defined]
    log.warning("header x-goog-api-key: %s", settings.gemini_api_key)  # type: ignore[attr-defined]
    said = capfd.readouterr().err
    assert "Illegal header value" in said
    assert merchants not in said
    assert settings.gemini_api_key not in said


def break_with(first: str, second: str) -> None:
    """As HTTP libraries do that name the header they can't send."""
    try:
        raise TypeError(f"Illegal header value b'{first}'")
    except TypeError as error:
        raise ValueError(f"not sent: {second}") from error
