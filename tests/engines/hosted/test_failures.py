"""The table of what can go wrong: whole sentences, and rows that agree with themselves."""

import pytest

from tryon.engines.errors import EngineMisconfigured
from tryon.engines.hosted.failures import FAILURES, Failure, ProviderFailure


@pytest.mark.parametrize(("name", "row"), FAILURES.items(), ids=FAILURES)
def test_each_row_agrees_with_itself(name: str, row: Failure) -> None:
    assert row.merchant.endswith(".")
    assert row.merchant[0].isupper()
    if row.error is EngineMisconfigured:
        assert row.fault == "key"
        assert not row.again
    if row.fault == "key":
        assert not row.again
    if row.charged:
        assert row.again


def test_what_leaves_the_engine_carries_our_words_and_all_that_was_spent() -> None:
    failure = ProviderFailure("rate_limited", retry_after_seconds=4.0, detail="429", cost_microdollars=3)
    error = failure.as_error(cost_microdollars=10)
    assert (error.code, error.reason) == ("engine_unavailable", "rate_limited")
    assert error.merchant_message == FAILURES["rate_limited"].merchant
    assert (error.retry_after_seconds, error.cost_microdollars) == (4.0, 10)
    assert "429" not in error.message + error.merchant_message


def test_an_engine_may_tell_the_merchant_more_exactly() -> None:
    error = ProviderFailure("model_gone", merchant_message="Take model-2.").as_error()
    assert error.merchant_message == "Take model-2."
