"""``rounds init``: the four things that only whoever sets up an installation can decide, written to a settings file."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

import click
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from scheduler.errors import MentorRoundsError, NotPossible, Rejected
from scheduler.settings_files import NAME, write_settings

ADDRESS: Final = "http://127.0.0.1:8000"
DATABASE: Final = "sqlite:///var/rounds.sqlite"
NO_MAIL: Final = "none"
_NO_SENDER: Final = "mentor-rounds@localhost"
_KINDS: Final = {"sqlite", "postgresql+psycopg"}
"""With the driver that is installed."""
_SENDER: Final = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+", re.ASCII)


@click.command()
@click.option("--address", help=f"Where people reach the pages; {ADDRESS} unless asked.")
@click.option("--database", help=f"Address of the database; {DATABASE} unless asked.")
@click.option("--mail-server", help=f"smtp://[user:password@]host:port, or {NO_MAIL}, the default.")
@click.option("--mail-from", help="Sender of the e-mails; mentor-rounds@ the address' host unless asked.")
@click.option("--yes", is_flag=True, help="Ask nothing: what no option says has its default.")
@click.option("--replace", is_flag=True, help=f"Let an older {NAME} go.")
def init(
    address: str | None, database: str | None, mail_server: str | None, mail_from: str | None, yes: bool, replace: bool
) -> None:
    """Ask what has to be decided, and write it to a settings file.

    The file rounds.env is written to this folder, in which `rounds serve` and every other command then find it.
    """
    path = Path(NAME)
    if not replace and path.is_symlink() | path.exists():
        raise _there_already()
    address = _answer("Address at which people reach the pages", address, ADDRESS, page_address, yes)
    database = _answer("Database", database, DATABASE, database_address, yes)
    mail_server = _answer("Mail server (smtp://user:password@host:port)", mail_server, NO_MAIL, mail_address, yes)
    mail_from = _answer("Sender of the e-mails", mail_from, _usual_sender(address), sender, yes)
    values = {"ROUNDS_BASE_URL": address, "ROUNDS_DATABASE_URL": database, "ROUNDS_MAIL_FROM": mail_from}
    if mail_server:
        values["ROUNDS_SMTP_URL"] = mail_server
    if address.startswith("https:"):
        values["ROUNDS_TRUSTED_PROXIES"] = "1"  # TLS is a proxy's business
    try:
        write_settings(path, values, replace=replace)
    except FileExistsError:
        raise _there_already() from None
    click.echo(f"Written to {NAME}. Start with `rounds serve`; `rounds doctor` then says whether all is well.")


def _there_already() -> NotPossible:
    return NotPossible(
        f"There is a {NAME} in this folder.", what_to_do="Change it by hand, or let it go with --replace."
    )


def _answer(question: str, given: str | None, usual: str, read: Callable[[str], str], yes: bool) -> str:
    """What an option says, or the answer to a question that is asked until it can be used, or the default."""
    if given is not None or yes:
        return read(usual if given is None else given)

    def asked(text: str) -> str:
        try:
            return read(text)
        except MentorRoundsError as error:
            raise click.UsageError(f"{error.message} {error.what_to_do}") from None

    answer: str = click.prompt(question, default=usual, value_proc=asked)
    return answer


def _usual_sender(address: str) -> str:
    """At the host of the pages, unless that is a number, which no mail server takes."""
    host = urlsplit(address).hostname or ""
    usual = f"mentor-rounds@{host}"
    return usual if _SENDER.fullmatch(usual) and not host.replace(".", "").isdigit() else _NO_SENDER


def page_address(text: str) -> str:
    """An address of pages, without a slash at its end. Raises Rejected for anything that is none."""
    plain = text.strip().rstrip("/")
    parts = _parts(plain)
    if parts is None or parts.scheme not in {"http", "https"} or parts.path or parts.username is not None:
        raise Rejected(
            "This is no address at which pages can be reached.",
            where="--address",
            what_to_do="It is like https://rounds.example.org, without anything behind the name.",
        )
    return plain


def database_address(text: str) -> str:
    """The address of a database that can be used. PostgreSQL's own way to write one is taken, too. Raises Rejected for
    any other."""
    plain = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", text.strip())
    try:
        url = make_url(plain)
        known = url.drivername in _KINDS and bool(url.database) and url.database != ":memory:"
    except (ArgumentError, ValueError):
        known = False
    if not known:
        raise Rejected(
            "This is no address of a database that can be used.",
            where="--database",
            what_to_do=f"It is like {DATABASE} or postgresql+psycopg://user:password@host/name.",
        )
    return plain


def mail_address(text: str) -> str:
    """The address of a mail server, empty for none. Raises Rejected for anything else."""
    plain = text.strip()
    if plain.lower() in {"", NO_MAIL}:
        return ""
    parts = _parts(plain)
    if parts is None or parts.scheme not in {"smtp", "smtps"} or parts.path.strip("/"):
        raise Rejected(
            "This is no address of a mail server.",
            where="--mail-server",
            what_to_do=f"It is like smtp://mail.example.org:25 or smtp://user:word@mail.example.org:587, or {NO_MAIL}.",
        )
    return plain


def sender(text: str) -> str:
    """An e-mail address. Raises Rejected for anything else."""
    plain = text.strip()
    if not _SENDER.fullmatch(plain):
        raise Rejected("This is no e-mail address.", where="--mail-from", what_to_do="It is like rounds@example.org.")
    return plain


def _parts(text: str) -> SplitResult | None:
    """An address in its parts, or None where it has no host or a port that cannot be."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    unseen = any(sign.isspace() or not sign.isprintable() for sign in text)
    if unseen or not parts.hostname or port == 0 or parts.query or parts.fragment:
        return None
    return parts
