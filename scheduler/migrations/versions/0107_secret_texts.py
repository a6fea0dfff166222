"""Addresses of other calendars and of rotas, and codes of people's own groups and circles, are sealed."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from hashlib import sha512

import sqlalchemy as sa
from alembic import op
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

revision = "0107"
down_revision: str | None = "0106"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COLUMNS = (("busy_calendar", "address"), ("rota_address", "address"), ("own_group", "code"), ("circle", "code"))
MARK = "sealed:"


def upgrade() -> None:
    def sealed(text: str, about: bytes, cipher: AESSIV) -> str:
        if text.startswith(MARK):
            return text
        return MARK + urlsafe_b64encode(cipher.encrypt(text.encode(), [about])).decode()

    _rewrite(sealed)


def downgrade() -> None:
    def opened(text: str, about: bytes, cipher: AESSIV) -> str:
        if not text.startswith(MARK):
            return text
        return cipher.decrypt(urlsafe_b64decode(text.removeprefix(MARK)), [about]).decode()

    _rewrite(opened)


def _rewrite(written: Callable[[str, bytes, AESSIV], str]) -> None:
    connection = op.get_bind()
    for name, column in COLUMNS:
        table = sa.table(name, sa.column("id", sa.Integer), sa.column(column, sa.String))
        rows = connection.execute(sa.select(table.c.id, table.c[column]).where(table.c[column] != "")).all()
        if rows:
            cipher = _cipher(getattr(connection.dialect, "installation_key", ""))
            about = f"{name}.{column}".encode()
            changed = [{"row": row, "text": written(text, about, cipher)} for row, text in rows]
            update = sa.update(table).where(table.c.id == sa.bindparam("row"))
            connection.execute(update.values({column: sa.bindparam("text")}), changed)


def _cipher(secret_key: str) -> AESSIV:
    if not secret_key:
        raise LookupError("addresses and codes can't be sealed without the installation's key (ROUNDS_SECRET_KEY)")
    return AESSIV(hmac.digest(secret_key.encode(), b"secret texts at rest", sha512))
