"""Which providers the settings make; what is half configured stops the start and names what is missing."""

from collections.abc import Callable

import pytest

from foundation.settings import Settings, SettingsError, get_settings
from tests.providers.fakes import FakeMeta, FakeNotify, FakeTwilio
from web.providers.meta import Meta
from web.providers.notify import Notify
from web.providers.setup import NEEDED, make_providers
from web.providers.twilio import Twilio

EDGE = "https://help.example.org"
type Configure = Callable[..., Settings]


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Configure:
    """Settings from an environment that holds these names and no other provider's."""

    def make(*groups: dict[str, str], **names: str | None) -> Settings:
        told: dict[str, str | None] = {"FRONTDOOR_PUBLIC_URL": EDGE}
        for group in groups:
            told |= {name: value for name, value in group.items() if value}
        for name, value in (told | names).items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)
        return Settings()

    return make


def url(settings: dict[str, str]) -> dict[str, str]:
    """The same without the address of a fake that does not run: then it is the provider's own."""
    return {name: value for name, value in settings.items() if not name.endswith("_URL")}


NOTIFY, TWILIO, META = FakeNotify(), FakeTwilio(), FakeMeta()


def test_without_settings_there_are_none(configure: Configure) -> None:
    assert make_providers(configure(FRONTDOOR_PUBLIC_URL=None)) == {}


def test_notify_and_meta(configure: Configure) -> None:
    made = make_providers(configure(url(NOTIFY.settings()), url(META.settings())))
    assert {channel: type(provider) for channel, provider in made.items()} == {"sms": Notify, "whatsapp": Meta}
    assert {channel: channel in provider.channels for channel, provider in made.items()} == {
        "sms": True,
        "whatsapp": True,
    }


def test_one_twilio_carries_both(configure: Configure) -> None:
    made = make_providers(configure(url(TWILIO.settings("sms", "whatsapp"))))
    assert isinstance(made["sms"], Twilio)
    assert made["sms"] is made["whatsapp"]
    assert made["sms"].channels == ("sms", "whatsapp")


def test_twilio_for_one_channel_carries_no_other(configure: Configure) -> None:
    made = make_providers(configure(url(TWILIO.settings("whatsapp")), FRONTDOOR_TWILIO_SMS_FROM=None))
    assert list(made) == ["whatsapp"]
    assert made["whatsapp"].channels == ("whatsapp",)


def test_one_notify_carries_texts_and_e_mail_or_one_of_them(configure: Configure) -> None:
    made = make_providers(configure(url(NOTIFY.settings()), NOTIFY.email_settings()))
    assert made["sms"] is made["email"]
    assert made["email"].channels == ("sms", "email")
    made = make_providers(
        configure(
            url(NOTIFY.settings()),
            NOTIFY.email_settings(),
            FRONTDOOR_SMS_PROVIDER="none",
            FRONTDOOR_NOTIFY_TEMPLATE=None,
        )
    )
    assert {channel: provider.channels for channel, provider in made.items()} == {"email": ("email",)}


@pytest.mark.parametrize("name", [*NEEDED["notify"], *NEEDED["notify sms"], *NEEDED["notify email"]])
def test_half_a_notify_stops_the_start(configure: Configure, name: str) -> None:
    _stops(
        configure(url(NOTIFY.settings()), NOTIFY.email_settings(), **{f"FRONTDOOR_{name.upper()}": None}),
        f"FRONTDOOR_{name.upper()}",
    )


@pytest.mark.parametrize("name", NEEDED["meta"])
def test_half_a_meta_stops_the_start(configure: Configure, name: str) -> None:
    _stops(configure(url(META.settings()), **{f"FRONTDOOR_{name.upper()}": None}), f"FRONTDOOR_{name.upper()}")


@pytest.mark.parametrize("name", [*NEEDED["twilio"], *NEEDED["twilio sms"], *NEEDED["twilio whatsapp"]])
def test_half_a_twilio_stops_the_start(configure: Configure, name: str) -> None:
    both = url(TWILIO.settings("sms", "whatsapp"))
    _stops(configure(both, **{f"FRONTDOOR_{name.upper()}": None}), f"FRONTDOOR_{name.upper()}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FRONTDOOR_NOTIFY_API_KEY", "only-a-part"),
        ("FRONTDOOR_NOTIFY_CALLBACK_TOKEN", "short"),
        ("FRONTDOOR_META_VERIFY_TOKEN", "short"),
        ("FRONTDOOR_META_TEMPLATE_LANGUAGES", "pl=pl"),
        ("FRONTDOOR_PUBLIC_URL", "http://help.example.org"),
        ("FRONTDOOR_PUBLIC_URL", "help.example.org"),
        ("FRONTDOOR_PUBLIC_URL", None),
    ],
)
def test_what_cannot_work_stops_the_start(configure: Configure, name: str, value: str | None) -> None:
    _stops(configure(url(NOTIFY.settings()), url(META.settings()), **{name: value}), name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FRONTDOOR_TWILIO_SMS_FROM", "01632 960900"),
        ("FRONTDOOR_TWILIO_WHATSAPP_FROM", TWILIO.service),
        ("FRONTDOOR_TWILIO_WHATSAPP_TEMPLATES", f"pl={TWILIO.template}"),
    ],
)
def test_a_number_without_its_country_and_a_missing_english_stop_the_start(
    configure: Configure, name: str, value: str
) -> None:
    _stops(configure(url(TWILIO.settings("sms", "whatsapp")), **{name: value}), name)


def test_secrets_are_not_in_what_stops_the_start(configure: Configure) -> None:
    with pytest.raises(SettingsError) as stopped:
        make_providers(configure(url(META.settings()), FRONTDOOR_META_PHONE_NUMBER=None))
    assert META.app_secret not in str(stopped.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("FRONTDOOR_SMS_PROVIDER", "pigeon"), ("FRONTDOOR_TWILIO_WHATSAPP_TEMPLATES", "English HX1")],
)
def test_a_wrong_value_is_named_in_plain_words(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    with pytest.raises(SettingsError, match=name.removeprefix("FRONTDOOR_").lower()):
        get_settings()
    get_settings.cache_clear()


def test_on_one_machine_plain_http_will_do(configure: Configure) -> None:
    assert make_providers(configure(url(NOTIFY.settings()), FRONTDOOR_PUBLIC_URL="http://127.0.0.1:8123/"))


def _stops(settings: Settings, name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        make_providers(settings)
