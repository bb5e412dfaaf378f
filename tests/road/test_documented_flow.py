"""The flow the try-on document recommends, as an integrator writes it: plain `requests`, a base address and a key.

`Integration` knows nothing of this system but the document. It must go on working unchanged.
"""

import io
import json
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
import requests
from PIL import Image

from tests.pictures import openvto_folder, person, shirt
from tests.road.customer import admin_secret, call
from tests.shop import Shop
from tests.system import RunningSystem

POLL_SECONDS = 2.0
POLLS_MAX = 60
TIMEOUT_SECONDS = 30.0


@dataclass
class Integration:
    base_url: str
    api_key: str
    catalogue: dict[str, dict[str, Any]]
    """The shop's own products by SKU, as sent inline."""
    sent_inline: list[str] = field(default_factory=list)

    def upload(self, photo: bytes, external_user_id: str) -> str:
        form = {"externalUserId": external_user_id, "keepForDays": "3"}
        answer = self._post("/images/upload", files={"file": ("me.jpg", photo, "image/jpeg")}, data=form)
        answer.raise_for_status()
        return answer.json()["imageId"]

    def try_on(self, image_id: str, *skus: str) -> dict[str, Any]:
        """Reference the products; on 404 PRODUCT_NOT_FOUND send them whole; poll until it is over."""
        answer = self._ask(image_id, [{"externalId": sku} for sku in skus])
        if answer.status_code == 404 and answer.json()["code"] == "PRODUCT_NOT_FOUND":
            self.sent_inline += skus
            answer = self._ask(image_id, [{"externalId": sku} | self.catalogue[sku] for sku in skus])
        answer.raise_for_status()
        assert answer.json()["status"] == "PENDING"
        return self.poll(answer.json()["generationId"])

    def poll(self, generation_id: str) -> dict[str, Any]:
        for _ in range(POLLS_MAX):
            generation = self.get(f"/generations/{generation_id}")
            if generation["status"] in ("COMPLETED", "FAILED"):
                return generation
            time.sleep(POLL_SECONDS)
        raise TimeoutError(generation_id)

    def get(self, path: str) -> Any:
        answer = requests.get(self.base_url + path, headers={"x-api-key": self.api_key}, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        return answer.json()

    def _ask(self, image_id: str, products: list[dict[str, Any]]) -> requests.Response:
        body = {"products": products, "person": {"image": {"source": {"id": image_id}}}, "externalUserId": "user-7"}
        return self._post("/try-on", json=body)

    def _post(self, path: str, **options: Any) -> requests.Response:
        headers = {"x-api-key": self.api_key}
        return requests.post(self.base_url + path, headers=headers, timeout=TIMEOUT_SECONDS, **options)


@pytest.fixture(scope="module")
def integration(system: RunningSystem, shop: Shop) -> Integration:
    merchant = call(system, "POST", "/partner/v1/admin/merchants", admin_secret(system), {"name": "Documented"})
    pants = (openvto_folder() / "clothes" / "pants" / "3_front.jpg").read_bytes()
    catalogue = {
        "shirt-1": described("Oxford shirt", shop.serve("/documented/shirt.jpg", shirt(1))),
        "pants-1": described("Black trousers", shop.serve("/documented/pants.jpg", pants)),
    }
    return Integration(f"{system.url}/tryon/v1", merchant["secret_key"], catalogue)


def described(title: str, url: str) -> dict[str, Any]:
    return {"title": title, "description": title, "images": [{"source": {"url": url}}]}


def test_upload_once_reference_resend_inline_and_poll(integration: Integration) -> None:
    image_id = integration.upload(person(3), "user-7")
    first = integration.try_on(image_id, "shirt-1")
    assert (first["status"], first["productExternalId"]) == ("COMPLETED", "shirt-1")
    assert integration.sent_inline == ["shirt-1"]
    second = integration.try_on(image_id, "shirt-1")
    assert second["status"] == "COMPLETED"
    assert integration.sent_inline == ["shirt-1"], "it was known by then"
    assert pixels(first).shape[2] == 3
    assert [item["generationId"] for item in integration.get("/generations?status=COMPLETED")["items"]] == [
        second["generationId"],
        first["generationId"],
    ]


def test_a_top_and_a_bottom_are_put_on_together(integration: Integration) -> None:
    image_id = integration.upload(person(3), "user-7")
    top = pixels(integration.try_on(image_id, "shirt-1"))
    outfit = integration.try_on(image_id, "shirt-1", "pants-1")
    assert outfit["status"] == "COMPLETED", outfit
    changed = np.abs(pixels(outfit).astype(int) - top).max(axis=2) > 40
    height = changed.shape[0]
    assert changed[height // 2 :].mean() > 0.05, "the trousers are not there"
    assert changed[: height // 4].mean() < 0.02, "more than the trousers differs"


def test_one_multipart_call_does_everything_and_sync_holds_the_line(integration: Integration) -> None:
    data = {
        "products": [{"title": "Oxford shirt", "images": [{"source": {"fileKey": "garment"}}]}],
        "person": {"image": {"source": {"fileKey": "me"}}},
    }
    answer = requests.post(
        f"{integration.base_url}/try-on/sync",
        headers={"x-api-key": integration.api_key},
        data={"data": json.dumps(data)},
        files={"garment": ("shirt.jpg", shirt(1), "image/jpeg"), "me": ("me.jpg", person(3), "image/jpeg")},
        timeout=100,
    )
    assert (answer.status_code, answer.json()["status"]) == (200, "COMPLETED")
    assert (
        requests.get(answer.json()["resultImageUrl"], timeout=TIMEOUT_SECONDS).headers["Content-Type"] == "image/jpeg"
    )


def pixels(generation: dict[str, Any]) -> np.ndarray:
    """The finished picture; nobody needs a key for it."""
    answer = requests.get(generation["resultImageUrl"], timeout=TIMEOUT_SECONDS)
    answer.raise_for_status()
    return np.asarray(Image.open(io.BytesIO(answer.content)))
