"""With the real eyes: a picture that shows no product is not believed, and the next one, which does, is."""

import io
from pathlib import Path

import pytest
from PIL import Image

from tests.engines.gemini.conftest import MODEL
from tests.pictures import person, shirt
from tryon.engines.base import Garment, TryOnRequest
from tryon.engines.errors import LowQuality
from tryon.engines.gemini.engine import GeminiEngine
from tryon.engines.local.engine import LocalEngine
from tryon.fake_providers.drawing import cropped, drifted, unchanged, worn
from tryon.fake_providers.gemini import FakeGemini
from tryon.outbound import Outbound


@pytest.fixture(scope="module")
def local(networks_folder: Path) -> LocalEngine:
    return LocalEngine(networks_folder)


def test_the_photo_itself_is_refused_and_the_person_in_the_product_is_shown(local: LocalEngine) -> None:
    good = drifted(worn(lambda: local))
    fake = FakeGemini(drawing=good)
    request = TryOnRequest(person(1), (Garment(shirt(2), "tops", title="Camp shirt"),))
    with fake.running():
        engine = GeminiEngine(
            Outbound(frozenset({fake.host})), lambda: local, base_url=fake.base_url, key="k" * 30, model=MODEL
        )
        fake.drawings.append(unchanged)
        result = engine.dress(request)
        assert len(fake.heard) == 2
        assert Image.open(io.BytesIO(result.picture)).size == Image.open(io.BytesIO(request.person)).size
        assert result.scores
        fake.drawings.extend([unchanged, cropped(good)])
        with pytest.raises(LowQuality) as caught:
            engine.dress(request)
    assert caught.value.cost_microdollars == result.cost_microdollars
