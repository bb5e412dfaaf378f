"""What the box beside a photo says: who will see the photo. It names the company that makes the shop's pictures, where
one does, and counts only for the text that was shown.
"""

from dataclasses import dataclass

from flask import request

from tryon.errors import InvalidRequest
from tryon.merchants.models import Merchant
from tryon.providers.choosing import provider_for
from tryon.shoppers.models import Photo
from tryon.shoppers.photos import agree
from tryon.wiring import tools

SHOWN_FIELD = "shown_company"
"""Of the form: whom the text named that this shopper read. The shop may have changed its engine since."""


@dataclass(frozen=True, slots=True)
class Consent:
    company: str = ""
    """Empty: the photo stays on this server."""
    privacy_url: str = ""
    """That company's own page."""

    @property
    def is_given(self) -> bool:
        """Whether the box was ticked beside this very text."""
        return request.form.get("consent") == "true" and (not self.company or _shown() == self.company)

    def is_lacking(self, photo: Photo) -> bool:
        """Whether the photo was given when its shopper had not yet agreed that it goes there."""
        return not photo.may_be_sent_to(self.company)

    def require(self) -> None:
        """Raise InvalidRequest: consent_outdated where another text was agreed to, else consent_required."""
        if self.is_given:
            return
        if request.form.get("consent") == "true":
            raise InvalidRequest("The terms have changed. Please read them again.", code="consent_outdated")
        raise InvalidRequest("Please agree to the use of your photo first.", code="consent_required")

    def require_for(self, photo: Photo) -> None:
        """The same for a photo given before: only where what its shopper agreed to then is not enough."""
        if self.is_lacking(photo):
            self.require()
            agree(photo, self.company)


def consent_of(merchant: Merchant, mode: str) -> Consent:
    """What has to be agreed to now, in this shop. A test's photo never leaves."""
    kind = provider_for(merchant, tools().settings, mode=mode)
    return Consent() if kind is None else Consent(kind.recipient, kind.privacy_url)


def _shown() -> str:
    return request.form.get(SHOWN_FIELD, "")
