"""What is sealed with one secret, and what becomes of it when the secret changes."""

import pytest

from tryon.sealing import SealBroken, Sealer


def test_what_an_earlier_secret_sealed_is_opened_and_sealed_anew() -> None:
    sealed = Sealer("old", purpose="test").seal("words")
    both = Sealer("new", "old", purpose="test")
    assert both.open(sealed) == "words"
    fresh = both.reseal(sealed)
    assert fresh is not None
    assert Sealer("new", purpose="test").open(fresh) == "words"
    assert both.reseal(fresh) is None


def test_another_secret_or_another_purpose_opens_nothing() -> None:
    sealed = Sealer("old", purpose="test").seal("words")
    for stranger in (Sealer("new", purpose="test"), Sealer("old", purpose="other")):
        with pytest.raises(SealBroken):
            stranger.open(sealed)
        with pytest.raises(SealBroken):
            stranger.reseal(sealed)
