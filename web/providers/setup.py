"""Which providers this installation has. What is half configured stops the start with a sentence that names it."""

import re
from urllib.parse import urlsplit

from pydantic import SecretStr

from foundation.settings import SHORTEST_SECRET, Settings, SettingsError
from web.providers.base import Channel, Provider
from web.providers.meta import Meta, MetaAccess
from web.providers.notify import KEY_LENGTH, Notify, NotifyAccess
from web.providers.twilio import Twilio, TwilioAccess

TWILIO_RECEIPTS = "/hooks/twilio/receipts"
NEEDED = {
    "notify": ("notify_api_key", "notify_callback_token"),
    "notify sms": ("notify_template",),
    "notify email": ("notify_email_template",),
    "twilio": ("twilio_account", "twilio_auth_token"),
    "twilio sms": ("twilio_sms_from",),
    "twilio whatsapp": ("twilio_whatsapp_from", "twilio_whatsapp_templates"),
    "meta": ("meta_token", "meta_app_secret", "meta_verify_token", "meta_phone_number", "meta_template"),
}
_NUMBER = re.compile(r"\+[1-9]\d{7,14}")
_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")


def make_providers(settings: Settings) -> dict[Channel, Provider]:
    """The provider of each channel that has one; one carries several where several are its. Raises SettingsError."""
    chosen = {"sms": settings.sms_provider, "whatsapp": settings.whatsapp_provider, "email": settings.email_provider}
    if set(chosen.values()) == {"none"}:
        return {}
    _check_public_url(settings)
    made: dict[Channel, Provider] = {}
    notified: list[Channel] = [channel for channel in ("sms", "email") if chosen[channel] == "notify"]
    if notified:
        made |= dict.fromkeys(notified, _notify(settings, tuple(notified)))
    if settings.whatsapp_provider == "meta":
        made["whatsapp"] = _meta(settings)
    carried: list[Channel] = [channel for channel in ("sms", "whatsapp") if chosen[channel] == "twilio"]
    if carried:
        made |= dict.fromkeys(carried, _twilio(settings, tuple(carried)))
    return made


def _notify(settings: Settings, channels: tuple[Channel, ...]) -> Notify:
    _check_all_there(settings, "notify", *(f"notify {channel}" for channel in channels))
    _check_long_enough(settings, "notify_callback_token")
    key = settings.notify_api_key.get_secret_value()
    if len(key) < KEY_LENGTH:
        raise _stop("Set FRONTDOOR_NOTIFY_API_KEY to the whole key: its name, then two long ids, with dashes between.")
    access = NotifyAccess(
        api_key=key,
        template=settings.notify_template,
        email_template=settings.notify_email_template,
        channels=channels,
        callback_token=settings.notify_callback_token.get_secret_value(),
        placeholder=settings.notify_placeholder,
        sender=settings.notify_sender,
        url=settings.notify_url,
        timeout=settings.provider_timeout_seconds,
    )
    return Notify(access)


def _twilio(settings: Settings, channels: tuple[Channel, ...]) -> Twilio:
    _check_all_there(settings, "twilio", *(f"twilio {channel}" for channel in channels))
    for channel in channels:
        name = f"twilio_{channel}_from"
        number = str(getattr(settings, name))
        if not (_NUMBER.fullmatch(number) or (channel == "sms" and _SERVICE.fullmatch(number))):
            raise _stop(f"Set {_env(name)} to our number with its country, such as +441632960000.")
    if "whatsapp" in channels:
        _check_english(settings, "twilio_whatsapp_templates")
    access = TwilioAccess(
        account=settings.twilio_account,
        token=settings.twilio_auth_token.get_secret_value(),
        receipts_url=settings.public_url + TWILIO_RECEIPTS,
        channels=channels,
        text_from=settings.twilio_sms_from,
        whatsapp_from=settings.twilio_whatsapp_from,
        templates=settings.twilio_whatsapp_templates,
        answers_stop=settings.twilio_answers_stop,
        url=settings.twilio_url,
        timeout=settings.provider_timeout_seconds,
    )
    return Twilio(access)


def _meta(settings: Settings) -> Meta:
    _check_all_there(settings, "meta")
    _check_long_enough(settings, "meta_verify_token")
    _check_english(settings, "meta_template_languages")
    access = MetaAccess(
        token=settings.meta_token.get_secret_value(),
        app_secret=settings.meta_app_secret.get_secret_value(),
        verify_token=settings.meta_verify_token.get_secret_value(),
        phone_number=settings.meta_phone_number,
        template=settings.meta_template,
        languages=settings.meta_template_languages,
        url=settings.meta_url,
        timeout=settings.provider_timeout_seconds,
    )
    return Meta(access)


def _check_all_there(settings: Settings, *kinds: str) -> None:
    missing = [_env(name) for kind in kinds for name in NEEDED[kind] if not _value(settings, name)]
    if missing:
        provider = kinds[0].capitalize()
        raise _stop(f"{provider} is chosen, but not all of its settings are there. Set {', '.join(missing)}.")


def _check_long_enough(settings: Settings, name: str) -> None:
    if len(str(_value(settings, name))) < SHORTEST_SECRET:
        raise _stop(f"Set {_env(name)} to a random text of at least {SHORTEST_SECRET} characters.")


def _check_english(settings: Settings, name: str) -> None:
    if "en" not in getattr(settings, name):
        raise _stop(f"Name an English one in {_env(name)}: en=...")


def _check_public_url(settings: Settings) -> None:
    """Providers call us there, and Twilio signs it. Plain HTTP is for a demonstration on one machine."""
    url = urlsplit(settings.public_url)
    plain = url.scheme == "http" and (settings.demonstration or url.hostname in ("127.0.0.1", "localhost"))
    if not url.hostname or url.query or url.fragment or not (url.scheme == "https" or plain):
        raise _stop(
            "Set FRONTDOOR_PUBLIC_URL to the address where providers reach us, such as https://help.example.org"
        )


def _value(settings: Settings, name: str) -> object:
    value = getattr(settings, name)
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _env(name: str) -> str:
    return f"FRONTDOOR_{name.upper()}"


def _stop(text: str) -> SettingsError:
    return SettingsError(f"Front Door cannot start. {text}")
