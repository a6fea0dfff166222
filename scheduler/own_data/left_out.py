"""What of the database is told to nobody as held on them, and why: columns of tables that are told, and whole tables.

:mod:`scheduler.own_data.register` has the rest. Together they name every table, and every column of those that are
told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

HIDDEN: Final[Mapping[str, Mapping[str, str]]] = {
    "absence": {"id": "a number"},
    "address_change": {"id": "a number", "digest": "the seal of its link", "devices": "seals of logins"},
    "api_token": {"id": "a number", "digest": "the seal of the token"},
    "asking": {"id": "a number", "own_group_id": "the group is named where its people are"},
    "attended": {"noted_by": "who noted it", "person_id": "themselves"},
    "audit": {
        "id": "a number", "details": "numbers of others", "place": "the seal", "actor_then": "the seal",
        "digest": "the seal",
    },
    "award_nomination": {"id": "a number"},
    "busy_calendar": {
        "id": "a number", "next_fetch_at": "how it is fetched", "failures": "how it is fetched",
        "etag": "how it is fetched",
    },
    "change_request": {"id": "a number"},
    "charter_agreement": {
        "hats": "what others are in the group", "company": "who else was in the group",
        "told": "what was told of others",
    },
    "circle_concern": {"id": "a number"},
    "circle_feed": {"digest": "the seal of its address"},
    "circle_past": {"id": "a number"},
    "co_led": {"noted_by": "who noted it"},
    "concern": {
        "id": "a number", "digest": "the seal of its code", "about_id": "it is in the words",
        "seen_at": "in the conversation, under its code", "answered_at": "in the conversation, under its code",
        "closed_at": "in the conversation, under its code",
    },
    "cover_told": {"manager_id": "which rota manager was told"},
    "deputy": {"id": "a number", "held": "how it is kept"},
    "desk_notice": {"mail_id": "a number", "told_parts": "how it is kept", "told_start": "how it is kept"},
    "desk_wish": {"id": "a number"},
    "duty": {"id": "a number", "cell": "where in the sheet it was read"},
    "evidence_person": {"number": "a number"},
    "facilitation_answer": {"id": "a number", "unnamed": "once nobody is named"},
    "feed": {
        "id": "a number", "digest": "the seal of its address", "group_key": "in its name", "room_id": "in its name",
        "site_id": "in its name", "manager_id": "in its name", "page_url": "how it is served",
        "etag": "how it is served", "changed_at": "how it is served", "fault": "how it is served",
    },
    "first_question": {"id": "a number"},
    "goal": {"id": "a number"},
    "group_place": {"id": "a number"},
    "help_line": {"id": "a number"},
    "invitation": {
        "sequence": "how calendars are told", "expected": "how calendars are told", "shown": "how calendars are told",
        "mail_id": "a number", "reminders_for": "how calendars are told",
    },
    "login": {"digest": "the seal of the login"},
    "member": {"beside": "how it was planned", "by_hand": "how it was planned"},
    "opportunity": {"id": "a number", "group_key": "the group is named where its people are"},
    "own_mark": {"id": "a number"},
    "passkey": {
        "id": "a number", "credential": "what the device calls it", "public_key": "the seal of the passkey",
        "user_handle": "what the device calls them", "sign_count": "how often the device says that it was used",
    },
    "participant": {},
    "portrait": {"code_noted_by": "who noted it"},
    "proposal": {"id": "a number", "group_key": "the session's", "moved_from": "the session's"},
    "pulse_answer": {"id": "a number"},
    "relation": {"id": "a number", "declared": "their own stand by themselves"},
    "relation_override": {"id": "a number", "made_by": "the name is told", "withdrawn_by": "an act"},
    "release": {
        "id": "a number", "site_id": "the rota's", "sequence": "how calendars are told",
        "created_at": "how calendars are told", "changed_at": "how calendars are told",
        "ended_at": "how calendars are told",
    },
    "release_answer": {"id": "a number", "site_id": "once nobody is named", "unnamed": "once nobody is named"},
    "reminder": {"mail_id": "a number"},
    "rota": {
        "id": "a number", "site_id": "the person's", "imported_by": "an act", "remarks": "about how the file was read",
    },
    "rota_address": {
        "id": "a number", "site_id": "the person's", "next_fetch_at": "how it is fetched",
        "failures": "how it is fetched", "tried_at": "how it is fetched", "etag": "how it is fetched",
        "digest": "how it is fetched",
    },
    "rota_spelling": {"key": "how names are compared", "site": "how names are compared"},
    "session": {
        "id": "a number", "uid": "how calendars are told", "sequence": "how calendars are told",
        "chair_agreed": "how turns are shared out", "chair_wants_id": "how turns are shared out",
        **dict.fromkeys(
            ("group_key", "model_name", "round", "ends_at", "mode", "site_id", "room_id", "status", "created_at",
             "changed_at", "cancelled_at", "extra", "agreed_at", "offers_again", "left_behind_at"), "the group's",
        ),
    },
    "sign_in_link": {
        "digest": "the seal of the link", "code": "the seal of its code", "asked_in": "the seal of a browser’s mark",
    },
    "swap_wish": {"out_of": "their own group"},
    "thanks": {"id": "a number", "person_id": "whom it was for", "signed_by": "who wrote it, where they signed"},
    "thread": {"closes_at": "the session's", "gathered_at": "how e-mails are sent"},
    "training": {"id": "a number", "verified_by": "who noted it"},
    "waiting_rota": {"id": "a number", "site_id": "the person's", "content": "the file as it is being read"},
    "weekly": {"id": "a number"},
    "writing_place": {"id": "a number"},
}  # fmt: skip
"""Columns of those tables that are told by none of them, and why."""

_PROGRAMME, _GROUP, _NUMBERS = "the programme's settings", "a group, with nobody's name", "counts and moments"
OF_NOBODY: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            "programme",
            "days_off",
            "grade",
            "joining",
            "list_heading",
            "list_word",
            "model",
            "programme_page",
            "round",
            "signpost",
            "site",
            "window",
            "journey",
            "room",
            "surge",
            "rota_pointing",
            "pulse",
            "kept_rota",
            "legend",
        ),
        _PROGRAMME,
    ),
    **dict.fromkeys(
        (
            "group",
            "group_pause",
            "meeting",
            "own_group",
            "former_date",
            "offer_due",
            "surged_session",
            "told_session",
            "booking",
            "agenda_item",
            "circle",
            "circle_meeting",
        ),
        _GROUP,
    ),
    **dict.fromkeys(
        (
            "audit_check",
            "audit_head",
            "desk_stock",
            "import_result",
            "rota_version",
            "edited_draft",
            "run_progress",
            "feed_body",
            "feed_due",
            "rota_beside",
            "sent_form",
            "asked_often",
            "release_handed_over",
            "circle_count",
        ),
        _NUMBERS,
    ),
    **dict.fromkeys(("attendance_sum", "attendance_share"), "numbers, and nobody's name"),
    "evidence_release": "figures as they were published, and whom they counted as numbers of their own",
    "explanation": "why groups are as they are, with people as numbers",
    "group_news": "what somebody was last told of their group, which is what the group is",
    "planned_session": "who leads and can come, worked out from what is told, with people as numbers",
    "rota_replaced": "rotas as they were before an import, to be put back, for 90 days",
    "webhook": "addresses of programs that a programme tells of its changes",
    "webhook_delivery": "what became of messages to such addresses",
    "worker": "processes that make plans and send e-mail, and their machines’ names",
    "waiting_sheets": "a file that is being read, until it is imported or two weeks have passed",
}
"""Every other table, and what it holds instead."""
