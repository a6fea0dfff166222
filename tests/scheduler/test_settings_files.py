"""Settings from ``rounds.env`` and secrets from files: what goes before what, and what is refused with its place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scheduler.errors import Rejected
from scheduler.settings import IN_FILE, SECRETS, VARIABLES, as_environment, database_url_here, given_here, load
from scheduler.settings_files import NAME, read_settings, write_settings

GIVEN = {"ROUNDS_DATABASE_URL": "sqlite:///x.sqlite", "ROUNDS_SECRET_KEY": "key"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("ROUNDS_")]:
        monkeypatch.delenv(name)
    return tmp_path


def test_the_file_is_read_without_being_told(folder: Path) -> None:
    (folder / NAME).write_text("# ours\n\nROUNDS_DATABASE_URL = sqlite:///y.sqlite\nROUNDS_SECRET_KEY='k=#1 '\r\n")
    settings = load()
    assert (settings.database_url, settings.secret_key) == ("sqlite:///y.sqlite", "k=#1 ")
    assert database_url_here() == "sqlite:///y.sqlite"
    assert not (folder / "var").exists()


def test_the_environment_goes_before_the_file_even_where_it_says_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the processes of a demo would send e-mail by the server of the installation in whose folder it runs."""
    write_settings(folder / NAME, {**GIVEN, "ROUNDS_SMTP_URL": "smtp://m", "ROUNDS_SOLVE_SECONDS": "5"})
    monkeypatch.setenv("ROUNDS_SMTP_URL", "")
    monkeypatch.setenv("ROUNDS_SECRET_KEY", "other")
    settings = load()
    assert (settings.smtp_url, settings.secret_key, settings.solve_seconds) == ("", "other", 5.0)
    for name, text in as_environment(load(GIVEN)).items():
        monkeypatch.setenv(name, text)
    assert load() == load(GIVEN), "what a child process is given is all that it goes by"


def test_given_settings_alone_count_where_they_are_given(folder: Path) -> None:
    (folder / NAME).write_text("ROUNDS_SMTP_URL=smtp://m")
    assert load(GIVEN).smtp_url == ""


@pytest.mark.parametrize("variable", SECRETS)
def test_every_secret_may_be_in_a_file(variable: str, folder: Path) -> None:
    (folder / "secret").write_text("sqlite:///word\n")
    given = {name: text for name, text in GIVEN.items() if name != variable}
    assert getattr(load({**given, variable + IN_FILE: "secret"}), VARIABLES[variable]) == "sqlite:///word"
    assert getattr(load({**given, variable: "itself", variable + IN_FILE: "none"}), VARIABLES[variable]) == "itself"


def test_a_secrets_file_of_the_environment_goes_before_the_file_and_is_not_asked_for_from_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_settings(folder / NAME, {**GIVEN, "ROUNDS_SECRET_KEY_FILE": "gone", "ROUNDS_SMTP_URL_FILE": "mail"})
    (folder / "secret").write_text("from a file")
    (folder / "mail").write_text("smtp://m")
    monkeypatch.setenv("ROUNDS_SECRET_KEY_FILE", "secret")
    assert (load().secret_key, load().smtp_url) == ("from a file", "smtp://m")
    monkeypatch.delenv("ROUNDS_SECRET_KEY_FILE")
    assert given_here()["ROUNDS_SECRET_KEY"] == "key"


@pytest.mark.parametrize("content", [None, b"", b" \n", b"one\ntwo\n", b"\xff\xfe", b"x" * 70_000])
def test_a_file_without_one_secret_is_refused_with_its_variable(content: bytes | None, folder: Path) -> None:
    if content is not None:
        (folder / "secret").write_bytes(content)
    with pytest.raises(Rejected) as refused:
        load({**GIVEN, "ROUNDS_SMTP_URL_FILE": "secret"})
    assert refused.value.where == "ROUNDS_SMTP_URL_FILE"
    assert "secret" in str(refused.value)
    assert "two" not in str(refused.value)


def test_a_folder_in_place_of_a_secret_is_refused_too(folder: Path) -> None:
    with pytest.raises(Rejected, match=r"ROUNDS_SMTP_URL_FILE: The file “.*” can’t be read: is a directory"):
        load({**GIVEN, "ROUNDS_SMTP_URL_FILE": str(folder)})


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("ROUNDS_SMTP=smtp://m", "There is no setting “ROUNDS_SMTP”"),
        ("PATH=/tmp", "There is no setting “PATH”"),
        ("ROUNDS_SMTP_URL: smtp://m", "This is not a setting"),
        ("export ROUNDS_SMTP_URL=smtp://m", "This is not a setting"),
        ("ROUNDS_MAIL_FROM=a@b", "“ROUNDS_MAIL_FROM” is set twice"),
    ],
)
def test_what_was_not_meant_is_refused_with_its_line(line: str, said: str, folder: Path) -> None:
    (folder / NAME).write_text(f"ROUNDS_MAIL_FROM=c@d\n{line}\n")
    with pytest.raises(Rejected, match=said) as refused:
        load()
    assert refused.value.where == f"{NAME} line 2"
    assert "smtp://" not in str(refused.value), "a password is not for a terminal"
    assert database_url_here() == ""


def test_a_file_that_is_no_text_is_refused(folder: Path) -> None:
    (folder / NAME).write_bytes(b"ROUNDS_MAIL_FROM=\xff")
    with pytest.raises(Rejected, match=r"rounds\.env: The file is not text in UTF-8"):
        load()


@pytest.mark.parametrize("text", ["a\nROUNDS_SECRET_KEY=b", "a\x00", "'a'", '"a"', " a", "a\u2028b"])
def test_what_could_not_be_read_back_is_not_written(text: str, folder: Path) -> None:
    with pytest.raises(Rejected):
        write_settings(folder / NAME, {"ROUNDS_MAIL_FROM": text})
    assert list(folder.iterdir()) == []


def test_what_is_written_is_its_owners_alone_and_read_back_as_it_was(folder: Path) -> None:
    values = {"ROUNDS_SMTP_URL": "smtp://u:p%40'=#\"@m:25", "ROUNDS_MAIL_FROM": "a@b"}
    write_settings(folder / NAME, values)
    assert read_settings(folder / NAME, VARIABLES) == values
    assert (folder / NAME).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == [NAME]


def test_an_older_file_is_kept_unless_it_is_to_be_replaced(folder: Path) -> None:
    (folder / "elsewhere").write_text("kept")
    (folder / NAME).symlink_to("elsewhere")
    with pytest.raises(FileExistsError):
        write_settings(folder / NAME, GIVEN)
    write_settings(folder / NAME, GIVEN, replace=True)
    assert (folder / "elsewhere").read_text() == "kept"
    assert read_settings(folder / NAME, VARIABLES) == GIVEN
