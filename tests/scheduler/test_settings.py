"""Settings come from the environment, have defaults, and are refused by name where they make no sense."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.errors import Rejected
from scheduler.settings import VARIABLES, Settings, as_environment, kept_secret, load

GIVEN = {"ROUNDS_DATABASE_URL": "sqlite:///x.sqlite", "ROUNDS_SECRET_KEY": "key"}


def test_what_is_not_set_has_its_default() -> None:
    assert load(GIVEN) == Settings("sqlite:///x.sqlite", "key", feed_folder="var/feeds")


def test_a_folder_for_feeds_may_be_left_out() -> None:
    assert load({**GIVEN, "ROUNDS_FEED_FOLDER": ""}).feed_folder == ""


@pytest.mark.parametrize(("text", "is_on"), [("1", True), ("no", False), ("False", False), ("yes", True)])
def test_a_switch_is_on_or_off(text: str, is_on: bool) -> None:
    assert load({**GIVEN, "ROUNDS_FEED_GZIP": text}).feed_gzip is is_on


def test_a_wrong_switch_is_refused_with_its_variable() -> None:
    with pytest.raises(Rejected, match="ROUNDS_FEED_GZIP: “maybe” is neither true nor false"):
        load({**GIVEN, "ROUNDS_FEED_GZIP": "maybe"})


def test_numbers_are_read_as_numbers() -> None:
    settings = load({**GIVEN, "ROUNDS_SOLVE_SECONDS": "2.5", "ROUNDS_TRUSTED_PROXIES": "1"})
    assert (settings.solve_seconds, settings.trusted_proxies) == (2.5, 1)


def test_a_wrong_number_is_refused_with_its_variable() -> None:
    with pytest.raises(Rejected, match="ROUNDS_SOLVE_WORKERS: “two” is not a number"):
        load({**GIVEN, "ROUNDS_SOLVE_WORKERS": "two"})
    for number in ("nan", "inf", "-inf", "9" * 5000):
        with pytest.raises(Rejected, match="ROUNDS_SOLVE_SECONDS"):
            load({**GIVEN, "ROUNDS_SOLVE_SECONDS": number})
    with pytest.raises(Rejected, match="ROUNDS_SOLVE_WORKERS"):
        load({**GIVEN, "ROUNDS_SOLVE_WORKERS": "9" * 5000})


def test_a_child_process_gets_the_same_settings() -> None:
    settings = Settings(
        "postgresql+psycopg://h/d", "key", "https://x.example.org", "smtp://m:25", "a@b.c", "+", 1, 9.0, 4, 5
    )
    assert load(as_environment(settings)) == settings


def test_every_setting_has_a_variable() -> None:
    assert set(VARIABLES.values()) == set(Settings.__dataclass_fields__)


def test_the_secret_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    secret = kept_secret(tmp_path)
    assert len(secret) > 40
    assert kept_secret(tmp_path) == secret
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
