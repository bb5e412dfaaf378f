"""What every hosted engine does with what its provider says: how often, with what pauses, within which time."""

import io
import time
from dataclasses import dataclass, field

import pytest
import structlog
from PIL import Image

from tests.engines.quick import QuickEngine
from tests.pictures import card
from tryon.engines.base import Engine, Garment, TryOnRequest, prepared_name
from tryon.engines.errors import EngineTimeout, EngineUnavailable, LowQuality, NoPersonFound, UnsupportedCategory
from tryon.engines.hosted.engine import PAUSE_MAX_SECONDS, HostedEngine, ProviderPicture
from tryon.engines.hosted.failures import ProviderFailure
from tryon.engines.truth.verdict import Verdict

GOOD = ProviderPicture(card("red", kind="PNG"), "image/png", True, "model-1", 40_000)


def say_yes(request: TryOnRequest, candidate: bytes, media_type: str, *, eyes: Engine) -> Verdict:
    return Verdict(True, "", candidate, media_type, True, {"face": 1.0})


class Scripted(HostedEngine):
    """Its provider says what the script says; the last for ever. Time passes only in pauses."""

    name = "scripted"
    version = "1"
    categories = frozenset({"tops"})

    def __init__(self, *script: ProviderPicture | Exception, judge=say_yes) -> None:  # type: ignore[no-untyped-def]
        self.pauses: list[float] = []
        super().__init__(QuickEngine, pause=self.pauses.append, judge=judge)
        self.script = list(script)
        self.asked: list[tuple[TryOnRequest, float]] = []

    def ask(self, request: TryOnRequest, seconds: float) -> ProviderPicture:
        self.asked.append((request, seconds))
        said = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(said, Exception):
            raise said
        return said


@dataclass
class Told:
    news: list[tuple[str, int]] = field(default_factory=list)

    def __call__(self, stage: str, percent: int) -> None:
        self.news.append((stage, percent))


def request(seconds: float = 30.0, **more: object) -> TryOnRequest:
    garments = (Garment(card("red"), "tops"),)
    return TryOnRequest(card("grey"), garments, deadline=time.monotonic() + seconds, **more)  # type: ignore[arg-type]


def busy(retry_after: float | None = None) -> ProviderFailure:
    return ProviderFailure("provider_busy", retry_after_seconds=retry_after)


def test_pauses_grow_with_a_part_left_to_chance() -> None:
    first: set[float] = set()
    for _ in range(5):
        engine = Scripted(busy(), busy(), GOOD)
        engine.dress(request())
        assert len(engine.pauses) == 2
        assert 0.25 <= engine.pauses[0] <= 0.5 <= engine.pauses[1] <= 1.0
        first.add(engine.pauses[0])
    assert len(first) > 1


def test_a_provider_that_names_its_pause_gets_it_and_a_little_more() -> None:
    engine = Scripted(busy(retry_after=3.0), GOOD)
    engine.dress(request())
    assert 3.0 <= engine.pauses[0] <= 3.3


def test_a_pause_that_does_not_fit_into_the_time_left_ends_it_at_once() -> None:
    engine = Scripted(busy(retry_after=29.0), GOOD)
    with pytest.raises(EngineUnavailable) as caught:
        engine.dress(request(seconds=30.0))
    assert caught.value.retry_after_seconds == 29.0
    assert engine.pauses == []
    assert len(engine.asked) == 1


def test_what_never_passes_is_asked_for_three_times() -> None:
    engine = Scripted(busy())
    with pytest.raises(EngineUnavailable):
        engine.dress(request())
    assert len(engine.asked) == 3
    assert all(pause <= PAUSE_MAX_SECONDS for pause in engine.pauses)


def test_what_costs_money_is_asked_for_twice_at_once_and_paid_for_twice() -> None:
    engine = Scripted(ProviderFailure("only_words", cost_microdollars=5_000))
    with pytest.raises(LowQuality) as caught:
        engine.dress(request())
    assert len(engine.asked) == 2
    assert engine.pauses == []
    assert caught.value.cost_microdollars == 10_000


def test_the_price_of_every_try_is_in_the_result() -> None:
    engine = Scripted(busy(), ProviderFailure("no_picture", cost_microdollars=7_000), GOOD)
    assert engine.dress(request()).cost_microdollars == 47_000


def test_a_charged_try_is_repeated_with_another_seed_and_a_free_one_with_the_same() -> None:
    engine = Scripted(busy(), ProviderFailure("no_picture"), GOOD)
    engine.dress(request(seed=10))
    assert [asked.seed for asked, _ in engine.asked] == [10, 10, 11]


def test_progress_never_falls_and_claims_nothing_done_before_it_is() -> None:
    told = Told()
    engine = Scripted(busy(), ProviderFailure("no_picture"), GOOD)
    engine.dress(request(report_progress=told))
    percents = [percent for _, percent in told.news]
    assert percents == sorted(percents)
    assert told.news[0] == ("asking", 10)
    assert ("waiting", 10) in told.news
    assert told.news[-1] == ("finishing", 100)
    failing = Told()
    with pytest.raises(EngineUnavailable):
        Scripted(busy()).dress(request(report_progress=failing))
    assert max(percent for _, percent in failing.news) == 10


def test_time_is_kept_back_for_looking_at_the_answer() -> None:
    engine = Scripted(GOOD)
    engine.dress(request(seconds=40.0))
    engine.dress(request(seconds=10.0))
    [long, short] = [seconds for _, seconds in engine.asked]
    assert 31 < long <= 32
    assert 7.5 < short <= 8


def test_with_hardly_any_time_left_nobody_is_asked() -> None:
    engine = Scripted(GOOD)
    with pytest.raises(EngineTimeout) as caught:
        engine.dress(request(seconds=1.0))
    assert caught.value.reason == "before_asking"
    assert engine.asked == []


def test_a_picture_that_the_judge_refuses_is_asked_for_once_more_then_it_is_low_quality() -> None:
    def say_no(request: TryOnRequest, candidate: bytes, media_type: str, *, eyes: Engine) -> Verdict:
        return Verdict(False, "other_face", candidate, media_type, True)

    engine = Scripted(GOOD, judge=say_no)
    with pytest.raises(LowQuality) as caught:
        engine.dress(request())
    assert (caught.value.code, caught.value.reason) == ("engine_low_quality", "failed_checks")
    assert len(engine.asked) == 2
    assert caught.value.cost_microdollars == 80_000


def test_a_picture_that_the_judge_mended_is_the_result_and_no_longer_untouched() -> None:
    mended = card("blue", kind="PNG")

    def mend(request: TryOnRequest, candidate: bytes, media_type: str, *, eyes: Engine) -> Verdict:
        return Verdict(True, "", mended, "image/png", False, {"face": 0.8})

    result = Scripted(GOOD, judge=mend).dress(request())
    assert result.picture == mended
    assert not result.is_untouched
    assert Scripted(GOOD).dress(request()).is_untouched


def test_an_error_of_ours_on_the_way_says_what_was_spent_before_it() -> None:
    engine = Scripted(ProviderFailure("no_picture", cost_microdollars=9_000), NoPersonFound(reason="unreadable"))
    with pytest.raises(NoPersonFound) as caught:
        engine.dress(request())
    assert caught.value.cost_microdollars == 9_000

    def refuse(request: TryOnRequest, candidate: bytes, media_type: str, *, eyes: Engine) -> Verdict:
        raise NoPersonFound(reason="nobody")

    with pytest.raises(NoPersonFound) as caught:
        Scripted(GOOD, judge=refuse).dress(request())
    assert caught.value.cost_microdollars == 40_000


def test_a_result_fits_into_the_size_that_was_asked_for() -> None:
    result = Scripted(GOOD).dress(request(output_size=(100, 100)))
    assert Image.open(io.BytesIO(result.picture)).size == (80, 100)
    assert (result.media_type, result.is_untouched) == ("image/png", False)
    whole = Scripted(GOOD).dress(request(output_size=(1000, 1000)))
    assert (whole.picture, whole.is_untouched) == (GOOD.picture, True)


def test_a_category_it_does_not_dress_is_refused_before_anything_is_asked() -> None:
    engine = Scripted(GOOD)
    with pytest.raises(UnsupportedCategory):
        engine.dress(TryOnRequest(card("grey"), (Garment(card("red"), "footwear"),)))
    assert engine.asked == []


def test_each_try_that_failed_is_in_the_log_with_a_word_of_ours() -> None:
    engine = Scripted(ProviderFailure("provider_error", detail="500 INTERNAL"), GOOD)
    with structlog.testing.capture_logs() as lines:
        engine.dress(request())
    [line] = [line for line in lines if line["event"] == "engine.provider_failed"]
    assert (line["engine"], line["reason"], line["detail"], line["tries"]) == (
        "scripted", "provider_error", "500 INTERNAL", 1,
    )  # fmt: skip


def test_without_a_deadline_there_is_one_all_the_same() -> None:
    engine = Scripted(GOOD)
    engine.dress(TryOnRequest(card("grey"), (Garment(card("red"), "tops"),)))
    [(_, seconds)] = engine.asked
    assert 50 < seconds <= 60


def test_what_the_eyes_have_prepared_is_of_use_to_it() -> None:
    assert prepared_name(Scripted(GOOD)) == prepared_name(QuickEngine())
