"""Settings, read once from the environment and ``rounds.env``. ``docs/operating.md`` lists them all."""

from __future__ import annotations

import math
import os
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from scheduler.errors import Rejected
from scheduler.private_files import private_folder
from scheduler.settings_files import NAME, read_settings, secret_in


@dataclass(frozen=True, slots=True)
class Settings:
    """How one installation runs.

    ``database_url`` is an SQLAlchemy address; ``secret_key`` signs cookies and sign-in links; ``base_url`` is the
    address at which people reach the pages, without a slash at its end; ``smtp_url`` is
    ``smtp://[user:password@]host:port`` or empty where no mail is sent. ``mail_tag`` is the character after which the
    mailbox of ``mail_from`` takes tags (usually ``+``), empty where no answers are read. ``text_gateway`` is the
    address that takes text messages, empty where none are sent, and ``text_token`` what it asks for.
    ``metrics_token`` is what a monitor has to show for figures, empty where it gets none.
    ``trusted_proxies`` is how many proxies of one's own stand before the web server: so many entries of
    ``X-Forwarded-For`` are believed, none by default. ``feed_folder`` keeps the last good body of each feed for when
    the database is away, empty for not; ``feed_gzip`` says whether feeds are sent compressed to clients that ask for
    it. ``oidc_…`` is an institution's own sign-in by OpenID Connect: none without ``oidc_issuer``; ``oidc_name`` is how
    people call it, and ``oidc_trust_email`` takes its addresses as proven even where it does not say that they are.
    ``migrate_database_url`` is the same database under the role that owns its tables, by which they are brought up to
    date; empty where there is only one role.
    """

    database_url: str
    secret_key: str
    base_url: str = "http://127.0.0.1:8000"
    smtp_url: str = ""
    mail_from: str = "mentor-rounds@localhost"
    mail_tag: str = ""
    trusted_proxies: int = 0
    solve_seconds: float = 30.0
    solve_workers: int = 2
    upload_limit_bytes: int = field(default=10 * 1024 * 1024)
    feed_folder: str = ""
    feed_gzip: bool = True
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = ""
    oidc_trust_email: bool = False
    text_gateway: str = ""
    text_token: str = ""
    metrics_token: str = ""
    migrate_database_url: str = ""


EMBEDDED_DATABASE_URL: Final = "sqlite:///var/rounds.sqlite"

VARIABLES: Mapping[str, str] = {
    "ROUNDS_DATABASE_URL": "database_url",
    "ROUNDS_SECRET_KEY": "secret_key",
    "ROUNDS_BASE_URL": "base_url",
    "ROUNDS_SMTP_URL": "smtp_url",
    "ROUNDS_MAIL_FROM": "mail_from",
    "ROUNDS_MAIL_TAG": "mail_tag",
    "ROUNDS_TEXT_GATEWAY": "text_gateway",
    "ROUNDS_TEXT_TOKEN": "text_token",
    "ROUNDS_METRICS_TOKEN": "metrics_token",
    "ROUNDS_MIGRATE_DATABASE_URL": "migrate_database_url",
    "ROUNDS_TRUSTED_PROXIES": "trusted_proxies",
    "ROUNDS_SOLVE_SECONDS": "solve_seconds",
    "ROUNDS_SOLVE_WORKERS": "solve_workers",
    "ROUNDS_UPLOAD_LIMIT_BYTES": "upload_limit_bytes",
    "ROUNDS_FEED_FOLDER": "feed_folder",
    "ROUNDS_FEED_GZIP": "feed_gzip",
    "ROUNDS_OIDC_ISSUER": "oidc_issuer",
    "ROUNDS_OIDC_CLIENT_ID": "oidc_client_id",
    "ROUNDS_OIDC_CLIENT_SECRET": "oidc_client_secret",
    "ROUNDS_OIDC_NAME": "oidc_name",
    "ROUNDS_OIDC_TRUST_EMAIL": "oidc_trust_email",
}
"""Environment variable → field of :class:`Settings`."""

SECRETS: Final = (
    "ROUNDS_DATABASE_URL",
    "ROUNDS_SECRET_KEY",
    "ROUNDS_SMTP_URL",
    "ROUNDS_TEXT_TOKEN",
    "ROUNDS_METRICS_TOKEN",
    "ROUNDS_MIGRATE_DATABASE_URL",
    "ROUNDS_OIDC_CLIENT_SECRET",
)
"""What may also come from a file of its own, which the variable with :data:`IN_FILE` behind its name says."""
IN_FILE: Final = "_FILE"
NAMES: Final = (*VARIABLES, *(f"{variable}{IN_FILE}" for variable in SECRETS))
"""Everything that can be set."""

_SWITCH: Mapping[str, bool] = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def _switch(text: str) -> bool:
    if text.lower() not in _SWITCH:
        raise ValueError(text)
    return _SWITCH[text.lower()]


def _finite(text: str) -> float:
    if not math.isfinite(found := float(text)):
        raise ValueError(text)
    return found


_READ_AS: Mapping[str, Callable[[str], str | int | float | bool]] = {
    "trusted_proxies": int,
    "solve_seconds": _finite,
    "solve_workers": int,
    "upload_limit_bytes": int,
    "feed_gzip": _switch,
    "oidc_trust_email": _switch,
}


def load(environment: Mapping[str, str] | None = None, *, only_looking: bool = False) -> Settings:
    """The settings of this process, or those of another ``environment`` alone; what is not set has its default.

    Where the environment does not have a setting, neither itself nor the name of a file for it, ``rounds.env`` in the
    working directory is asked. Without a database address a file ``var/rounds.sqlite`` below it is used, and without
    a secret one is made and kept beside it, readable by its owner only. Feeds are kept there too, unless the variable
    for it is set to nothing. ``only_looking`` makes nothing: without a secret there is none then.
    """
    env = given_here() if environment is None else secrets_read(environment)
    given = {name: _read(variable, name, env[variable]) for variable, name in VARIABLES.items() if env.get(variable)}
    database_url = str(given.pop("database_url", "")) or EMBEDDED_DATABASE_URL
    secret_key = str(given.pop("secret_key", ""))
    if only_looking:
        secret_key = secret_key or _secret_there(Path("var"))
    else:
        if database_url == EMBEDDED_DATABASE_URL:
            private_folder(Path("var"))
        secret_key = secret_key or kept_secret(Path("var"))
    if "ROUNDS_FEED_FOLDER" not in env:
        given["feed_folder"] = "var/feeds"
    return Settings(database_url=database_url, secret_key=secret_key, **given)  # type: ignore[arg-type]


def given_here() -> dict[str, str]:
    """Every variable that this process was given, first by its environment, then by the settings file; secrets that
    are in files are read. What is set to nothing counts as set: so parents keep a setting from their children."""
    here = secrets_read({name: os.environ[name] for name in NAMES if name in os.environ})
    return {**secrets_read(read_settings(Path(NAME), NAMES), but=here), **here}


def database_url_here() -> str:
    """Where the database of this process is; nothing where that is not set or not to be read, as :func:`load` says."""
    try:
        return given_here().get("ROUNDS_DATABASE_URL", "")
    except Rejected:
        return ""


def secrets_read(given: Mapping[str, str], but: Collection[str] = ()) -> dict[str, str]:
    """What is given, with the secrets that are in files; the variable itself goes before that for its file.

    Files of secrets ``but`` those that are known already are read.
    """
    found = dict(given)
    for variable in SECRETS:
        path = found.pop(f"{variable}{IN_FILE}", "")
        if path and variable not in found and variable not in but:
            found[variable] = secret_in(Path(path), f"{variable}{IN_FILE}")
    return found


def _read(variable: str, name: str, text: str) -> str | int | float | bool:
    try:
        return _READ_AS.get(name, str)(text)
    except ValueError:
        kind = "neither true nor false" if _READ_AS[name] is _switch else "not a number"
        raise Rejected(f"“{text}” is {kind}.", where=variable) from None


def as_environment(settings: Settings) -> dict[str, str]:
    """The variables from which :func:`load` makes the same settings in a child process, but for the address by which
    tables are changed: no child changes any."""
    own = replace(settings, migrate_database_url="")
    return {variable: str(getattr(own, name)) for variable, name in VARIABLES.items()}


def kept_secret(folder: Path) -> str:
    """The secret kept in ``folder``, made on first use."""
    private_folder(folder)
    path = folder / "secret_key"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text()


def keep_secret(folder: Path, secret: str) -> None:
    """Keep another secret in ``folder``, readable by its owner only."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "secret_key"
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(secret)


def _secret_there(folder: Path) -> str:
    """The secret kept in ``folder``; nothing where none is yet."""
    try:
        return (folder / "secret_key").read_text()
    except FileNotFoundError:
        return ""
