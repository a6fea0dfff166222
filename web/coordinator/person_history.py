"""What was changed of a person, in words."""

from __future__ import annotations

from web.language import lazy_gettext

_WORDS = {
    "person.added": lazy_gettext("Added to the programme"),
    "person.changed": lazy_gettext("Details corrected"),
    "person.address_changed": lazy_gettext("E-mail address changed"),
    "person.left": lazy_gettext("Left the programme"),
    "person.back": lazy_gettext("Came back to the programme"),
    "people.merged": lazy_gettext("Merged with a second entry of the same person"),
    "people.split": lazy_gettext("Split: a second person got an entry of their own"),
    "people.grade_set": lazy_gettext("Grade changed"),
    "people.site_set": lazy_gettext("Site changed"),
    "site.changed": lazy_gettext("Site changed"),
    "site.change_withdrawn": lazy_gettext("A coming change of site was removed"),
    "pattern.added": lazy_gettext("A weekly entry was added"),
    "pattern.removed": lazy_gettext("A weekly entry was removed"),
    "absence.noted": lazy_gettext("Leave was added"),
    "absence.taken_back": lazy_gettext("Leave was removed"),
    "relation.added": lazy_gettext("A relation was added"),
    "relation.changed": lazy_gettext("A relation was corrected"),
    "relation.ended": lazy_gettext("A relation was ended"),
    "relation.removed": lazy_gettext("A relation was removed"),
    "relation.overridden": lazy_gettext("A reason for two people to share a group was recorded"),
    "relation.override_withdrawn": lazy_gettext("A reason for two people to share a group was withdrawn"),
    "relation.override_declined": lazy_gettext("A pairing isn’t possible any longer"),
    "mail_trouble.forgotten": lazy_gettext("E-mails arrive again"),
    "group.member_out": lazy_gettext("Taken out of a group"),
    "group.place_given_up": lazy_gettext("Gave up their place in a group"),
    "group.swapped": lazy_gettext("Swapped groups"),
    "group.member_in": lazy_gettext("Put into a group"),
}


def told(action: str) -> str:
    """What an entry of the record of changes says."""
    return _WORDS[action]
