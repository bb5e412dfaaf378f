"""What a secret looks like, and that nothing of it is left wherever it stands."""

import pytest

from tryon.config import Settings
from tryon.masking import MASK, hide, masked, secrets_of

KEY = "AIza" + "SyD-0123456789_abcdefghijklmnopqrstu"
LATER_KEY = "AQ." + "Ab8RN6Lnotarealkey0123456789abcdef"
TOKEN = "ya29." + "a0AfB_not-a-real-token-0123456789"
FASHN = "fa-" + "0123456789abcdef-0123456789abcdef"


@pytest.mark.parametrize("secret", [KEY, LATER_KEY, TOKEN, FASHN, "dress_sk_live_" + "k" * 40, "whsec_" + "s" * 43])
@pytest.mark.parametrize(
    "words",
    ["it is {}", "GET https://host/v1?key={}&alt=json", "b'{}'", '{{"said": "{}"}}', "({})", "[{},", "\\n{}\\n"],
)
def test_what_looks_like_a_key_is_cut_out(secret: str, words: str) -> None:
    assert masked(words.format(secret)) == words.format(MASK)


@pytest.mark.parametrize(
    "words",
    [
        "x-goog-api-key: {}",
        "(b'x-goog-api-key', b'{}')",
        '{{"x-goog-api-key": "{}"}}',
        "{{'X-Goog-Api-Key': '{}'}}",
        "Authorization: Bearer {}",
        '"authorization": "Bearer {}"',
        "api_key={}&x=1",
        "bearer {}",
    ],
)
def test_what_stands_where_a_key_does_is_cut_out_whatever_it_looks_like(words: str) -> None:
    secret = "no-key-of-any-known-kind"
    assert secret not in masked(words.format(secret))
    assert MASK in masked(words.format(secret))


def test_a_known_secret_is_cut_out_wherever_it_stands() -> None:
    secret = "".join(["wholly", "unlike", "a", "key"])
    assert secret in masked(f"before{secret}after")
    hide(secret)
    assert masked(f"before{secret}after") == f"before{MASK}after"


def test_words_that_are_no_secret_stay_as_they_are() -> None:
    words = '{"event": "request", "path": "/partner/v1/integrations/google-api-key", "bearer": null, "seconds": 0.1}'
    assert masked(words) == words


def test_every_secret_of_the_operator_is_known_and_shown_by_no_repr(settings: Settings) -> None:
    settings.gemini_api_key = KEY
    settings.database_url = "postgresql+psycopg://tryon:a-password@host/tryon"
    found = secrets_of(settings)
    named = {name for name in Settings.model_fields if any(word in name for word in ("secret", "token", "api_key"))}
    assert {name for name, field in Settings.model_fields.items() if not field.repr} == named
    assert {settings.secret_key, settings.partner_admin_secret, settings.integration_handshake_token} <= {*found}
    assert {KEY, "a-password"} <= {*found}
    for secret in {*found} - {"a-password"}:
        assert secret not in repr(settings)


@pytest.mark.parametrize("name", ["GEMINI_API_KEY", "FASHN_API_KEY"])
def test_a_providers_key_is_kept_without_the_end_of_the_line_it_was_pasted_with(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, " fa-0123456789abcdefgh\n")
    assert getattr(Settings(), name.lower()) == "fa-0123456789abcdefgh"
