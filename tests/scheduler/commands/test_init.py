"""``rounds init`` asks four questions, writes the settings, and keeps what is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scheduler.cli import rounds
from scheduler.commands.init import database_address, mail_address, page_address, sender
from scheduler.errors import NotPossible, Rejected
from scheduler.settings import NAMES, load
from scheduler.settings_files import NAME, read_settings


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def init(*arguments: str, typed: str | None = None) -> Result:
    done = CliRunner().invoke(rounds, ["init", *arguments], input=typed)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def written() -> dict[str, str]:
    return read_settings(Path(NAME), NAMES)


def test_four_questions_each_with_a_default() -> None:
    done = init(typed="\n\n\n\n")
    assert done.exit_code == 0
    assert done.output.count("]: ") == 4
    assert written() == {
        "ROUNDS_BASE_URL": "http://127.0.0.1:8000",
        "ROUNDS_DATABASE_URL": "sqlite:///var/rounds.sqlite",
        "ROUNDS_MAIL_FROM": "mentor-rounds@localhost",
    }
    settings = load()
    assert (settings.base_url, settings.smtp_url, settings.trusted_proxies) == ("http://127.0.0.1:8000", "", 0)


def test_what_cannot_be_used_is_asked_for_again() -> None:
    done = init(typed="rounds\nhttps://rounds.example.org/\nmysql://x/y\n\nmail\nsmtp://m:25\nnobody\nr@example.org\n")
    assert done.output.count("Error: This is no ") == 4
    assert written() == {
        "ROUNDS_BASE_URL": "https://rounds.example.org",
        "ROUNDS_DATABASE_URL": "sqlite:///var/rounds.sqlite",
        "ROUNDS_MAIL_FROM": "r@example.org",
        "ROUNDS_SMTP_URL": "smtp://m:25",
        "ROUNDS_TRUSTED_PROXIES": "1",
    }


def test_nothing_is_written_unless_all_is_answered() -> None:
    assert init(typed="https://rounds.example.org\n").exit_code == 1
    assert list(Path().iterdir()) == []


def test_yes_asks_nothing() -> None:
    done = init("--yes", "--address", "https://rounds.example.org")
    assert "]: " not in done.output
    assert written()["ROUNDS_MAIL_FROM"] == "mentor-rounds@rounds.example.org"


def test_options_are_not_asked_for() -> None:
    done = init("--mail-server", "none", "--database", "postgresql://u:p@h/d", typed="\n\n")
    assert done.output.count("]: ") == 2
    assert written()["ROUNDS_DATABASE_URL"] == "postgresql+psycopg://u:p@h/d"


def test_an_older_file_is_kept_before_anything_is_asked() -> None:
    Path(NAME).write_text("nothing that could be read")
    with pytest.raises(NotPossible, match="--replace"):
        init(typed="\n\n\n\n")
    assert Path(NAME).read_text() == "nothing that could be read"
    assert init("--replace", "--yes").exit_code == 0
    assert "ROUNDS_BASE_URL" in written()


def test_a_wrong_option_is_refused_by_its_name_and_nothing_is_written() -> None:
    with pytest.raises(Rejected, match=r"^--address: "):
        init("--yes", "--address", "https://rounds.example.org/deep")
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "ftp://x", "https://", "https://x/y", "https://x?y", "https://x:0", "https://x:99999", "https://u@x",
        "https://x y", "https://x\nROUNDS_SECRET_KEY=z", "https://[::1",
    ],
)  # fmt: skip
def test_an_address_of_pages_is_one(text: str) -> None:
    with pytest.raises(Rejected):
        page_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "mysql://h/d",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql://h",
        "a://:b",
        "postgresql+psycopg2://h/d",
    ],
)
def test_an_address_of_a_database_is_one(text: str) -> None:
    with pytest.raises(Rejected):
        database_address(text)


@pytest.mark.parametrize("text", ["x", "http://m", "smtp://", "smtp://m:x", "smtp://m/y", "smtp://m:25\nA=b"])
def test_an_address_of_a_mail_server_is_one(text: str) -> None:
    with pytest.raises(Rejected):
        mail_address(text)


@pytest.mark.parametrize("text", ["", "x", "a b@c", "a@b\nA=b", "a@b, c@d", "Rounds <a@b>"])
def test_a_sender_is_an_address(text: str) -> None:
    with pytest.raises(Rejected):
        sender(text)
