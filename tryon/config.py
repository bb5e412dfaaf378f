"""Every setting, once: its name, type, default and one sentence. The only reader of the environment."""

import hashlib
import json
import os
import secrets
import tempfile
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from tryon.errors import ConfigurationError

PROJECT_ROOT = Path(__file__).resolve().parent.parent
UNIX_SOCKET_PATH_MAX = 100
"""Bytes. The kernel allows 108 on Linux and 104 on macOS; the server appends a few of its own while starting."""


class PlanLimits(BaseModel):
    """What a plan holds for a month. Only credits are hard; going over the rest is told, not refused."""

    try_ons: int = Field(ge=0)
    ar_try_ons: int = Field(ge=0)
    user_models: int = Field(ge=0)
    api_calls: int = Field(ge=0)
    products: int = Field(ge=0)
    requests_per_minute: int = Field(ge=1)
    first_credits: int = Field(ge=0)
    """Credits a new merchant starts with."""


PlanName = Literal["FREE", "STARTER", "PRO"]
DEFAULT_PLANS: dict[PlanName, PlanLimits] = {
    "FREE": PlanLimits(
        try_ons=100, ar_try_ons=1_000, user_models=100, api_calls=100_000, products=50, requests_per_minute=600,
        first_credits=100,
    ),
    "STARTER": PlanLimits(
        try_ons=2_000, ar_try_ons=20_000, user_models=2_000, api_calls=2_000_000, products=1_000,
        requests_per_minute=1_200, first_credits=2_000,
    ),
    "PRO": PlanLimits(
        try_ons=20_000, ar_try_ons=200_000, user_models=20_000, api_calls=20_000_000, products=50_000,
        requests_per_minute=6_000, first_credits=20_000,
    ),
}  # fmt: skip


class Settings(BaseSettings):
    """What an operator may set. Field descriptions are printed in README and by `tryon settings`.

    A secret has `repr=False`: it is shown nowhere, and cut out of every log line.
    """

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True, hide_input_in_errors=True)

    data_dir: Path = Field(
        default=Path("var"),
        validation_alias="TRYON_DATA_DIR",
        description="Folder for everything kept on this machine: database, files, queue, networks, generated secrets.",
    )
    database_url: str = Field(
        default="",
        validation_alias="DATABASE_URL",
        description="SQLAlchemy address of SQLite or PostgreSQL. Empty: a SQLite file in the data folder.",
    )
    redis_url: str = Field(
        default="",
        validation_alias="REDIS_URL",
        description="Address of Redis or Valkey. Empty: the embedded Valkey's socket in the data folder.",
    )
    storage_url: str = Field(
        default="",
        validation_alias="STORAGE_URL",
        description="Where pictures are kept, as file:///folder. Empty: a folder inside the data folder.",
    )
    public_app_url: str = Field(
        default="http://127.0.0.1:8000",
        validation_alias="PUBLIC_APP_URL",
        description="The address shoppers and merchants reach this system at, without a final slash.",
    )
    demo_shop_url: str = Field(
        default="",
        validation_alias="TRYON_DEMO_SHOP_URL",
        description="Where the demo shop has an origin of its own. Empty: it is shown at /demo of this system.",
    )
    secret_key: str = Field(
        default="",
        repr=False,
        validation_alias="SECRET_KEY",
        description="Signs tokens and picture addresses, seals secrets. Empty: made once and kept in the data folder.",
    )
    earlier_secret_keys: list[str] = Field(
        default=[],
        repr=False,
        validation_alias="EARLIER_SECRET_KEYS",
        description="Earlier values of SECRET_KEY as a JSON list: what they sealed can still be opened.",
    )
    partner_admin_secret: str = Field(
        default="",
        repr=False,
        validation_alias="PARTNER_ADMIN_SECRET",
        description="Lets the operator create merchants. Empty: made once and kept in the data folder.",
    )
    partner_cors_origins: str = Field(
        default="",
        validation_alias="PARTNER_CORS_ORIGINS",
        description="Origins every merchant's pages may call from, separated by commas, beside each merchant's own.",
    )
    integration_handshake_token: str = Field(
        default="",
        repr=False,
        validation_alias="INTEGRATION_HANDSHAKE_TOKEN",
        description="Shared secret of the usage integration calls. Empty: made once and kept in the data folder.",
    )
    engine: str = Field(
        default="auto",
        pattern=r"^[a-z][a-z0-9_-]{0,39}$",
        validation_alias="TRYON_ENGINE",
        description="What makes pictures where a merchant chose nothing: auto (Gemini with a key, else local), or one.",
    )
    engine_fallback_seconds: int = Field(
        default=15,
        ge=1,
        le=300,
        validation_alias="TRYON_ENGINE_FALLBACK_SECONDS",
        description="Seconds of a try-on's time that a provider may not use up, kept for the engine that falls in.",
    )
    gemini_api_key: str = Field(
        default="",
        repr=False,
        validation_alias="GEMINI_API_KEY",
        description="The operator's Google key for the Gemini engine. Empty: only merchants with their own key use it.",
    )
    gemini_base_url: str = Field(
        default="https://generativelanguage.googleapis.com/v1beta",
        validation_alias="GEMINI_BASE_URL",
        description="Where the Gemini engine calls Google, with the API's version and without a final slash.",
    )
    gemini_model: str = Field(
        default="gemini-nano-banana-2.1",
        validation_alias="GEMINI_MODEL",
        description="Which image model the Gemini engine asks for, where a merchant names no other.",
    )
    gemini_model_replacements: str = Field(
        default="gemini-nano-banana-2.1, gemini-3-pro-image, gemini-3.1-flash-lite-image",
        validation_alias="GEMINI_MODEL_REPLACEMENTS",
        description="Image models to suggest where Google has retired the one in use, separated by commas.",
    )
    gemini_image_size: Literal["auto", "1K", "2K", "4K"] = Field(
        default="auto",
        validation_alias="GEMINI_IMAGE_SIZE",
        description="How large Gemini draws. auto: 1K where that is sharp enough for the photo, else 2K.",
    )
    vertex_project: str = Field(
        default="",
        validation_alias="VERTEX_PROJECT",
        description="The Google Cloud project that pays for the Vertex engine. Empty: that engine is not used.",
    )
    vertex_location: str = Field(
        default="us-central1",
        pattern=r"^[a-z0-9-]+$",
        validation_alias="VERTEX_LOCATION",
        description="Google's region in which the Vertex engine's pictures are made, europe-west4 for example.",
    )
    vertex_model: str = Field(
        default="virtual-try-on-001",
        pattern=r"^[a-z0-9.@-]+$",
        validation_alias="VERTEX_MODEL",
        description="Which of Google's try-on models the Vertex engine asks for.",
    )
    vertex_base_url: str = Field(
        default="",
        validation_alias="VERTEX_BASE_URL",
        description="Where the Vertex engine calls Google, with the API's version. Empty: the region's own address.",
    )
    fashn_api_key: str = Field(
        default="",
        repr=False,
        validation_alias="FASHN_API_KEY",
        description="The operator's key for the FASHN engine. Empty: that engine is not used.",
    )
    fashn_base_url: str = Field(
        default="https://api.fashn.ai/v1",
        validation_alias="FASHN_BASE_URL",
        description="Where the FASHN engine calls FASHN, with the API's version and without a final slash.",
    )
    fashn_model: str = Field(
        default="tryon-v1.6",
        validation_alias="FASHN_MODEL",
        description="Which of FASHN's try-on models is asked for; one that takes a model image and a garment image.",
    )
    fashn_mode: Literal["performance", "balanced", "quality"] = Field(
        default="balanced",
        validation_alias="FASHN_MODE",
        description="What FASHN spends its time on: performance is quick, quality takes twice as long.",
    )
    outbound_allow_hosts: str = Field(
        default="",
        validation_alias="OUTBOUND_ALLOW_HOSTS",
        description="Hosts (or host:port) we may call although their address is private, separated by commas.",
    )
    metrics_token: str = Field(
        default="",
        repr=False,
        validation_alias="METRICS_TOKEN",
        description="Whoever reads /metrics shows this as Bearer. Empty: private addresses read it, but by no proxy.",
    )
    log_format: Literal["auto", "json", "text"] = Field(
        default="auto",
        validation_alias="TRYON_LOG_FORMAT",
        description="json for machines, text for people; auto is text on a terminal and json elsewhere.",
    )
    photo_keep_days: int = Field(
        default=30,
        ge=1,
        le=365,
        validation_alias="TRYON_PHOTO_KEEP_DAYS",
        description="Days a shopper's photo is kept after its last use.",
    )
    result_keep_days: int = Field(
        default=30,
        ge=1,
        le=365,
        validation_alias="TRYON_RESULT_KEEP_DAYS",
        description="Days a finished picture is kept.",
    )
    event_keep_days: int = Field(
        default=30,
        ge=4,
        le=365,
        validation_alias="TRYON_EVENT_KEEP_DAYS",
        description="Days an event and the log of its webhook deliveries are kept.",
    )
    generation_timeout_seconds: int = Field(
        default=60,
        ge=5,
        le=900,
        validation_alias="TRYON_GENERATION_TIMEOUT_SECONDS",
        description="Longest time one try-on may take in the engine.",
    )

    trusted_proxies: int = Field(
        default=0,
        ge=0,
        le=10,
        validation_alias="TRUSTED_PROXIES",
        description="How many reverse proxies stand before this system: so many X-Forwarded-For entries are believed.",
    )
    rate_limits: bool = Field(
        default=True,
        validation_alias="TRYON_RATE_LIMITS",
        description="Whether requests are counted and refused with 429 when there are too many.",
    )
    rate_limit_shopper: int = Field(
        default=300,
        ge=1,
        validation_alias="TRYON_RATE_LIMIT_SHOPPER",
        description="API requests a minute that one shopper may make.",
    )
    rate_limit_address: int = Field(
        default=300,
        ge=1,
        validation_alias="TRYON_RATE_LIMIT_ADDRESS",
        description="API requests a minute from one address without a credential, or with one shop's publishable key.",
    )
    rate_limit_failures: int = Field(
        default=60,
        ge=1,
        validation_alias="TRYON_RATE_LIMIT_FAILURES",
        description="Wrong credentials a minute from one address before it is refused with 429.",
    )
    rate_limit_operator: int = Field(
        default=1200,
        ge=1,
        validation_alias="TRYON_RATE_LIMIT_OPERATOR",
        description="Requests a minute with the admin secret, and as many with the integration handshake.",
    )

    plans: dict[PlanName, PlanLimits] = Field(
        default=DEFAULT_PLANS,
        validation_alias="TRYON_PLANS",
        description="Limits of FREE, STARTER and PRO as JSON; a plan that is left out keeps its own.",
    )
    credits_low_below: int = Field(
        default=20,
        ge=0,
        validation_alias="TRYON_CREDITS_LOW_BELOW",
        description="A merchant is told once, by webhook, when the credit balance falls below this.",
    )
    integration_domains: str = Field(
        default="",
        validation_alias="INTEGRATION_DOMAINS",
        description="Domains whose pages, and those below them, may call the usage integration, separated by commas.",
    )

    @field_validator("plans")
    @classmethod
    def _every_plan(cls, value: dict[PlanName, PlanLimits]) -> dict[PlanName, PlanLimits]:
        return DEFAULT_PLANS | value

    @field_validator("public_app_url", "demo_shop_url")
    @classmethod
    def _without_final_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("gemini_api_key", "fashn_api_key")
    @classmethod
    def _without_blanks(cls, value: str) -> str:
        """A key pasted with the end of its line is no header's value, and would stand in the error that says so."""
        return value.strip()

    @property
    def outbound_allowed(self) -> frozenset[str]:
        return _split(self.outbound_allow_hosts)

    @property
    def cors_origins(self) -> frozenset[str]:
        return _split(self.partner_cors_origins)

    @property
    def integration_domains_allowed(self) -> frozenset[str]:
        return _split(self.integration_domains)

    @property
    def networks_dir(self) -> Path:
        return self.data_dir / "networks"


GENERATED_SECRETS = ("secret_key", "partner_admin_secret", "integration_handshake_token")


def load_settings(**given: object) -> Settings:
    """Read the environment, fill what depends on the data folder, and make the secrets nobody gave.

    Keyword arguments win over the environment. Raises ConfigurationError with one clear sentence.
    """
    try:
        settings = Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValueError as error:
        raise ConfigurationError(_one_line(error)) from error
    data_dir = settings.data_dir.expanduser().resolve()
    prepare_data_dir(data_dir)
    settings.data_dir = data_dir
    settings.database_url = _database_address(settings.database_url, data_dir)
    settings.redis_url = settings.redis_url or f"unix://{embedded_socket_path(data_dir)}"
    settings.storage_url = settings.storage_url or (data_dir / "files").as_uri()
    _complete_secrets(settings)
    return settings


def prepare_data_dir(data_dir: Path) -> None:
    """Make the data folder, and find out now rather than later whether it can be written to."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=data_dir, prefix=".writable-"):
            pass
    except OSError as error:
        raise ConfigurationError(f"The data folder {data_dir} can't be written to: {error.strerror}.") from error


def embedded_socket_path(data_dir: Path) -> Path:
    """Where the embedded Valkey listens: in the data folder, or in a private folder where that path is too long."""
    path = data_dir / "valkey" / "valkey.sock"
    if len(os.fsencode(path)) <= UNIX_SOCKET_PATH_MAX:
        return path
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"tryon-{os.getuid()}-{name}" / "valkey.sock"


def _database_address(given: str, data_dir: Path) -> str:
    if not given:
        return f"sqlite:///{data_dir / 'tryon.sqlite3'}"
    for short in ("postgres://", "postgresql://"):
        if given.startswith(short):
            return "postgresql+psycopg://" + given.removeprefix(short)
    return given


def _complete_secrets(settings: Settings) -> None:
    path = settings.data_dir / "secrets.json"
    kept = _read_secrets(path)
    missing = [name for name in GENERATED_SECRETS if not getattr(settings, name) and name not in kept]
    if missing:
        kept = _keep_new_secrets(path, missing)
    for name in GENERATED_SECRETS:
        if not getattr(settings, name):
            setattr(settings, name, kept[name])


def _read_secrets(path: Path) -> dict[str, str]:
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"The secrets in {path} can't be read: {error}.") from error


def _keep_new_secrets(path: Path, names: list[str]) -> dict[str, str]:
    """Add secrets to the file. Two processes may start at once: the first one's file wins, and both read it."""
    made = {name: secrets.token_urlsafe(36) for name in names}
    known = _read_secrets(path)
    text = json.dumps(made | known, indent=2)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".secrets-")  # mkstemp makes it 0600
    with os.fdopen(handle, "w") as file:
        file.write(text)
    try:
        if known:
            os.replace(temporary, path)
        else:
            os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        Path(temporary).unlink(missing_ok=True)
    return _read_secrets(path)


def _split(text: str) -> frozenset[str]:
    return frozenset(part.strip().lower().rstrip("/") for part in text.split(",") if part.strip())


def _one_line(error: ValueError) -> str:
    from pydantic import ValidationError

    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
    return str(error)
