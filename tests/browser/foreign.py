"""A shop on another host name and another port than the system, with the demo pages of the embed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
from playwright.sync_api import BrowserContext, Frame, FrameLocator, Page

from tests.shop import Shop, open_shop
from tests.system import RunningSystem
from tryon.config import PROJECT_ROOT
from tryon.demo import get_picture_folder

DEMO = PROJECT_ROOT / "widget" / "demo"
EVENTS = ("ready", "open", "photo", "started", "completed", "close", "error", "add-to-cart")
LISTEN = f"""
window.heard = [];
for (const type of {json.dumps(EVENTS)}) {{
  document.addEventListener("tryon:" + type, (event) => heard.push([type, event.detail, event.target.nodeName]));
}}
document.addEventListener("securitypolicyviolation", (event) => heard.push(["violation", event.violatedDirective, ""]));
"""


@dataclass
class ForeignShop:
    system: RunningSystem
    server: Shop
    origin: str
    secret_key: str
    publishable_key: str

    def write(self, name: str, html: str) -> str:
        """The page with this shop's key and this system's address in it; where it is."""
        html = html.replace("https://tryon.example", self.system.url).replace("dress_pk_live_…", self.publishable_key)
        self.server.serve(f"/{name}", html.encode(), "text/html; charset=utf-8")
        return f"{self.origin}/{name}"

    def ask(self, method: str, path: str, **options: object) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.secret_key}"}
        answer = requests.request(method, self.system.url + path, headers=headers, timeout=30, **options)  # type: ignore[arg-type]
        answer.raise_for_status()
        return answer


@contextmanager
def open_foreign_shop(system: RunningSystem) -> Iterator[ForeignShop]:
    with open_shop() as server:
        origin = server.url.replace("127.0.0.1", "localhost")
        secret = json.loads((system.data_dir / "secrets.json").read_text())["partner_admin_secret"]
        made = requests.post(
            f"{system.url}/partner/v1/admin/merchants",
            headers={"X-Partner-Admin-Secret": secret},
            json={"name": "Corner Shop", "credits": 100},
            timeout=30,
        ).json()
        shop = ForeignShop(system, server, origin, made["secret_key"], made["publishable_key"])
        shop.ask("PATCH", "/partner/v1/merchants/me", json={"allowed_origins": [origin]})
        add_product(shop, "SKU-001", "Blue Oxford shirt", "shirts/2_front.jpg")
        add_product(shop, "SKU-002", "Trousers", "pants/1_front.jpg")
        for page in DEMO.glob("*.html"):
            shop.write(page.stem, page.read_text())
        yield shop


def add_product(shop: ForeignShop, sku: str, title: str, picture: str) -> None:
    data = {"externalId": sku, "title": title, "images": [{"source": {"fileKey": "front"}}]}
    file = (get_picture_folder() / "clothes" / picture).read_bytes()
    shop.ask("POST", "/products", files={"data": (None, json.dumps(data)), "front": ("front.jpg", file, "image/jpeg")})


class Customer:
    """Somebody on the shop's page. `errors` are uncaught exceptions there, `warnings` what the embed says aloud."""

    def __init__(self, context: BrowserContext, shop: ForeignShop) -> None:
        context.set_default_timeout(30_000)
        context.add_init_script(LISTEN)
        self.shop = shop
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.warnings: list[str] = []
        self.asked: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: self.warnings.append(said.text) if said.text.startswith("tryon") else None)
        self.page.on("request", lambda request: self.asked.append(request.url))

    def visit(self, name: str) -> Page:
        self.page.goto(f"{self.shop.origin}/{name}")
        self.page.wait_for_function("window.heard?.some(([type]) => type === 'ready')")
        return self.page

    @property
    def heard(self) -> list[str]:
        return [type for type, _, _ in self.page.evaluate("heard")]

    def detail(self, type: str) -> dict[str, Any]:
        """Of the newest event of this type."""
        found: dict[str, Any] = self.page.evaluate("type => heard.findLast(([each]) => each === type)[1]", type)
        return found

    def wait_for(self, type: str) -> None:
        self.page.wait_for_function("type => heard.some(([each]) => each === type)", arg=type, timeout=60_000)

    @property
    def room(self) -> FrameLocator:
        return self.page.frame_locator("iframe[data-tryon]")

    @property
    def frame(self) -> Frame:
        [found] = [frame for frame in self.page.frames if frame.url.startswith(self.shop.system.url)]
        return found

    @property
    def asked_system(self) -> list[str]:
        return [address for address in self.asked if address.startswith(self.shop.system.url)]
