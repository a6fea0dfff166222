"""Every column of the database that names a person: what of its rows that person may have, and what deleting does.

A test compares it with the tables, so that none is forgotten and no new column is told, or kept, unthought of.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scheduler.own_data.model import Fate, Held, Kind, LeftOut

_K, _N, _S = Kind, Fate.NAMELESS, Fate.KEPT
_OFFICE: Final = LeftOut("an act for the programme: the person finds it among what they did", _N)
_WORKED_OUT: Final = LeftOut("worked out from what is told, again and again")
_OTHERS: Final = LeftOut("another person's own word: it is theirs to read")
_ASKED_TO_STAND_IN: Final = tuple(
    ("session_id", other, "state", "note", "asked_at", "answered_at") for other in ("person_id", "for_id")
)
_ASKED_INTO_A_GROUP: Final = (
    "programme_id", "text", "purpose", "group_name", "mode", "state", "asked_at", "answered_at",
)  # fmt: skip
_RECORDED: Final = ("kind", "reason", "made_by_name", "made_at", "withdrawn_at", "declined")
REFERENCES: Final[Mapping[tuple[str, str], tuple[Held, ...] | LeftOut]] = {
    ("absence", "person_id"): (
        Held(_K.TIME, ("programme_id", "first_day", "last_day", "from_midday", "until_midday")),
    ),
    ("address_change", "person_id"): (Held(_K.SIGNING_IN, ("programme_id", "former", "changed_at", "ends_at")),),
    ("api_token", "person_id"): (Held(_K.SIGNING_IN, ("name", "scope", "created_at", "ends_at", "seen_at")),),
    ("asking", "from_id"): (Held(_K.QUESTIONS, ("to_id", *_ASKED_INTO_A_GROUP)),),
    ("asking", "to_id"): (Held(_K.QUESTIONS, ("from_id", *_ASKED_INTO_A_GROUP)),),
    ("attended", "noted_by"): _OFFICE,
    ("attended", "person_id"): (Held(_K.ATTENDANCE, ("session_id", "came", "noted_at")),),
    ("attendee", "person_id"): (
        Held(
            _K.ATTENDANCE,
            (
                "session_id", "role", "mark", "unexpected", "unexpected_changed_at", "away", "turn_changed_at",
                "turn_lapsed_at", "by_call", "way_changed_at",
            ),
        ),
    ),
    ("audit", "actor_id"): (Held(_K.ACTS, ("at", "programme_id", "action"), _S),),
    ("availability", "person_id"): _WORKED_OUT,
    ("award_nomination", "by_id"): (
        Held(_K.THANKS, ("programme_id", "nominee_id", "text", "day", "agrees"), _N),
    ),
    ("award_nomination", "nominee_id"): (Held(_K.THANKS, ("programme_id", "by_id", "text", "day", "agrees")),),
    ("booked_person", "person_id"): _WORKED_OUT,
    ("busy_calendar", "person_id"): (
        Held(_K.OWN_TIME, ("address", "all_day", "added_at", "fetched_at", "trouble", "skipped")),
    ),
    ("change_request", "person_id"): (
        Held(_K.QUESTIONS, ("programme_id", "about", "note", "asked_at", "decided_at", "granted", "open_until")),
    ),
    ("charter", "adopted_by"): _OFFICE,
    ("charter_agreement", "person_id"): (
        Held(_K.GROUPS, ("programme_id", "group_key", "version", "terms", "accepted_at")),
    ),
    ("charter_hats", "person_id"): (Held(_K.GROUPS, ("programme_id", "group_key", "hats")),),
    ("charter_terms", "written_by"): LeftOut("the group's own words, which stay with the group", _N),
    ("circle_concern", "from_id"): (
        Held(_K.CIRCLES, ("circle_id", "to_id", "text", "named", "said_at", "answer"), _N),
    ),
    ("circle_concern", "to_id"): LeftOut("another person's own word: its author and who it is for read it there", _N),
    ("circle_contact", "person_id"): LeftOut("what a circle has chosen: known from what it writes to its contact"),
    ("circle_feed", "person_id"): (Held(_K.CIRCLES, ("opened_at",)),),
    ("circle_member", "person_id"): (Held(_K.CIRCLES, ("circle_id", "joined_on", "agreed_version")),),
    ("circle_past", "person_id"): (Held(_K.CIRCLES, ("programme_id", "name", "joined_on", "left_on")),),
    ("circle_reminder", "person_id"): LeftOut("that somebody was reminded of a date, so that they are once"),
    ("circle_willing", "person_id"): (Held(_K.CIRCLES, ("programme_id",)),),
    ("co_led", "noted_by"): _OFFICE,
    ("co_led", "person_id"): (Held(_K.ATTENDANCE, ("session_id",)),),
    ("code_of_conduct", "adopted_by"): _OFFICE,
    ("concern", "about_id"): LeftOut("a concern that somebody else raised: it is theirs and their contact's", _S),
    ("concern", "person_id"): (
        Held(_K.CONCERNS, ("programme_id", "kind", "urgency", "text", "about", "reply_by", "reach", "said_at"), _N),
    ),
    ("concern_message", "person_id"): LeftOut("a contact's answer, or a note for who raised the concern", _N),
    ("concern_reader", "person_id"): LeftOut("which concerns a contact may read is in their own area"),
    ("contact_invitation", "person_id"): (Held(_K.TAKING_PART, ("programme_id", "role", "invited_at")),),
    ("cover_sending", "sent_by"): _OFFICE,
    ("cover_told", "person_id"): (Held(_K.TIME, ("session_id", "site_id", "rota", "starts_at", "ends_at", "duty")),),
    ("date_question", "person_id"): LeftOut("a link that answers a proposed date once"),
    ("deputy", "for_id"): (Held(_K.QUESTIONS, _ASKED_TO_STAND_IN[0]),),
    ("deputy", "person_id"): (Held(_K.QUESTIONS, _ASKED_TO_STAND_IN[1]),),
    ("desk_notice", "person_id"): (Held(_K.MAIL, ("programme_id", "item", "since", "told_at")),),
    ("desk_reminder", "person_id"): (Held(_K.MAIL, ("programme_id", "kind", "sent_at")),),
    ("desk_wish", "person_id"): (Held(_K.MAIL, ("programme_id", "wish", "told_at")),),
    ("directory_entry", "person_id"): (Held(_K.WORDS, ("programme_id", "topics", "languages", "listed_at")),),
    ("draft_edit", "made_by"): _OFFICE,
    ("draft_pin", "other_id"): LeftOut("a coordinator's sketch of a plan that nobody has seen"),
    ("draft_pin", "person_id"): LeftOut("a coordinator's sketch of a plan that nobody has seen"),
    ("duty", "person_id"): (Held(_K.TIME, ("rota_id", "day", "code", "kind", "starts_at", "ends_at")),),
    ("evidence_person", "person_id"): (Held(_K.TAKING_PART, ("programme_id", "kind", "entered", "cells"), _N),),
    ("facilitation_answer", "facilitator_id"): LeftOut("others' answers, of which five together are read"),
    ("facilitation_answer", "person_id"): (
        Held(_K.FEEDBACK, ("programme_id", "facilitator_id", "strengths", "change", "day"), _N),
    ),
    ("facilitator_pause", "person_id"): LeftOut("a step for others' safety, of which the oversight contacts tell"),
    ("facilitator_pathway", "person_id"): (
        Held(_K.TAKING_PART, ("programme_id", "willing_at", "trained_on", "word_at")),
    ),
    ("feed", "owner_id"): (
        Held(
            _K.CALENDARS,
            ("programme_id", "purpose", "name", "alarm_minutes", "names_group", "created_at", "last_used_at",
             "revoked_at", "ended_at"),
        ),
    ),
    ("first_question", "from_id"): (
        Held(_K.QUESTIONS, ("programme_id", "to_id", "alias", "text", "answer", "asked_at", "answered_at")),
    ),
    ("first_question", "to_id"): (
        Held(_K.QUESTIONS, ("programme_id", "alias", "text", "answer", "asked_at", "answered_at")),
    ),
    ("first_start", "person_id"): LeftOut("how the installation was begun: a digest and its moment", _N),
    ("goal", "person_id"): (
        Held(_K.GOALS, ("programme_id", "text", "review_on", "shared", "reached_at", "created_at")),
    ),
    ("goal_weight", "person_id"): (Held(_K.GOALS, ("programme_id", "area", "importance", "progress", "changed_at")),),
    ("group_place", "person_id"): (Held(_K.GROUPS, ("programme_id", "group_key", "muted")),),
    ("help_line", "person_id"): (Held(_K.GOALS, ("topic", "helper", "written_at")),),
    ("identity", "person_id"): (Held(_K.SIGNING_IN, ("issuer", "subject", "linked_at")),),
    ("invitation", "person_id"): (
        Held(
            _K.MAIL,
            ("session_id", "holds", "takes_place", "starts_at", "ends_at", "place", "told_at", "answered_at"),
        ),
    ),
    ("job_plan", "person_id"): (Held(_K.TAKING_PART, ("programme_id", "hours_a_year")),),
    ("joining_answer", "person_id"): (
        Held(_K.TAKING_PART, ("programme_id", "invited_at", "reminded_at", "agreed_at", "changed_at", "steps")),
        Held(_K.CIRCUMSTANCES, ("programme_id", "needs")),
    ),
    ("kept_answer", "person_id"): LeftOut("answers given again to their own programs for a day, out of what is told"),
    ("login", "person_id"): (Held(_K.SIGNING_IN, ("created_at", "seen_at", "device")),),
    ("looking", "person_id"): (Held(_K.WORDS, ("programme_id", "words", "since")),),
    ("mail_choice", "person_id"): (
        Held(_K.MAIL, ("invitations", "reminder_hours", "quiet_from", "quiet_to", "channel", "number")),
    ),
    ("member", "person_id"): (Held(_K.GROUPS, ("group_id", "role", "since")),),
    ("own_group_member", "person_id"): (Held(_K.GROUPS, ("own_group_id", "role", "joined_at")),),
    ("own_mark", "person_id"): (
        Held(_K.OWN_TIME, ("programme_id", "starts_at", "ends_at", "mark", "one_start")),
    ),
    ("passkey", "person_id"): (Held(_K.SIGNING_IN, ("name", "created_at", "seen_at")),),
    ("participant", "person_id"): (
        Held(
            _K.TAKING_PART,
            ("programme_id", "kind", "stage", "site_id", "modes", "models", "interests", "external", "capacity",
             "new_here", "specialty", "mentor_level", "stays_on", "accepts_writing", "joined_at",
             "left_at", "declined", "guest"),
        ),
        Held(
            _K.CIRCUMSTANCES,
            ("programme_id", "tags", "company", "firm", "traits", "like", "unlike", "together"),
        ),
    ),
    ("plan", "published_by"): _OFFICE,
    ("portrait", "code_noted_by"): _OFFICE,
    ("portrait", "person_id"): (
        Held(_K.WORDS, ("programme_id", "text")),
        Held(_K.TAKING_PART, ("programme_id", "deputy_wanted", "peers_wanted", "code_signed_at", "code_version")),
    ),
    ("preflight_override", "person_id"): _OFFICE,
    ("private_note", "person_id"): (Held(_K.NOTES, ("session_id", "text", "changed_at")),),
    ("proposal", "by_id"): (
        Held(_K.QUESTIONS, ("programme_id", "session_id", "starts_at", "made_at", "state", "settled_at"), _N),
    ),
    ("proposal_answer", "person_id"): (Held(_K.QUESTIONS, ("proposal_id", "agrees", "said_at")),),
    ("pulse_answer", "person_id"): (Held(_K.FEEDBACK, ("programme_id", "question", "value", "said_at"), _N),),
    ("relation", "about_id"): (
        Held(_K.TAKING_PART, ("programme_id", "person_id", "kind", "first_day", "last_day")),
    ),
    ("relation", "declared_by_id"): (
        Held(_K.WISHES, ("programme_id", "person_id", "about_id", "kind", "first_day", "last_day")),
    ),
    ("relation", "person_id"): (
        Held(_K.TAKING_PART, ("programme_id", "about_id", "kind", "first_day", "last_day")),
    ),
    ("relation_override", "about_id"): (
        Held(_K.TAKING_PART, ("programme_id", "person_id", *_RECORDED)),
    ),
    ("relation_override", "made_by"): _OFFICE,
    ("relation_override", "person_id"): (
        Held(_K.TAKING_PART, ("programme_id", "about_id", *_RECORDED)),
    ),
    ("relation_override", "withdrawn_by"): _OFFICE,
    ("release", "person_id"): (Held(_K.TIME, ("programme_id", "session_id", "rota", "starts_at", "ends_at", "duty")),),
    ("release_answer", "person_id"): (Held(_K.FEEDBACK, ("session_id", "answer", "said_at"), _N),),
    ("reminder", "person_id"): (Held(_K.MAIL, ("session_id", "starts_at", "hours_before", "send_at", "sent_at")),),
    ("role", "person_id"): (Held(_K.TAKING_PART, ("programme_id", "role")),),
    ("rota", "given_by"): (
        Held(_K.OWN_TIME, ("programme_id", "name", "layout", "first_day", "last_day", "imported_at")),
    ),
    ("rota", "imported_by"): _OFFICE,
    ("rota_address", "given_by"): (
        Held(_K.OWN_TIME, ("programme_id", "name", "address", "added_at", "fetched_at", "trouble")),
    ),
    ("rota_line", "person_id"): (Held(_K.TIME, ("rota_id", "name")),),
    ("rota_spelling", "person_id"): (Held(_K.TIME, ("programme_id", "written", "said_at")),),
    ("rota_span", "person_id"): (Held(_K.TIME, ("rota_id", "first_day", "last_day")),),
    ("run", "requested_by"): _OFFICE,
    ("session", "chair_id"): (Held(_K.GROUPS, ("programme_id", "group_name", "starts_at"), _N),),
    ("session_way", "person_id"): (Held(_K.ATTENDANCE, ("session_id", "starts_at", "by_call", "said_at")),),
    ("sign_in_link", "person_id"): (Held(_K.SIGNING_IN, ("created_at", "ends_at", "stays", "used_at")),),
    ("site_change", "person_id"): (Held(_K.TAKING_PART, ("programme_id", "first_day", "site_id")),),
    ("standing_deputy", "person_id"): (Held(_K.TAKING_PART, ("programme_id", "group_key", "named_at")),),
    ("swap_wish", "person_id"): (Held(_K.WISHES, ("programme_id", "into", "asked_at")),),
    ("opportunity", "person_id"): (Held(_K.WORDS, ("programme_id", "text", "posted_at", "ends_on")),),
    ("thanks", "person_id"): (Held(_K.THANKS, ("programme_id", "text", "day", "may_pass_on")),),
    ("thanks", "signed_by"): (Held(_K.THANKS, ("programme_id", "text", "day", "may_pass_on"), _N),),
    ("thread", "opened_by"): (Held(_K.WORDS, ("session_id", "question", "opened_at"), _N),),
    ("thread_reply", "person_id"): (Held(_K.WORDS, ("session_id", "text", "said_at")),),
    ("told", "person_id"): (Held(_K.WISHES, ("plan_id", "wishes")),),
    ("training", "person_id"): (
        Held(
            _K.TAKING_PART,
            ("programme_id", "kind", "done_on", "valid_until", "note", "entered_at", "verified_at", "sent_back_at",
             "answer"),
        ),
    ),
    ("training", "verified_by"): _OFFICE,
    ("trouble", "accepted_by"): _OFFICE,
    ("unmet_wish", "person_id"): (
        Held(_K.WISHES, ("programme_id", "groups", "unmet", "found_at", "mailed_at", "choice", "chosen_at")),
    ),
    ("unplaced", "person_id"): (Held(_K.GROUPS, ("plan_id",)),),
    ("waiting_list", "read_by"): _OFFICE,
    ("waiting_notice", "person_id"): LeftOut("an e-mail that is about to be written"),
    ("waiting_rota", "given_by"): (Held(_K.OWN_TIME, ("programme_id", "name", "read_at")),),
    ("weekly", "person_id"): (
        Held(
            _K.TIME,
            ("programme_id", "weekday", "start", "end", "mark", "category", "first_day", "last_day", "except_days"),
        ),
    ),
    ("wish", "about_id"): _OTHERS,
    ("wish", "person_id"): (Held(_K.WISHES, ("programme_id", "about_id", "kind")),),
    ("writing_place", "person_id"): (
        Held(_K.ATTENDANCE, ("session_id", "asked_at", "prompted_at", "wrote_at")),
    ),
}  # fmt: skip
"""(table, column) → what its rows say to whom they name there."""

BESIDE: Final[Mapping[str, tuple[str, str, Kind, tuple[str, ...]]]] = {
    "busy_span": ("calendar_id", "busy_calendar", Kind.OWN_TIME, ("starts_at", "ends_at", "all_day")),
    "group_letter": ("place_id", "group_place", Kind.WORDS, ("written_at",)),
}
"""Tables whose rows belong to a row that names a person: the column, the table that it leads to, and what is told."""

BY_ADDRESS: Final[Mapping[str, tuple[str, Held]]] = {
    "mail": ("address", Held(_K.MAIL, ("subject", "created_at", "sent_at", "error"))),
    "mail_trouble": ("address", Held(_K.MAIL, ("kind", "status", "first_at", "last_at"))),
    "rota_manager": ("email", Held(_K.TAKING_PART, ("programme_id", "name", "email", "added_at"), _S)),
    "text_message": ("address", Held(_K.MAIL, ("created_at", "sent_at", "error"))),
}
"""Tables that name a person by their e-mail address alone: the column that does, and what is told."""

PERSON: Final = ("name", "former_names", "email", "zone", "language", "created_at")
"""What is told of a person's own entry; the rest of it is how names and addresses are compared."""
