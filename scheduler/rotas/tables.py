"""Where rotas, their legends and duties are kept. The uploaded files are not; what stood in the cells of a sheet is, as
long as its rota waits."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base, EnumText, one_of
from scheduler.secret_texts import SecretText

_OF_DEPARTMENT = text("given_by IS NULL")


class RotaRow(Base):
    """A rota as last imported. ``first_day`` and ``last_day`` enclose all of its versions; for which of these days it
    speaks is kept person by person in :class:`RotaSpanRow`.

    ``given_by`` is who has given it of themselves, where it is no department's: it has no name, and it counts only on
    days of which no department's rota speaks (:mod:`scheduler.rotas.own`). ``remarks`` are digests of what somebody has
    seen was left out of its files, so that the same is not told again with the next one.
    """

    __tablename__ = "rota"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    name: Mapped[str]
    layout: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date]
    imported_at: Mapped[datetime]
    imported_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    given_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    remarks: Mapped[list[str]] = mapped_column(JSON, default=list)

    __table_args__ = (
        UniqueConstraint("programme_id", "given_by"),
        Index(
            "uq_rota_programme_id_name",
            "programme_id",
            "name",
            unique=True,
            sqlite_where=_OF_DEPARTMENT,
            postgresql_where=_OF_DEPARTMENT,
        ),
    )


class RotaLineRow(Base):
    """A name of the rota and the person it stands for at the last import; nobody where that was said."""

    __tablename__ = "rota_line"

    rota_id: Mapped[int] = mapped_column(ForeignKey("rota.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)


class RotaSpellingRow(Base):
    """Whom a spelling means on the rotas of a programme, as somebody has said; nobody where ``person_id`` is empty.

    ``key`` is what all spellings of it share (:func:`scheduler.rotas.names.spelling_key`), ``written`` one of them.
    ``site`` is the key of the only site for whose rotas it was said, empty for all.
    """

    __tablename__ = "rota_spelling"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    site: Mapped[str] = mapped_column(primary_key=True)
    written: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    said_at: Mapped[datetime]


class RotaSpanRow(Base):
    """Days, both ends included, for which a rota speaks of a person: there no duty means a day off. Spans of one
    person in one rota neither overlap nor touch; the days between them are not known."""

    __tablename__ = "rota_span"

    rota_id: Mapped[int] = mapped_column(ForeignKey("rota.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    first_day: Mapped[date] = mapped_column(primary_key=True)
    last_day: Mapped[date]

    __table_args__ = (CheckConstraint("first_day <= last_day", name="days"),)


class LegendRow(Base):
    """What a code means in one rota. Times are wall-clock at the rota's site."""

    __tablename__ = "legend"

    rota_id: Mapped[int] = mapped_column(ForeignKey("rota.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    start: Mapped[time | None]
    end: Mapped[time | None]
    label: Mapped[str]
    answered: Mapped[bool]


class DutyRow(Base):
    """One filled cell: a person, a day, a code. Moments are None where the legend gives no times."""

    __tablename__ = "duty"

    id: Mapped[int] = mapped_column(primary_key=True)
    rota_id: Mapped[int] = mapped_column(ForeignKey("rota.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    day: Mapped[date]
    code: Mapped[str]
    kind: Mapped[str]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    cell: Mapped[str]

    __table_args__ = (Index("ix_duty_person_id_day", "person_id", "day"),)


class RotaBesideRow(Base):
    """Two rotas of which somebody has said that both count where they speak of the same people, as those of two
    hospitals do: it is asked once. ``rota_id`` is the smaller of the two ids."""

    __tablename__ = "rota_beside"

    rota_id: Mapped[int] = mapped_column(ForeignKey("rota.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("rota.id", ondelete="CASCADE"), primary_key=True, index=True)

    __table_args__ = (CheckConstraint("rota_id < other_id", name="order"),)


class RotaVersionRow(Base):
    """A version of some rota that was imported, known by a digest of what it says, whatever its name: so that an
    older file that comes again is recognised. ``imported_at`` is when it was imported last."""

    __tablename__ = "rota_version"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[str] = mapped_column(primary_key=True)
    imported_at: Mapped[datetime]


class WaitingRow(Base):
    """A rota that was read and waits for answers before it is imported: what was understood.

    ``given_by`` is who gives it of themselves, where it is no department's.
    """

    __tablename__ = "waiting_rota"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    name: Mapped[str]
    read_at: Mapped[datetime]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    given_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)


class WaitingSheetsRow(Base):
    """The sheets of a rota that waits, without phone numbers and e-mail addresses, so that they can be read once more
    when somebody has pointed at what they hold. They go when the rota is imported or thrown away."""

    __tablename__ = "waiting_sheets"

    waiting_id: Mapped[int] = mapped_column(ForeignKey("waiting_rota.id", ondelete="CASCADE"), primary_key=True)
    packed: Mapped[bytes]


class RotaPointingRow(Base):
    """What somebody has pointed at on the sheets of a rota (:class:`scheduler.rotas.pointed_sheets.Pointing`), for its
    next file, imported or not."""

    __tablename__ = "rota_pointing"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"), index=True)
    pointing: Mapped[dict[str, Any]] = mapped_column(JSON)
    said_at: Mapped[datetime]


class ImportResultRow(Base):
    """What an import of one or several rotas did: for each its name, its changes and the sessions that it touched."""

    __tablename__ = "import_result"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime] = mapped_column(index=True)
    rotas: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class RotaAddressRow(Base):
    """Where a rota is kept, to be fetched from there: a department's under its ``name``, or what somebody gives of
    themselves (``given_by``; their name as it stands there, if they said).

    The address is a secret, and sealed. ``failures`` in a row put off ``next_fetch_at``; ``trouble`` is the last, of
    ``tried_at``. ``digest`` is that of what came last, so that the same is not read again.
    """

    __tablename__ = "rota_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    name: Mapped[str]
    address: Mapped[str] = mapped_column(SecretText("rota_address.address"))
    given_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    added_at: Mapped[datetime]
    fetched_at: Mapped[datetime | None]
    next_fetch_at: Mapped[datetime] = mapped_column(index=True)
    failures: Mapped[int]
    tried_at: Mapped[datetime | None]
    trouble: Mapped[str]
    etag: Mapped[str]
    digest: Mapped[str]

    __table_args__ = (UniqueConstraint("programme_id", "given_by"),)


class ReplacedBy(StrEnum):
    """By what something on rotas was replaced."""

    IMPORT = "import"
    SWAP = "swap"


class ReplacedRow(Base):
    """What an import or a swap replaced, so that it can be taken back (``scheduler/rota_import/replaced.py``).

    ``people`` are the ids of all whose days it speaks of, ``rotas`` those of the rotas that it changed and that there
    are after it; ``content`` is what was there before, compressed.
    """

    __tablename__ = "rota_replaced"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ReplacedBy] = mapped_column(EnumText(ReplacedBy))
    name: Mapped[str]
    made_at: Mapped[datetime]
    first_day: Mapped[date]
    last_day: Mapped[date]
    people: Mapped[list[int]] = mapped_column(JSON)
    rotas: Mapped[list[int]] = mapped_column(JSON)
    content: Mapped[bytes]

    __table_args__ = (one_of("kind", ReplacedBy),)
