"""Where people and their part in a programme are kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import JSON, CheckConstraint, ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column, validates

from scheduler.db import Base, EnumText, one_of
from scheduler.people.identities import mailbox_digests
from scheduler.people.model import INVITED_ROLES, PARTICIPANTS, STORED_ROLES, RelationKind, Role, WishKind
from scheduler.people.relations import SECRET_KINDS
from scheduler.text_input import folded, search_text
from solvers.vocabulary import External

if TYPE_CHECKING:
    from sqlalchemy.engine.default import DefaultExecutionContext

_MOST_FORMER_NAMES = 5


def _of_inserted(context: DefaultExecutionContext) -> str:
    values: dict[str, str] = context.get_current_parameters()  # type: ignore[no-untyped-call]
    return search_text(values["name"])


class PersonRow(Base):
    """A person, whatever their part. ``zone`` is where their clock stands; empty means the programme's.

    ``language`` is theirs once it is known: from their browser when they first signed in, or because they chose it.
    ``search_name`` is the name as searches compare it; it follows the name by itself. ``former_names`` are those that
    they went by before, the last few: rotas may still have them, and no page shows them. ``former_mailboxes`` are
    digests of the addresses before: no address is kept, but one that comes back is known again. From ``erased_at`` on
    it is nobody's: all that was held is deleted, and its number stands where the record of who did what has it.
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    search_name: Mapped[str] = mapped_column(default=_of_inserted, server_default="")
    former_names: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    email: Mapped[str] = mapped_column(unique=True)
    former_mailboxes: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    zone: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    language_known: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]

    @validates("name")
    def _follow_name(self, _key: str, name: str) -> str:
        self.search_name = search_text(name)
        before: str | None = self.name
        if before and folded(before) != folded(name):
            kept = [each for each in (*(self.former_names or ()), before) if each != name]
            self.former_names = kept[-_MOST_FORMER_NAMES:]
        return name

    @validates("email")
    def _follow_email(self, _key: str, email: str) -> str:
        before: str | None = self.email
        if before and before != email:
            self.former_mailboxes = sorted({*(self.former_mailboxes or ()), *mailbox_digests(before)})
        return email


class RoleRow(Base):
    """What a person may do in a programme: resident, faculty, coordinator, oversight or director."""

    __tablename__ = "role"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[Role] = mapped_column(EnumText(Role), primary_key=True)

    __table_args__ = (one_of("role", STORED_ROLES),)


class ParticipantRow(Base):
    """A resident or faculty member of a programme, with what they asked for (``docs/instance-format.md``).

    ``models`` maps a model's key to 1…3 for a resident; for faculty its keys are the models they facilitate.
    ``tags``, ``company`` and all that is asked openly (:mod:`scheduler.people.traits`) are private: ``traits`` maps
    categories to values; in the categories of ``like`` and ``unlike`` they would like somebody of the same value, or of
    another; those of ``together`` are told apart by whether not being the only one is firm; ``firm`` are those of
    ``company`` in which it is. From ``left_at`` on the person takes no part; ``declined`` if they never did,
    but said no to the invitation. Who is ``new_here`` says so, or their list does: in their first year at this place,
    newly appointed or back from time away. ``specialty`` and, of faculty, ``mentor_level`` are as the hospital's list
    has them, empty where it says nothing. Who ``stays_on`` comes along into the next term though their group ends with
    this one. A ``guest`` is faculty from outside, for one group only
    (:mod:`scheduler.people.guests`).
    """

    __tablename__ = "participant"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    kind: Mapped[Role] = mapped_column(EnumText(Role))
    stage: Mapped[int | None]
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    modes: Mapped[list[str]] = mapped_column(JSON)
    models: Mapped[dict[str, int]] = mapped_column(JSON)
    interests: Mapped[list[str]] = mapped_column(JSON)
    tags: Mapped[list[str]] = mapped_column(JSON)
    company: Mapped[list[str]] = mapped_column(JSON)
    traits: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    like: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    unlike: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    together: Mapped[dict[str, bool]] = mapped_column(JSON, default=dict, server_default="{}")
    firm: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    external: Mapped[External] = mapped_column(EnumText(External), default=External.ANY)
    capacity: Mapped[int] = mapped_column(default=1)
    new_here: Mapped[bool] = mapped_column(default=False, server_default=false())
    specialty: Mapped[str] = mapped_column(default="", server_default="")
    mentor_level: Mapped[str] = mapped_column(default="", server_default="")
    stays_on: Mapped[bool] = mapped_column(default=False, server_default=false())
    accepts_writing: Mapped[bool] = mapped_column(default=False, server_default=false())
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    declined: Mapped[bool] = mapped_column(default=False, server_default=false())
    guest: Mapped[bool] = mapped_column(default=False, server_default=false())

    __table_args__ = (
        one_of("kind", PARTICIPANTS),
        CheckConstraint(f"NOT guest OR kind = '{Role.FACULTY}'", name="guest"),
        CheckConstraint(f"kind = '{Role.FACULTY}' OR stage IS NOT NULL", name="stage"),
        one_of("external", External),
        CheckConstraint("capacity >= 0", name="capacity"),
    )


class ContactInvitationRow(Base):
    """Somebody whom a coordinator would like as an oversight contact or as the director, by ``role``, until they accept
    or the time is over."""

    __tablename__ = "contact_invitation"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    invited_at: Mapped[datetime]
    role: Mapped[Role] = mapped_column(EnumText(Role), default=Role.OVERSIGHT, server_default=Role.OVERSIGHT.value)

    __table_args__ = (one_of("role", INVITED_ROLES),)


class FacilitatorPauseRow(Base):
    """From ``since`` on somebody facilitates nothing in a programme, until an oversight contact lifts it. Why is kept
    nowhere. ``held_back`` are the ids of their sessions for which nobody else was free: they come back with them."""

    __tablename__ = "facilitator_pause"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    since: Mapped[datetime]
    held_back: Mapped[list[int]] = mapped_column(JSON, default=list, server_default="[]")


class SiteChangeRow(Base):
    """From ``first_day`` on somebody works at another site; until then at the one of their part. On that day the part
    takes it over."""

    __tablename__ = "site_change"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    first_day: Mapped[date] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))


class WishRow(Base):
    """A resident's wish about another person: ``want``, ``avoid`` (private) or ``choice`` of a facilitator."""

    __tablename__ = "wish"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    about_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    kind: Mapped[WishKind] = mapped_column(EnumText(WishKind), primary_key=True)

    __table_args__ = (
        one_of("kind", WishKind),
        CheckConstraint("person_id <> about_id", name="somebody_else"),
    )


class RelationRow(Base):
    """What one person is to another outside the programme, between two days (open where None).

    What people have ``declared`` themselves stays when the coordinator's list is replaced; ``declared_by_id`` says
    which of the two it was.
    """

    __tablename__ = "relation"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    about_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[RelationKind] = mapped_column(EnumText(RelationKind))
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    declared: Mapped[bool] = mapped_column(default=False)
    declared_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)

    __table_args__ = (
        CheckConstraint("person_id <> about_id", name="somebody_else"),
        CheckConstraint("declared = (declared_by_id IS NOT NULL)", name="declared_by"),
    )


class RelationOverrideRow(Base):
    """Why somebody may share a group with a person over whom they have power of one ``kind``: recorded, and as long as
    it is not withdrawn.

    ``made_by_name`` is what the coordinator was called then. ``declined`` ones were withdrawn by the person over whom
    it is, who would rather not.
    """

    __tablename__ = "relation_override"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    about_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[RelationKind] = mapped_column(EnumText(RelationKind))
    reason: Mapped[str]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    made_by_name: Mapped[str]
    made_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    declined: Mapped[bool] = mapped_column(default=False, server_default=false())

    __table_args__ = (
        CheckConstraint("person_id <> about_id", name="somebody_else"),
        one_of("kind", [kind.value for kind in RelationKind if kind not in SECRET_KINDS]),
    )
