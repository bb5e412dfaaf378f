"""Each page speaks the language of who reads it: the session's, else the shop's, else what their browser asks for."""

import pytest
from flask.testing import FlaskClient

from tests.pages.conftest import Page, read
from tests.pages.test_result import finish
from tests.pages.test_studio import newcomer, open_studio
from tests.scene import Scene
from tryon.generations.sharing import share_picture
from tryon.merchants.storefront import change_storefront
from tryon.pages.languages import Language, choose
from tryon.sessions.models import TryOnSession
from tryon.shoppers.models import Shopper

__all__ = ["newcomer"]

WORDS = {
    "en": ("See it on you", "Here you are", "A photo of you", "Try it on yourself", "Who can see it"),
    "fr": ("Voyez-le sur vous", "Vous voilà", "Une photo de vous", "L’essayer sur vous", "Qui peut la voir"),
    "de": ("Sehen Sie es an sich", "Da sind Sie", "Ein Foto von Ihnen", "Selbst anprobieren", "Wer es sehen kann"),
    "es": ("Mira cómo te queda", "Aquí te tienes", "Una foto tuya", "Pruébatelo tú", "Quién puede verla"),
    "it": ("Guarda come ti sta", "Eccoti", "Una tua foto", "Provalo su di te", "Chi può vederla"),
    "pt": ("Veja como lhe fica", "Aqui está", "Uma foto sua", "Experimente em si", "Quem a pode ver"),
    "ja": ("着た姿を見てみましょう", "できあがりました", "お客様の写真", "自分でも試着する", "誰が見られるか"),
    "he": ("לראות את זה עליכם", "הנה אתם", "תמונה שלכם", "למדוד גם עליכם", "מי יכול לראות"),
    "ar": ("كيف يبدو عليك", "ها هي صورتك", "صورة لك", "تجربته عليك", "من يمكنه رؤيتها"),
}
"""On the launch page, the result, in the studio, on a shared page, on the privacy page."""


def shown(browser: FlaskClient, path: str, asks: str = "") -> Page:
    return read(browser.get(path, headers={"Accept-Language": asks} if asks else {}))


@pytest.mark.parametrize(
    ("wishes", "tag", "direction"),
    [
        (["en-US"], "en-US", "ltr"),
        (["he"], "he", "rtl"),
        (["iw_IL"], "he-IL", "rtl"),
        (["nl", "pt_BR", "fr"], "pt-BR", "ltr"),
        (["ar-Arab-EG"], "ar-EG", "rtl"),
        (["de-XX"], "de", "ltr"),
        (["nl"], "en", "ltr"),
        ([], "en", "ltr"),
        (['"><script>'], "en", "ltr"),
    ],
)
def test_the_first_wish_we_speak_gives_a_language_and_a_direction(wishes: list[str], tag: str, direction: str) -> None:
    assert choose(wishes) == Language(tag)
    assert choose(wishes).direction == direction


@pytest.mark.parametrize("language", WORDS)
def test_every_page_speaks_it(browser: FlaskClient, scene: Scene, newcomer: Shopper, language: str) -> None:
    launch, result, studio, share, privacy = WORDS[language]
    change_storefront(scene.owner.merchant, {"website_url": "https://corner.example"})
    scene.product.url = "https://corner.example/red-shirt"
    session = scene.open_session(locale=language)
    pages = {
        launch: shown(browser, f"/s/{session.id}"),
        studio: open_studio(browser, newcomer, locale=language),
        privacy: shown(browser, "/privacy", asks=language),
    }
    generation = finish(scene, session)
    pages[result] = shown(browser, f"/s/{session.id}")
    pages[share] = shown(browser, f"/share/{share_picture(generation).token}", asks=language)
    for words, page in pages.items():
        assert words in page.words
        assert page.one("html")["lang"] == language
        assert page.one("html")["dir"] == ("rtl" if language in ("he", "ar") else "ltr")


def test_the_session_is_heard_before_the_shop_and_the_shop_before_the_browser(
    browser: FlaskClient, scene: Scene, session: TryOnSession
) -> None:
    path = f"/s/{session.id}"
    assert shown(browser, path, asks="nl, it;q=0.8").one("html")["lang"] == "it"
    change_storefront(scene.owner.merchant, {"language": "de"})
    assert shown(browser, path, asks="it").one("html")["lang"] == "de"
    japanese = scene.open_session(locale="ja-JP")
    assert shown(browser, f"/s/{japanese.id}", asks="it").one("html")["lang"] == "ja-JP"
    assert shown(browser, "/", asks="it").one("html")["lang"] == "it", "one page's language is not the next one's"


def test_a_region_writes_dates_its_own_way_in_the_words_of_its_language(browser: FlaskClient, scene: Scene) -> None:
    session = scene.open_session(locale="de-AT")
    generation = finish(scene, session)
    browser.post(f"/s/{session.id}/share", data={"generation": generation.id})
    words = shown(browser, f"/s/{session.id}").words
    day = share_picture(generation).expires_at
    assert f"bis zum {day:%d.%m.%Y} sehen" in words


def test_caches_keep_languages_apart(browser: FlaskClient) -> None:
    answer = browser.get("/privacy", headers={"Accept-Language": "fr-CH"})
    assert "Accept-Language" in answer.vary
    assert answer.headers["Content-Language"] == "fr-CH"


def test_the_api_page_is_in_english_for_everybody(browser: FlaskClient) -> None:
    page = shown(browser, "/docs", asks="he")
    assert (page.one("html")["lang"], page.one("html")["dir"]) == ("en", "ltr")


def test_errors_of_the_api_stay_english(client: FlaskClient) -> None:
    answer = client.get("/partner/v1/products", headers={"Accept-Language": "fr"})
    assert answer.status_code == 401
    assert "credential" in answer.text or "key" in answer.text
