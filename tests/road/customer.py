"""What a merchant's developer writes: calls to a running system over real HTTP."""

import json
import time
from dataclasses import dataclass
from typing import Any, Self

import httpx2

from tests.pictures import person, shirt
from tests.shop import Shop
from tests.system import RunningSystem

WAIT_SECONDS = 120.0
POLL_SECONDS = 0.25
"""One question at a time and not more often: a shopper who asks five times a second is slowed down."""
HTTP = httpx2.Client(timeout=60, limits=httpx2.Limits(max_keepalive_connections=0))
"""A connection for each call, as separate programs have, and yet no list of the world's certificates read for each."""


@dataclass
class Customer:
    """A merchant of its own on a running system, with a product, a webhook and a shopper who gave a photo."""

    system: RunningSystem
    shop: Shop
    merchant_id: str
    secret_key: str
    webhook_secret: str
    token: str
    product_id: str

    @classmethod
    def arrive(cls, system: RunningSystem, shop: Shop, name: str) -> Self:
        merchant = call(system, "POST", "/partner/v1/admin/merchants", admin_secret(system), {"name": name})
        key = merchant["secret_key"]
        events = {
            "url": f"{shop.url}/hooks/{merchant['merchant_id']}",
            "events": ["tryon.job.completed", "tryon.job.failed"],
        }
        webhook = call(system, "POST", "/partner/v1/webhooks", key, events)
        product = {
            "external_id": "SKU-001",
            "title": "Oxford shirt",
            "image_urls": [shop.serve("/shirt.jpg", shirt(1))],
        }
        product_id = call(system, "POST", "/partner/v1/products", key, product)["product_id"]
        token = call(system, "POST", "/partner/v1/sessions", key, {"external_user_ref": "customer-12345"})[
            "access_token"
        ]
        customer = cls(system, shop, merchant["merchant_id"], key, webhook["secret"], token, product_id)
        customer.give_photo(person(3))
        return customer

    def give_photo(self, data: bytes) -> dict[str, Any]:
        answer = HTTP.post(
            self.system.url + "/user-model",
            files={"photo": ("me.jpg", data, "image/jpeg")},
            data={"consent": "true"},
            headers={"Authorization": f"Bearer {self.token}"},
        )
        assert answer.status_code == 201, answer.text
        return answer.json()

    def start(self) -> str:
        return call(self.system, "POST", f"/tryon/{self.product_id}?async=true", self.token)["job_id"]

    def job(self, job_id: str) -> dict[str, Any]:
        return call(self.system, "GET", f"/tryon/jobs/{job_id}", self.token)

    def wait_for(self, *job_ids: str, status: str = "completed") -> list[dict[str, Any]]:
        """Poll until every job has this status; fails loudly if one has ended otherwise, or after a while."""
        end = time.monotonic() + WAIT_SECONDS
        return [self._wait_for_one(job_id, status, end) for job_id in job_ids]

    def _wait_for_one(self, job_id: str, status: str, end: float) -> dict[str, Any]:
        while True:
            job = self.job(job_id)
            if job["status"] == status:
                return job
            assert job["status"] not in ("completed", "failed"), job
            assert time.monotonic() < end, f"{job}\n{self.system.log[-3000:]}"
            time.sleep(POLL_SECONDS)

    def hooks(self, count: int) -> list[tuple[dict[str, str], bytes]]:
        """What was posted to this merchant, once there are so many; and a while later, in case there come more."""
        end = time.monotonic() + WAIT_SECONDS
        while len(self._hooks()) < count:
            assert time.monotonic() < end, f"only {len(self._hooks())} of {count}\n{self.system.log[-3000:]}"
            time.sleep(0.2)
        time.sleep(1.0)
        return self._hooks()

    def _hooks(self) -> list[tuple[dict[str, str], bytes]]:
        path = f"/hooks/{self.merchant_id}"
        return [(headers, body) for hook, headers, body in list(self.shop.hooks) if hook == path]

    @property
    def credits(self) -> int:
        path = f"/partner/v1/admin/merchants/{self.merchant_id}"
        return call(self.system, "GET", path, admin_secret(self.system))["credit_balance"]


def admin_secret(system: RunningSystem) -> str:
    return json.loads((system.data_dir / "secrets.json").read_text())["partner_admin_secret"]


def call(system: RunningSystem, method: str, path: str, credential: str, body: object = None) -> Any:
    headers = {"Authorization": f"Bearer {credential}"}
    answer = HTTP.request(method, system.url + path, json=body, headers=headers)
    assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer.json()
