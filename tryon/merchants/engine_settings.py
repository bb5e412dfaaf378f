"""Which engines make a merchant's pictures, and what they may cost: typed fields, each with a default."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

from tryon.merchants.models import Merchant

AUTO, LOCAL = "auto", "local"
CONCURRENCY_MAX = 100
FALLBACKS_MAX = 5

EngineName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Fallbacks = Annotated[list[EngineName], Field(max_length=FALLBACKS_MAX)]
Microdollars = Annotated[int, Field(ge=0, le=10**12)]
Concurrency = Annotated[int, Field(ge=1, le=CONCURRENCY_MAX)]


class EngineSettings(BaseModel):
    """All of it, as it holds now."""

    model_config = ConfigDict(strict=True, extra="ignore")

    engine: EngineName = Field(
        default=AUTO,
        description="`auto`, `local`, or another engine's name. `auto`: Gemini where there is a key for it.",
    )
    engine_fallback: Fallbacks = Field(
        default_factory=lambda: [LOCAL], description="Tried in this order where the engine can't; may be empty."
    )
    engine_daily_spend_max: Microdollars | None = Field(
        default=None,
        description="What your own key may spend in a day (UTC), in millionths of a US dollar; null: no limit.",
    )
    engine_concurrency_max: Concurrency = Field(
        default=4, description="How many of your pictures may be asked for at a provider at the same time."
    )

    @classmethod
    def of(cls, merchant: Merchant) -> Self:
        return cls.model_validate(merchant.engine_settings)

    @classmethod
    def kept(cls, values: dict[str, Any]) -> Self:
        """From what stands in the column."""
        return cls.model_validate(values)
