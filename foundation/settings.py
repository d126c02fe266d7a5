"""Every setting, typed, in one place. Production-safe by default: what is missing stops the start."""

import secrets
from functools import lru_cache
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import SettingsConfigDict

from foundation.errors import FrontDoorError
from foundation.origins import Origins
from foundation.texting import TextingSettings

SHORTEST_SECRET = 32
ROOT = Path(__file__).resolve().parent.parent


class SettingsError(FrontDoorError):
    """A setting is missing or wrong. The text names it and says what to do."""


class Settings(TextingSettings):
    """Read from the environment as FRONTDOOR_NAME; `DATABASE_URL` keeps its usual name."""

    model_config = SettingsConfigDict(env_prefix="FRONTDOOR_", env_file=None, extra="ignore", populate_by_name=True)

    demonstration: bool = Field(default=False, description="Shows invented people; makes its own secrets under var/")
    var: Path = Field(default=ROOT / "var", description="All state of an installation")
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    secret_key: SecretStr = Field(default=SecretStr(""), description="Signs sittings; at least 32 characters")
    place: str = Field(default="cambridge", description="A folder under directory/places")
    host: str = "127.0.0.1"
    web_port: int = Field(default=8000, ge=1, le=65535)
    bot_port: int = Field(default=5005, ge=1, le=65535)
    actions_port: int = Field(default=5055, ge=1, le=65535)
    bot_timeout_seconds: float = Field(default=20.0, gt=0, le=60)
    secure_cookies: bool = Field(default=True, description="Off only where the edge is reached over plain HTTP")
    tracker_db: Path | None = Field(default=None, description="Rasa's trackers; by default trackers.db under var")
    keep_days: int = Field(default=30, ge=1, le=3650, description="Days that an unfinished conversation is kept")
    keep_case_days: int = Field(default=365, ge=1, le=3650, description="Days that a closed case is kept")
    kiosk_idle_seconds: int = Field(
        default=60, ge=1, le=600, description="Untouched so long, a kiosk asks who is there"
    )
    kiosk_countdown_seconds: int = Field(default=45, ge=1, le=600, description="Then it clears after so long")
    kiosk_keyboard: bool = Field(default=True, description="Our own touch keyboard; off where the kiosk has one")
    kiosk_saver_seconds: int = Field(default=120, ge=1, le=3600, description="The first page rests after so long")
    widget_origins: Origins = Field(default=(), description="Sites that may show the widget, with commas between")

    @model_validator(mode="after")
    def complete(self) -> Self:
        """Fill what follows from the rest."""
        self.var = self.var.resolve()
        if not self.database_url:
            self.database_url = f"sqlite:///{self.var / 'frontdoor.db'}"
        if self.demonstration:
            self.secure_cookies = False
        return self

    def signing_key(self) -> str:
        """What signs sittings. The demonstration makes its own; elsewhere a missing one stops the start.

        Raises SettingsError. Only the edge signs, so the command line works without one.
        """
        key = self.secret_key.get_secret_value()
        if not key and self.demonstration:
            return _own_secret(self.var / "secret_key")
        if len(key) < SHORTEST_SECRET:
            raise SettingsError(
                "Front Door cannot start. Set FRONTDOOR_SECRET_KEY to a random text of at least 32 characters, such as "
                "`openssl rand -hex 32` prints."
            )
        return key

    @property
    def own_address(self) -> str:
        """Where the links that we make lead: `public_url`, or this machine alone while there is none."""
        return self.public_url or f"http://127.0.0.1:{self.web_port}"

    @property
    def trackers(self) -> Path:
        """The file in which Rasa keeps its dialogues."""
        return self.tracker_db or self.var / "trackers.db"

    @property
    def place_folder(self) -> Path:
        """Where the data of this place lives."""
        return ROOT / "directory" / "places" / self.place

    @property
    def bot_url(self) -> str:
        """Rasa's REST channel, on loopback."""
        return f"http://127.0.0.1:{self.bot_port}"

    @property
    def actions_url(self) -> str:
        """The action server, on loopback."""
        return f"http://127.0.0.1:{self.actions_port}"


def _own_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x") as file:
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text()


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process. Raises SettingsError with a sentence that says what to do."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"{'.'.join(str(p) for p in e['loc']) or 'settings'}: {e['msg']}" for e in error.errors()]
        raise SettingsError("Front Door cannot start. " + "; ".join(lines)) from error
