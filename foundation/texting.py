"""The settings of those who carry texts, WhatsApp messages and e-mail. None is needed while all are `none`."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode

type ByLanguage = Annotated[dict[str, str], NoDecode]


class TextingSettings(BaseSettings):
    """A part of Settings. Whether a chosen provider has all that it needs is for `web.providers.setup` to say."""

    public_url: str = Field(default="", description="Where people and providers reach us: https://help.example.org")
    sms_provider: Literal["notify", "twilio", "none"] = "none"
    whatsapp_provider: Literal["meta", "twilio", "none"] = "none"
    email_provider: Literal["notify", "none"] = Field(default="none", description="To owners, agencies, residents")
    provider_timeout_seconds: float = Field(default=20.0, gt=0, le=60)

    notify_api_key: SecretStr = Field(default=SecretStr(""), description="NAME-SERVICE-SECRET, from API integration")
    notify_template: str = Field(default="", description="Id of a text template whose whole message is ((message))")
    notify_email_template: str = Field(
        default="", description="Id of an e-mail template: subject ((subject)), message ((message))"
    )
    notify_placeholder: str = Field(default="message", min_length=1, description="The name between its brackets")
    notify_callback_token: SecretStr = Field(default=SecretStr(""), description="Ours; its callbacks bring it")
    notify_sender: str = Field(default="", description="Id of a text message sender; empty for the service's own")
    notify_url: str = "https://api.notifications.service.gov.uk"

    twilio_account: str = Field(default="", description="The account's id: AC and 32 letters and digits")
    twilio_auth_token: SecretStr = SecretStr("")
    twilio_sms_from: str = Field(default="", description="Our number (+44...), or a Messaging Service (MG...)")
    twilio_whatsapp_from: str = Field(default="", description="Our WhatsApp number (+44...)")
    twilio_whatsapp_templates: ByLanguage = Field(default={}, description="en=HX...,pl=HX...: opens a talk again")
    twilio_answers_stop: bool = Field(default=True, description="Off once its support has turned that off")
    twilio_url: str = "https://api.twilio.com"

    meta_token: SecretStr = Field(default=SecretStr(""), description="A system user's access token")
    meta_app_secret: SecretStr = Field(default=SecretStr(""), description="Signs its webhooks")
    meta_verify_token: SecretStr = Field(default=SecretStr(""), description="Ours, for the handshake")
    meta_phone_number: str = Field(default="", description="The id of our number, not the number")
    meta_template: str = Field(default="", description="Name of the approved template that opens a talk again")
    meta_template_languages: ByLanguage = Field(default={"en": "en_GB"}, description="en=en_GB,pl=pl: in which it is")
    meta_url: str = "https://graph.facebook.com"

    @field_validator("twilio_whatsapp_templates", "meta_template_languages", mode="before")
    @classmethod
    def pairs(cls, value: object) -> object:
        """`en=one,pl=two` as a mapping."""
        if not isinstance(value, str):
            return value
        found = [part.partition("=") for part in value.split(",") if part.strip()]
        if not all(sign and language.strip() and name.strip() for language, sign, name in found):
            raise ValueError("write it as language=name, with commas between: en=one,pl=two")
        return {language.strip(): name.strip() for language, _, name in found}

    @field_validator("public_url", "notify_url", "twilio_url", "meta_url")
    @classmethod
    def bare_url(cls, value: str) -> str:
        """An address without the slash at its end."""
        return value.rstrip("/")
