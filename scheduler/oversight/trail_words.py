"""What each line of the audit trail says in words, who may read it, and of what kind it is.

An action that is not in this table is shown to nobody. What members do for themselves is for nobody to read: the
record has it so that the chain is whole, and a sentence so that whoever runs the product can be told what is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from scheduler.exports.taken_out import TakenOut
from scheduler.languages import mark


class Kind(StrEnum):
    """Of what kind a line is: readers choose by it."""

    PLANS = "plans"
    PUBLISHED = "published"
    OVERRIDES = "overrides"
    PEOPLE = "people"
    RELATIONS = "relations"
    ROLES = "roles"
    SETTINGS = "settings"
    ROTAS = "rotas"
    EXPORTS = "exports"
    LETTERS = "letters"
    CONCERNS = "concerns"
    OWN = "own"
    """What people do for themselves."""


class Readers(StrEnum):
    """Who may read a line."""

    BOTH = "both"
    COORDINATORS = "coordinators"
    OVERSIGHT = "oversight"
    NOBODY = "nobody"


KINDS: Final[Mapping[Kind, str]] = {
    Kind.PLANS: mark("Plans"),
    Kind.PUBLISHED: mark("Changes to what is published"),
    Kind.OVERRIDES: mark("Rules and checks overridden"),
    Kind.PEOPLE: mark("People"),
    Kind.RELATIONS: mark("Relations"),
    Kind.ROLES: mark("Who looks after the programme"),
    Kind.SETTINGS: mark("Settings"),
    Kind.ROTAS: mark("Rotas and availability"),
    Kind.EXPORTS: mark("Files taken out"),
    Kind.LETTERS: mark("E-mails and answers"),
    Kind.CONCERNS: mark("Concerns"),
}


FILES: Final[Mapping[TakenOut, str]] = {
    TakenOut.TABLE: mark("a table"),
    TakenOut.PROGRAMME: mark("the whole programme"),
    TakenOut.RUN: mark("a search for a plan"),
    TakenOut.COVER: mark("the cover list"),
    TakenOut.RECORD: mark("the record of who did what"),
    TakenOut.EVIDENCE: mark("the evidence"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """An action: its kind, who reads it, and its sentence, which goes on from who did it."""

    kind: Kind
    readers: Readers
    text: str


def _all(kind: Kind, readers: Readers, texts: Mapping[str, str]) -> Mapping[str, Words]:
    return {action: Words(kind, readers, text) for action, text in texts.items()}


ACTIONS: Final[Mapping[str, Words]] = {
    **_all(Kind.PLANS, Readers.BOTH, {
        "run.asked": mark("asked for a plan"),
        "run.cancelled": mark("stopped the search for a plan"),
        "repair.asked": mark("asked for a repair"),
        "repair.thrown_away": mark("discarded a repair"),
        "plan.drafted": mark("finished a draft"),
        "plan.made_from": mark("made a draft from an earlier revision"),
        "plan.reviewed": mark("read a draft"),
        "plan.published": mark("published a plan"),
        "plan.deleted": mark("deleted drafts"),
        "draft.changed": mark("changed a draft by hand"),
        "draft.improved": mark("had the rest of a draft improved"),
        "draft.undone": mark("undid a change of a draft"),
        "draft.redone": mark("made a change of a draft again"),
    }),
    **_all(Kind.PUBLISHED, Readers.BOTH, {
        "session.moved": mark("moved a session"),
        "session.room_changed": mark("changed the room of a session"),
        "session.mode_changed": mark("changed the way a session meets"),
        "session.facilitators_changed": mark("changed who facilitates a session"),
        "session.cancelled": mark("cancelled a session"),
        "session.added": mark("added a session"),
        "session.reinstated": mark("reinstated a session"),
        "facilitator.replaced": mark("handed a facilitator’s place over"),
        "facilitators.swapped": mark("had two facilitators swap groups"),
        "deputy.appointed": mark("appointed a deputy"),
        "deputy.standing_named": mark("named a standing deputy"),
        "deputy.standing_withdrawn": mark("ended the part of a standing deputy"),
        "facilitator.paused": mark("paused a facilitator"),
        "facilitator.pause_lifted": mark("ended the pause of a facilitator"),
        "group.ended": mark("ended a group"),
        "group.paused": mark("paused a group"),
        "group.resumed": mark("ended the pause of a group"),
        "group.merged": mark("merged two groups"),
        "group.member_out": mark("took someone out of a group"),
        "group.member_in": mark("put someone into a group"),
        "group.swapped": mark("swapped groups"),
        "surge.begun": mark("made sessions shorter or remote for a while"),
        "surge.ended": mark("took sessions back to usual"),
        "trouble.accepted": mark("left a trouble as it is"),
        "trouble.reopened": mark("opened a trouble again"),
        "date.unopposed": mark("settled a date that nobody opposed"),
    }),
    **_all(Kind.OVERRIDES, Readers.BOTH, {
        "rule.overridden": mark("overrode rules in a change by hand"),
        "check.overridden": mark("overrode a check before publishing"),
        "relation.overridden": mark("recorded why two people may share a group"),
        "relation.override_withdrawn": mark("withdrew why two people may share a group"),
    }),
    "draft.refused": Words(
        Kind.OVERRIDES, Readers.OVERSIGHT, mark("tried a change that safety or someone’s own wishes rule out")
    ),
    **_all(Kind.PEOPLE, Readers.COORDINATORS, {
        "guest.invited": mark("invited a guest coach"),
        "people.imported": mark("imported a list of people"),
        "people.grade_set": mark("set the grade of several people"),
        "people.site_set": mark("set the site of several people"),
        "people.merged": mark("made two entries of one person into one"),
        "people.split": mark("made two entries of one"),
        "person.added": mark("added a person"),
        "person.changed": mark("changed a person’s entry"),
        "person.address_changed": mark("changed a person’s address"),
        "person.address_confirmed": mark("confirmed that a person’s address was rightly changed"),
        "person.address_put_back": mark("said that the change of their address was not theirs"),
        "person.erased": mark("had everything about a person deleted"),
        "retention.preferences": mark("deleted wishes and circumstances at the end of the time set for them"),
        "retention.housekeeping": mark("deleted what had been kept for its time"),
        "retention.attendance": mark("kept only numbers of who came at the end of the time set for names"),
        "person.left": mark("noted that someone leaves"),
        "person.back": mark("noted that someone is back"),
        "invitation.declined": mark("noted that someone said no to the invitation"),
        "site.changed": mark("noted that someone moves to another site"),
        "site.change_withdrawn": mark("withdrew a move to another site"),
        "change.granted": mark("let someone change their answers"),
        "change.refused": mark("did not let someone change their answers"),
        "group.another_answered": mark("dealt with a wish for another group"),
        "facilitators.noted": mark("entered what facilitators have signed and learnt on paper"),
        "training.verified": mark("verified a facilitator’s training"),
        "training.sent_back": mark("sent a facilitator’s training back"),
        "training.unverified": mark("no longer counts a facilitator’s training"),
    }),
    **_all(Kind.RELATIONS, Readers.BOTH, {
        "relations.imported": mark("imported a list of relations"),
        "relation.added": mark("added a relation"),
        "relation.changed": mark("changed a relation"),
        "relation.dated": mark("changed the days of a relation that they had declared"),
        "relation.declared": mark("declared a relation"),
        "relation.taken_back": mark("took back a relation that they had declared"),
        "relation.ended": mark("ended a relation"),
        "relation.removed": mark("removed a relation"),
    }),
    **_all(Kind.ROLES, Readers.BOTH, {
        "coordinator.added": mark("appointed a coordinator"),
        "coordinator.dismissed": mark("removed a coordinator"),
        "oversight.added": mark("appointed an oversight contact"),
        "oversight.stepped_down": mark("stepped down as an oversight contact"),
        "oversight.dismissed": mark("removed an oversight contact"),
        "oversight.invited": mark("asked someone to be an oversight contact"),
        "oversight.uninvited": mark("withdrew the request to be an oversight contact"),
        "director.invited": mark("asked someone to be the director"),
        "director.uninvited": mark("withdrew the request to be the director"),
        "director.added": mark("became the director"),
        "director.stepped_down": mark("stepped down as the director"),
        "director.dismissed": mark("removed a director"),
    }),
    **_all(Kind.SETTINGS, Readers.BOTH, {
        "api.changed": mark("did so by a program with a token"),
        "webhook.added": mark("had changes told to an address"),
        "webhook.paused": mark("paused telling changes to an address"),
        "webhook.resumed": mark("went on telling changes to an address"),
        "webhook.removed": mark("stopped telling changes to an address"),
        "programme.created": mark("created the programme"),
        "programme.copied": mark("made the programme as a copy of another"),
        "programme.restored": mark("restored the programme from a file"),
        "programme.changed": mark("changed the settings"),
        "programme.ended": mark("ended the programme"),
        "programme.reopened": mark("reopened the programme"),
        "programme.archived": mark("archived the programme"),
        "programme.unarchived": mark("took the programme out of the archive"),
        "term.begun": mark("began the next term"),
        "zone.corrected": mark("corrected the time zone"),
        "site.zone_corrected": mark("corrected the time zone of a site"),
        "page.shared": mark("shared the programme’s public page"),
        "page.kept": mark("stopped sharing the programme’s public page"),
        "charter.adopted": mark("adopted a charter"),
        "charter.language": mark("said in which language the charter is"),
        "joining.settings": mark("changed what people are asked when they join"),
        "joining.openly": mark("changed what people are asked openly"),
        "code.adopted": mark("adopted a code of conduct"),
        "signposts.changed": mark("changed where people find help"),
        "pulse.set": mark("set the term’s pulse"),
        "pulse.change_told": mark("told people what changed because they answered"),
        "job_plans.set": mark("entered facilitators’ hours by job plan"),
        "pathway.trained": mark("entered when someone was trained to facilitate"),
        "pathway.word": mark("decided whether a resident can facilitate next term"),
        "peers.begun": mark("began a programme of facilitators"),
        "rules.changed": mark("changed the rules about rest and duties"),
        "rooms.imported": mark("imported a list of rooms"),
        "rota_manager.added": mark("added a rota manager"),
        "rota_manager.changed": mark("changed a rota manager’s entry"),
        "rota_manager.removed": mark("removed a rota manager"),
        "rota_manager.keeps": mark("changed which rotas a rota manager keeps"),
    }),
    **_all(Kind.ROTAS, Readers.COORDINATORS, {
        "rota.imported": mark("imported a rota"),
        "rota.removed": mark("removed a rota"),
        "rota.taken_back": mark("undid the import of a rota"),
        "rota.swapped": mark("entered swaps in a rota"),
        "rota.pointed": mark("pointed at what a rota means"),
        "rota.spellings_said": mark("said whose name is on a rota"),
        "rota.spelling_forgotten": mark("took back whose name is on a rota"),
        "rota_address.added": mark("added the address of a rota"),
        "rota_address.removed": mark("removed the address of a rota"),
        "clinics.imported": mark("imported a list of clinics"),
    }),
    **_all(Kind.EXPORTS, Readers.BOTH, {
        "data.exported": mark("took out a file"),
        "evidence.released": mark("worked out the evidence of the month"),
        "guest_hours.taken_out": mark("took out the hours of guest coaches"),
    }),
    **_all(Kind.LETTERS, Readers.COORDINATORS, {
        "joining.invited": mark("invited people to join"),
        "joining.reminded": mark("reminded people to answer"),
        "desk.reminded": mark("reminded people"),
        "cover.sent": mark("sent a rota manager the cover list"),
        "mail_trouble.forgotten": mark("noted that e-mail reaches someone again"),
        "deputy.asked": mark("asked someone to stand in as a deputy"),
    }),
    **_all(Kind.CONCERNS, Readers.OVERSIGHT, {
        "concern.answered": mark("answered a concern"),
        "concern.closed": mark("closed a concern"),
        "concern.handed_over": mark("handed a concern over to another contact"),
    }),
    **_all(Kind.OWN, Readers.NOBODY, {
        "token.made": mark("made a token for a program"),
        "token.revoked": mark("revoked a token"),
        "passkey.added": mark("added a passkey"),
        "passkey.removed": mark("removed a passkey"),
        "passkey.refused": mark("had a passkey refused, as there seems to be a copy of it"),
        "own_data.taken": mark("downloaded what is held on them"),
        "own_data.deleted": mark("deleted a part of what is held on them"),
        "absence.noted": mark("noted an absence"),
        "absence.taken_back": mark("took back an absence"),
        "attendance.noted": mark("noted who came to a session"),
        "calendar.added": mark("added a calendar of their own"),
        "calendar.removed": mark("removed a calendar of their own"),
        "change.asked": mark("asked to change their answers"),
        "charter.accepted": mark("agreed to a charter"),
        "charter.hats": mark("said in what role they facilitate a group"),
        "charter.terms": mark("added to their group’s charter"),
        "code.signed": mark("signed the code of conduct"),
        "code.unsigned": mark("withdrew their signature to the code of conduct"),
        "training.entered": mark("entered training of their own"),
        "group.another_asked": mark("asked for another group"),
        "group.another_withdrawn": mark("no longer asks for another group"),
        "group.place_given_up": mark("gave up their place in a group"),
        "relation.override_declined": mark("would rather not share a group"),
        "date.answered_by_mail": mark("answered about a date by e-mail"),
        "date.proposed": mark("proposed another date"),
        "deputy.accepted": mark("agreed to stand in as a deputy"),
        "deputy.declined": mark("declined to stand in as a deputy"),
        "deputy.withdrawn": mark("withdrew a request to a deputy"),
        "feed.chosen": mark("chose what their calendar shows"),
        "feed.opened": mark("opened a calendar address"),
        "feed.revoked": mark("closed a calendar address"),
        "feed.rotated": mark("changed a calendar address"),
        "feeds.ended": mark("lost their calendar addresses"),
        "group.written_to": mark("wrote to their group"),
        "opportunity.posted": mark("posted an opportunity to a group"),
        "opportunity.taken_down": mark("took an opportunity down"),
        "installation.begun": mark("began the installation"),
        "invitation.answered": mark("answered an invitation by e-mail"),
        "joining.agreed": mark("said yes to the programme"),
        "joining.list_corrected": mark("put right what the hospital’s list said of them"),
        "term.ends": mark("leaves the programme with their group"),
        "term.stays-on": mark("stays on when their group ends"),
        "turn.asked": mark("offered to swap their turn in the chair"),
        "turn.kept": mark("kept their turn in the chair"),
        "turn.swapped": mark("swapped their turn in the chair"),
        "meeting.changed": mark("changed how their group joins by video"),
        "own_group.dated": mark("got dates for a group of their own"),
        "own_group.joined": mark("joined a group of their own"),
        "own_group.left": mark("left a group of their own"),
        "own_group.started": mark("started a group of their own"),
        "own_rota.given": mark("gave a rota of their own"),
        "own_rota.removed": mark("removed a rota of their own"),
        "pattern.added": mark("added something that is so every week"),
        "pattern.removed": mark("removed something that is so every week"),
        "session.agreed": mark("agreed on a date for a session"),
        "session.undone": mark("took back the date of a session"),
        "zone.chosen": mark("chose their time zone"),
    }),
}  # fmt: skip
