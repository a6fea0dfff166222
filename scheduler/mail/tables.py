"""Where outgoing mail waits until it is sent, and where it is noted that mail does not arrive."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.db import Base, EnumText, one_of
from scheduler.mail.model import TroubleKind


class MailRow(Base):
    """A message, tried again later where the server would not take it.

    ``calendar`` is an iCalendar object to go with the text; its ``method`` decides how, empty for a mere file.
    ``file`` is a calendar attached beside an invitation, ``sheet`` a table as CSV. ``sender`` stands in From and takes
    the answers of calendars, empty for the installation's address, with ``sender_name`` before it where a person
    writes; ``reply_to`` holds the addresses that people's answers go to. ``stop_url`` ends such mail. Mail that is not
    ``urgent`` waits until its reader is awake.
    ``next_try_at`` is also how long a sender has claimed it for; None once it is sent or given up, and then the text
    and the calendar are gone too. From ``over_at`` on it is not worth sending any more.
    """

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    calendar: Mapped[str] = mapped_column(Text, default="", server_default="")
    method: Mapped[str] = mapped_column(default="", server_default="")
    sender: Mapped[str] = mapped_column(default="", server_default="")
    stop_url: Mapped[str] = mapped_column(default="", server_default="")
    file: Mapped[str] = mapped_column(Text, default="", server_default="")
    sheet: Mapped[str] = mapped_column(Text, default="", server_default="")
    sender_name: Mapped[str] = mapped_column(default="", server_default="")
    reply_to: Mapped[str] = mapped_column(default="", server_default="")
    urgent: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    over_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")

    __table_args__ = (Index("ix_mail_next_try_at", "next_try_at"),)


class TextRow(Base):
    """A text message that waits for the gateway, or was handed to it: to a telephone ``number``, of whoever has this
    e-mail ``address``. Number and text are gone once it is sent or given up; ``error`` says why it was not sent. The
    rest is as of :class:`MailRow`."""

    __tablename__ = "text_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    address: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    urgent: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    over_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")

    __table_args__ = (Index("ix_text_message_next_try_at", "next_try_at"), Index("ix_text_message_address", "address"))


class TroubleRow(Base):
    """Mail to an address does not arrive: a server ``refused`` it at once, or it was ``returned`` later.

    ``status`` is the enhanced code of RFC 3463 (``5.1.1``), or the reply's code where there was none.
    """

    __tablename__ = "mail_trouble"

    address: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[TroubleKind] = mapped_column(EnumText(TroubleKind))
    status: Mapped[str]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]

    __table_args__ = (one_of("kind", TroubleKind),)
