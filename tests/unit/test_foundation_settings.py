"""Settings: safe by default, and a missing secret stops the edge with a sentence that says what to do."""

from pathlib import Path

import pytest

from foundation.settings import Settings, SettingsError, get_settings


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DEMONSTRATION", "SECRET_KEY", "WEB_PORT", "SECURE_COOKIES"):
        monkeypatch.delenv(f"FRONTDOOR_{name}", raising=False)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("FRONTDOOR_VAR", str(tmp_path))
    get_settings.cache_clear()


def test_defaults_are_those_of_production() -> None:
    settings = Settings()
    assert settings.secure_cookies
    assert not settings.demonstration
    with pytest.raises(SettingsError, match="FRONTDOOR_SECRET_KEY"):
        settings.signing_key()


@pytest.mark.parametrize("key", ["", "short"])
def test_a_weak_secret_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("FRONTDOOR_SECRET_KEY", key)
    with pytest.raises(SettingsError):
        Settings().signing_key()


def test_the_demonstration_makes_its_own_secret_once_and_keeps_it_from_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FRONTDOOR_DEMONSTRATION", "true")
    first, second = Settings().signing_key(), Settings().signing_key()
    assert first == second
    assert len(first) >= 32
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_a_wrong_setting_is_named_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTDOOR_WEB_PORT", "eighty")
    with pytest.raises(SettingsError, match="web_port"):
        get_settings()
    get_settings.cache_clear()
