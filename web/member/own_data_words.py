"""What is held on a person, in words: what each kind is for, who reads it and until when, and what its parts are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from scheduler.languages import mark
from scheduler.own_data.model import Kind
from scheduler.voices.facilitation import CHANGES, STRENGTHS
from scheduler.voices.model import Released
from solvers.vocabulary import CAN, CANNOT, IF_NEED_BE, NOT_KNOWN


@dataclass(frozen=True, slots=True)
class Words:
    """A kind by name, what it is for, who reads it, and until when it is kept."""

    name: str
    purpose: str
    readers: str
    until: str


_YOU: Final = mark("You.")
_COORDINATORS: Final = mark("You and your coordinators.")
_GROUP: Final = mark("You, your group and your coordinators.")
_PLANNER: Final = mark("You and the planner.")
_WHILE: Final = mark("Until everything about you is deleted.")
_YOURS: Final = mark("Until you delete it.")
_PREFERENCES: Final = mark(
    "Until you delete it, or some time after the programme has ended: 90 days, unless the programme says otherwise."
)

KINDS: Final[Mapping[Kind, Words]] = {
    Kind.YOU: Words(mark("Who you are"), mark("To know you and to write to you."), _GROUP, _WHILE),
    Kind.SIGNING_IN: Words(
        mark("How you sign in"), mark("To let you in, and to show you where you’re signed in."), _YOU,
        mark("Until it’s over: devices after 30 days, links 90 days after they end."),
    ),
    Kind.TAKING_PART: Words(
        mark("Your part in programmes"), mark("To form groups that suit you."), _COORDINATORS, _WHILE,
    ),
    Kind.WISHES: Words(
        mark("Your wishes, and relations that you’ve declared"), mark("To form groups that suit you."),
        mark("You and the planner. Coordinators read declared relations, but not treatment, family or complaints."),
        _PREFERENCES,
    ),
    Kind.CIRCUMSTANCES: Words(
        mark("What you’ve said about yourself"), mark("To plan around it."),
        mark("You and the planner. Your coordinators read what you wrote in your own words for them to arrange."),
        _PREFERENCES,
    ),
    Kind.QUESTIONS: Words(
        mark("Questions, requests and proposals"), mark("To pass them on, and the answers back."),
        mark("You and the people you asked, or who asked you."), _WHILE,
    ),
    Kind.TIME: Words(
        mark("Your rota, clinics and leave"), mark("To find dates that you can come to."), _COORDINATORS, _WHILE,
    ),
    Kind.OWN_TIME: Words(
        mark("Times, calendars and rotas that you’ve added yourself"), mark("To find dates that you can come to."),
        mark("You and the planner. Your coordinators see when you can come."), _YOURS,
    ),
    Kind.GROUPS: Words(mark("Your groups"), mark("To run your group."), _GROUP, _WHILE),
    Kind.ATTENDANCE: Words(
        mark("Sessions you were invited to"), mark("To know who’s expected and who came."), _GROUP,
        mark("A resident’s for a year after the programme ends, unless it says otherwise; then only numbers are kept."),
    ),
    Kind.WORDS: Words(
        mark("What you’ve written for others to read"), mark("For your group, or people who look for one."),
        mark("You and the people you wrote it for."), _YOURS,
    ),
    Kind.NOTES: Words(mark("Your private notes"), mark("For yourself."), _YOU, _YOURS),
    Kind.GOALS: Words(
        mark("Your goals, and who helps you"), mark("For yourself, and for your group if you share them."),
        mark("You, and your group what you share."), _YOURS,
    ),
    Kind.THANKS: Words(
        mark("Thanks and nominations"), mark("To say thank you."),
        mark("You and the other person. Coordinators read a nomination once its nominee agrees."), _YOURS,
    ),
    Kind.CONCERNS: Words(
        mark("Concerns that you’ve raised under your name"), mark("To look after you and others."),
        mark("You and the oversight contacts you chose."), _WHILE,
    ),
    Kind.FEEDBACK: Words(
        mark("What you’ve answered about how it’s going"), mark("To learn what helps and what doesn’t."),
        mark("You. Others only read sums of five people or more."),
        mark(
            "Until everything about you is deleted; in the pulse your name goes with your wishes. What you answered "
            "still counts then, without your name."
        ),
    ),
    Kind.CIRCLES: Words(
        mark("Your circles"), mark("So that your circle can meet."),
        mark("You, and each circle its own. Nobody who runs the programme."),
        mark("Until you leave the circle; your own note of it until you delete it."),
    ),
    Kind.MAIL: Words(
        mark("E-mails and invitations"), mark("To tell you of dates and changes, once."), _YOU,
        mark("An e-mail’s text until it’s sent, the rest for 90 days; your choices until you change them."),
    ),
    Kind.CALENDARS: Words(
        mark("Your calendar addresses"), mark("So that your calendar shows your sessions."), _YOU, _WHILE,
    ),
    Kind.ACTS: Words(
        mark("What you did"), mark("So that it can be seen who decided what."),
        mark("Coordinators and oversight contacts, each what’s theirs."),
        mark("It stays, since the record can’t be changed. Once everything is deleted it names only a number."),
    ),
}  # fmt: skip

PARTS: Final[Mapping[str, str]] = {
    "person": mark("Your entry"),
    "absence": mark("Leave"),
    "asking.from_id": mark("People you’ve asked into a group"),
    "asking.to_id": mark("People who’ve asked you into a group"),
    "attended": mark("Whether you came"),
    "attendee": mark("Invitations to sessions"),
    "audit": mark("Entries in the record"),
    "award_nomination.by_id": mark("Nominations you’ve made"),
    "award_nomination.nominee_id": mark("You were nominated for an award"),
    "busy_calendar": mark("Other calendars"),
    "busy_span": mark("Busy times in other calendars"),
    "change_request": mark("Requests to change an answer"),
    "charter_agreement": mark("Charters you’ve agreed to"),
    "charter_hats": mark("In what role you’re there"),
    "circle_concern": mark("What you’ve written to your circle’s contact"),
    "circle_feed": mark("The calendar of your circles"),
    "circle_member": mark("Circles you’re in"),
    "circle_past": mark("Circles you’ve left"),
    "circle_willing": mark("You’re willing to be a circle’s contact"),
    "co_led": mark("Sessions you’ve led together"),
    "concern": mark("Concerns"),
    "contact_invitation": mark("Asked to be an oversight contact"),
    "cover_told": mark("Times told to rota managers"),
    "deputy.for_id": mark("People asked to stand in for you"),
    "deputy.person_id": mark("You were asked to stand in"),
    "desk_notice": mark("What needed you"),
    "desk_reminder": mark("Reminders to coordinators"),
    "desk_wish": mark("What you wanted to be told of"),
    "directory_entry": mark("Your entry in the directory"),
    "duty": mark("Duties"),
    "evidence_person": mark("You’re counted in published figures"),
    "facilitation_answer": mark("About your facilitators"),
    "facilitator_pathway": mark("On the way to facilitating"),
    "feed": mark("Calendar addresses"),
    "first_question.from_id": mark("Questions you’ve asked first"),
    "first_question.to_id": mark("Questions you’ve been asked"),
    "goal": mark("Goals"),
    "goal_weight": mark("What matters to you, and how far you are"),
    "group_letter": mark("When you wrote to your group"),
    "group_place": mark("E-mails of your group"),
    "help_line": mark("Who helps you with what"),
    "address_change": mark("Changes of your e-mail address"),
    "identity": mark("Your institution’s account"),
    "invitation": mark("Invitations sent"),
    "job_plan": mark("Hours in your job plan"),
    "joining_answer": mark("Your answers"),
    "api_token": mark("Tokens for programs"),
    "login": mark("Devices"),
    "looking": mark("Looking for a group"),
    "mail": mark("E-mails sent to you"),
    "mail_choice": mark("How you’re reached"),
    "mail_trouble": mark("E-mails that didn’t arrive"),
    "member": mark("Groups"),
    "opportunity": mark("Opportunities you’ve posted"),
    "own_group_member": mark("Groups you’ve formed"),
    "own_mark": mark("When you can or can’t come"),
    "passkey": mark("Passkeys"),
    "participant": mark("Your part"),
    "portrait": mark("About you as a facilitator"),
    "private_note": mark("Notes"),
    "proposal": mark("Dates you’ve proposed"),
    "proposal_answer": mark("Answers to proposed dates"),
    "pulse_answer": mark("The term’s pulse"),
    "relation.about_id": mark("What others are to you, on the coordinator’s list"),
    "relation.declared_by_id": mark("Relations that you’ve declared"),
    "relation.person_id": mark("What you are to others, on the coordinator’s list"),
    "relation_override.about_id": mark("Reasons recorded for sharing a group"),
    "relation_override.person_id": mark("Reasons recorded for sharing a group, with you as the senior"),
    "release": mark("When you’ll be released from duty"),
    "release_answer": mark("Whether you were released"),
    "reminder": mark("Reminders"),
    "role": mark("Roles"),
    "rota": mark("Rotas you’ve given"),
    "rota_address": mark("Addresses of your rota"),
    "rota_line": mark("Your name on rotas"),
    "rota_manager": mark("You as a rota manager"),
    "rota_spelling": mark("How rotas spell your name"),
    "rota_span": mark("Days covered by rotas"),
    "session": mark("Your turns in the chair"),
    "session_way": mark("Sessions joined by call, or not"),
    "sign_in_link": mark("Links to sign in"),
    "site_change": mark("Changes of site"),
    "standing_deputy": mark("Groups you stand in for"),
    "swap_wish": mark("Groups you’d swap into"),
    "text_message": mark("Text messages"),
    "thanks.person_id": mark("Thanks you’ve had"),
    "thanks.signed_by": mark("Thanks you’ve signed"),
    "thread": mark("Questions to your group"),
    "thread_reply": mark("Answers to your group’s questions"),
    "told": mark("What became of your wishes"),
    "training": mark("Training"),
    "unmet_wish": mark("What couldn’t be met"),
    "unplaced": mark("Plans without a group for you"),
    "waiting_rota": mark("Rotas being read"),
    "weekly": mark("Weekly times"),
    "wish": mark("People you wish for, or not"),
    "writing_place": mark("Taking part in writing"),
}

WORDS: Final[Mapping[str, str]] = {
    "resident": mark("Resident"),
    "faculty": mark("Facilitator"),
    "facilitator": mark("Facilitator"),
    "coordinator": mark("coordinator"),
    "oversight": mark("oversight contact"),
    "director": mark("director"),
    "want": mark("People you’d like to be with"),
    "avoid": mark("People you’d rather not be with"),
    "choice": mark("Facilitators you’d like"),
}
"""Stored words as people say them."""
MARKS: Final[Mapping[str, str]] = {
    CAN: mark("can"),
    IF_NEED_BE: mark("if need be"),
    CANNOT: mark("can’t"),
    NOT_KNOWN: mark("not known"),
}
"""Whether somebody can come."""
RELEASED: Final[Mapping[str, str]] = {
    Released.YES: mark("granted"),
    Released.NO: mark("not granted"),
    Released.OFF: mark("off anyway"),
}
"""What somebody said of a release."""
WORDS_OF: Final[Mapping[str, Mapping[str, str]]] = {
    "mark": MARKS,
    "answer": RELEASED,
    "strengths": STRENGTHS,
    "change": CHANGES,
}
"""Stored words that mean something else, or nothing, elsewhere: by what they are told as."""
