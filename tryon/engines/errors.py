"""What an engine may say instead of giving a picture.

EngineError
├── EngineRefusal          the pictures can't be dressed; the shopper or the merchant can change that
│   ├── NoPersonFound        no_person_found
│   ├── SeveralPeople        several_people
│   ├── PoseNotSupported     pose_not_supported
│   ├── GarmentNotFound      garment_not_found
│   ├── UnsupportedCategory  unsupported_category
│   ├── ContentBlocked       content_blocked      (a provider will not draw these pictures)
│   └── LowQuality           engine_low_quality
├── EngineMisconfigured    engine_misconfigured (only the merchant or the operator can mend it: a key, billing, a model)
├── EngineUnavailable      engine_unavailable   (passing: try again later)
└── EngineTimeout          engine_timeout       (passing: try again later)

`permanent` is the whole retry policy: a permanent error gives the same answer for the same pictures.
`message` is one or two plain sentences for a shopper: what happened and what to do.
`merchant_message` says the same to whoever owns the key: what is wrong there, and what to do. Never a key, never a
provider's own words.
`reason` is a short word for logs, tests and tuning (for example "back_turned"); never shown to a shopper.
"""


class EngineError(Exception):
    code = "internal"
    permanent = False
    default_message = "Something went wrong while making the picture. Please try again."

    def __init__(
        self,
        message: str | None = None,
        *,
        reason: str = "",
        merchant_message: str = "",
        retry_after_seconds: float | None = None,
        cost_microdollars: int = 0,
    ) -> None:
        self.message = message or self.default_message
        self.reason = reason
        self.merchant_message = merchant_message
        self.retry_after_seconds = retry_after_seconds
        """When the provider wants to be asked again, where it said so."""
        self.cost_microdollars = cost_microdollars
        """What the provider asks although there is no picture."""
        super().__init__(f"{self.code}: {reason or self.message}")


class EngineRefusal(EngineError):
    permanent = True


class NoPersonFound(EngineRefusal):
    code = "no_person_found"
    default_message = "We could not find a person in this photo. Use a photo that shows you from head to hips."


class SeveralPeople(EngineRefusal):
    code = "several_people"
    default_message = "There is more than one person in this photo. Use a photo with only you in it."


class PoseNotSupported(EngineRefusal):
    code = "pose_not_supported"
    default_message = "Stand facing the camera with your arms a little away from your body, and try again."


class GarmentNotFound(EngineRefusal):
    code = "garment_not_found"
    default_message = "We could not make out the product in its picture, so it can't be tried on yet."


class UnsupportedCategory(EngineRefusal):
    code = "unsupported_category"
    default_message = "This kind of product can't be tried on yet."


class LowQuality(EngineRefusal):
    code = "engine_low_quality"
    default_message = (
        "The picture did not come out well enough to show. "
        "Try a brighter photo, facing the camera with your arms a little away from your body."
    )


class ContentBlocked(EngineRefusal):
    code = "content_blocked"
    default_message = "This photo can't be used here. Use one that shows only you, dressed, in good light."


class EngineMisconfigured(EngineError):
    code = "engine_misconfigured"
    permanent = True
    default_message = "The fitting room of this shop is closed right now. Please try again later."


class EngineUnavailable(EngineError):
    code = "engine_unavailable"
    default_message = "The fitting room is busy right now. Please try again in a moment."


class EngineTimeout(EngineError):
    code = "engine_timeout"
    default_message = "Making the picture took too long. Please try again."
