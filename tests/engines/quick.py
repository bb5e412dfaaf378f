"""A small but honest engine for tests of what surrounds engines: it pastes the product onto the photo."""

import io
import time
from dataclasses import dataclass, field

from PIL import Image

from tryon.engines.base import Category, Check, Garment, PersonCheck, TryOnRequest, TryOnResult
from tryon.engines.errors import EngineError


@dataclass
class QuickEngine:
    """Fails with each of `errors` in turn first; a photo of one plain colour is nobody to it."""

    errors: list[Exception] = field(default_factory=list)
    seconds: float = 0.0
    requests: list[TryOnRequest] = field(default_factory=list)
    name: str = "quick"
    version: str = "1"
    categories: frozenset[Category] = frozenset({"tops", "outerwear"})

    def warm_up(self) -> None:
        pass

    def check_person(self, photo: bytes, category: Category | None = None) -> PersonCheck:
        colors = Image.open(io.BytesIO(photo)).convert("RGB").resize((16, 16)).getcolors()
        somebody = colors is not None and len(colors) > 4
        check = Check("person_visible", somebody, "" if somebody else "Nobody is here.", "no_person_found")
        return PersonCheck((check,), "front", ("head", "torso"), (0.25, 0.1, 0.75, 0.95) if somebody else None)

    def prepare_person(self, photo: bytes) -> bytes | None:
        return b"quick person"

    def prepare_garment(self, garment: Garment) -> bytes | None:
        return b"quick " + garment.category.encode()

    def dress(self, request: TryOnRequest) -> TryOnResult:
        self.requests.append(request)
        request.report_progress("person", 20)
        time.sleep(self.seconds)
        if self.errors:
            raise self.errors.pop(0)
        picture = Image.open(io.BytesIO(request.person)).convert("RGB")
        for garment in request.garments:
            product = Image.open(io.BytesIO(garment.picture)).convert("RGB").resize((40, 50))
            picture.paste(product, (picture.width // 2 - 20, picture.height // 2 - 25))
        request.report_progress("finishing", 100)
        buffer = io.BytesIO()
        picture.save(buffer, "PNG")
        return TryOnResult(
            buffer.getvalue(), "image/png", self.name, self.version, seconds={"dress": 0.1}, scores={"face": 1.0}
        )


def broken(code: str = "internal") -> EngineError:
    error = EngineError()
    error.code = code
    return error
