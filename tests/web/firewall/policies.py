"""What every address may show of people, beside whom it is for: the tests ask of each what follows from it.

A route that is in none of these sets fails :mod:`tests.web.firewall.test_matrix`. Whoever adds one says here what it
shows; the addresses that lead from a form to its page (``…_page``) show nothing and need no line.
"""

from __future__ import annotations

from enum import Enum
from typing import Final


class Shows(Enum):
    """What an address shows, at most."""

    NOTHING = "nothing"
    """Nothing about anybody but the reader, or what everybody may read."""
    OWN = "own"
    """What the reader said, did and was told; of their groups only those that are open to them."""
    GROUP = "group"
    """What is one group's own: answers as if it did not exist to whoever has power over anybody in the group."""
    PLANNING = "planning"
    """Who is in which group, when it meets and who can come then: coordinators need it whatever they are to "
    "people."""
    WORDS = "words"
    """To coordinators, of people also what they said and did: withheld, person by person, from those with power."""
    CONCERNS = "concerns"
    """What people told the oversight contact: withheld from a contact who has power over whoever gave their name."""


def _of(blueprint: str, names: str) -> frozenset[str]:
    return frozenset(f"{blueprint}.{name}" for name in names.split())


POLICIES: Final = {
    Shows.NOTHING: frozenset({"static"})
    | _of("auth", "account ask open_link sent choose_clock end_login request_again request_link sign_out use_link")
    | _of("auth", "sign_out_everywhere use_code token_made token_revoked")
    | _of("passkeys", "added options_to_add options_to_sign_in removed use")
    | _of("api", "openapi evidence")
    | _of("first_start", "ask use")
    | _of("institution", "back start")
    | _of("ops", "alive feeds_are_fresh metrics ready workers_live")
    | _of(
        "director",
        "accept accepted across across_csv evidence evidence_csv evidence_pdf evaluation released stepped_down",
    )
    | _of(
        "public",
        "released released_said choose stopped programme stop welcome concern concern_answer concern_more "
        "concern_raised address_change address_answered",
    )
    | _of("oversight", "accept accepted circles_willing pauses pause_begun pause_lifted stepped_down")
    | _of("facilitator", "prompts")
    | _of("coordinator", "circles"),
    Shows.OWN: _of(
        "facilitator", "directory directory_entered groups record record_as_csv record_as_pdf nomination_answered"
    )
    | _of("guest", "charter charter_accepted conduct conduct_signed groups left record record_as_csv")
    | _of(
        "member",
        "my_data my_data_file my_data_delete my_data_deleted "
        "availability availability_address availability_all_day availability_away availability_days "
        "availability_file "
        "availability_refusal_removed availability_removed availability_said availability_weekly calendar "
        "calendar_card calendar_chosen calendar_closed calendar_made calendar_replaced about_me "
        "about_me_deleted about_me_saved own_place own_place_another own_place_decided own_place_given_up told "
        "told_forgotten goal_added goal_changed goals group joining joining_all joining_back joining_leave "
        "joining_left joining_listed joining_names joining_no joining_request joining_saved joining_step joining_yes "
        "mail mail_answered mail_chosen own_rota own_rota_address own_rota_address_removed own_rota_days "
        "own_rota_deleted own_rota_discarded own_rota_read own_rota_taken "
        "own_groups own_group_begun own_group_joined own_group_left own_group_dated "
        "first_answered first_asked first_questions "
        "own_relations relation_dated relation_declared already_asked asked looking_said note_written pairing_declined "
        "voice_pathway nominate nominated nomination_taken_back record record_pdf voice_facilitation voice "
        "voice_released voice_pulse "
        "area_weighed "
        "circle circle_answered circle_begun circle_calendar circle_charter circle_concern circle_contacts "
        "circle_code circle_dates circle_goes_on circle_joined circle_left circle_past_deleted circle_reading "
        "circle_willing circles own_dates "
        "help_map help_line_added help_line_deleted question_answered swap swap_asked pause pause_taken pause_ended "
        "staying_on",
    ),
    Shows.GROUP: _of("public", "date_question date_answered")
    | _of("facilitator", "deputy deputy_asked deputy_taken_back hand_over_written request_answered standing_in")
    | _of(
        "member",
        "led_together agenda_changed can_make_it cannot_make_it charter charter_accepted charter_earlier "
        "charter_hats charter_pdf "
        "charter_terms charter_terms_written come_anyway date_answered date_proposed "
        "date_undone date_withdrawn dates group_of letter letter_written meeting_set opportunity_posted "
        "opportunity_taken_down session suggested "
        "thanked thread_answered thread_opened turn_answered turn_asked way_said who_came_noted writing_chosen",
    ),
    Shows.WORDS: _of("coordinator", "joining joining_decide overview person"),
    Shows.PLANNING: _of(
        "coordinator",
        "all_together facilitators openly people_directory record record_csv signposts "
        "standing_deputy "
        "availability calendars change charter clashes compared cover cover_file cover_managers cover_printed "
        "cover_sending "
        "dates edit edit_effect edit_panel edit_to_improve everything_out find group group_more group_place groups "
        "guests import_result life life_copy life_end life_next_term lists_to_upload mail new_programme offices people "
        "people_out person_erase person_merge person_new person_pattern_shown person_split plan plan_again "
        "plan_changed plan_rules "
        "plan_to_publish plans plans_to_delete programme_as_file programmes published_session relation relation_new "
        "relations repair repair_proposal restoring rota_names rota_paste rota_removal rota_sheet rota_taking_back "
        "rota_waiting rotas rules run run_answered run_asked run_progress runs_ended runs_going section setting_up "
        "settings sharing start_programme surge table_as_file term term_attendance term_equity trouble troubles "
        "waiting_list weekly_patterns why_missed why_person why_session why_unplaced zones voices voices_awards "
        "job_plans webhooks",
    )
    | _of(
        "api",
        "availability cover people people_sent plan plan_edited plan_published plans programme programme_changed "
        "programme_made programmes relations relations_sent rota_answered rota_imported rota_reading rota_sent run "
        "run_asked run_stopped sessions trouble trouble_settled troubles webhook_added webhook_removed webhooks",
    )
    | _of(
        "coordinator",
        "check_overridden facilitators_code facilitators_kinds facilitators_noted facilitators_peers "
        "facilitators_training facilitators_verified offices_withdrawn openly_saved signpost_added signpost_removed "
        "standing_deputy_named "
        "calendars_made change_made charter_adopted cover_feed_made cover_feed_renewed cover_keepers_set "
        "cover_manager_added cover_manager_changed cover_sent date_settled date_taken_back desk_reminded "
        "guests_hours guests_invited guests_placed "
        "edit_changes_pinned edit_improved edit_kept edit_redone edit_undone joining_invite joining_person "
        "joining_questions joining_remind leave_noted leave_taken_back life_archived life_copied life_ended "
        "life_next_term_begun life_reopened life_unarchived list_answered list_confirmed list_discarded mail_arrives "
        "director_asked director_removed "
        "offices_appointed offices_dismissed pattern_added pattern_removed people_act people_taken_out person_added "
        "person_back person_corrected person_erased person_leave_removed person_merged person_on_leave person_pattern "
        "person_pattern_changed person_site person_site_withdrawn person_was_split person_ways plan_made_again "
        "plan_published plan_reviewed plans_deleted programme_restored programme_started relation_added "
        "relation_changed repair_accepted repair_discarded repair_started rota_address_added rota_address_fetched "
        "rota_address_removed rota_answered rota_discarded rota_names_saved rota_paste_again rota_pasted rota_read "
        "rota_removed rota_sheet_saved rota_taken_back rotas_imported rules_changed run_again run_stopped "
        "section_changed surge_begun surge_ended sharing_saved "
        "job_plans_as_csv job_plans_set job_plans_pathway voices_nominated voices_nomination_taken_back "
        "voices_awards_csv webhook_added webhook_changed pulse_set pulse_change_told "
        "site_zone_corrected start_run step_tried swaps_confirmed take_list "
        "trouble_reopened trouble_settled troubles_settled zone_corrected relation_overridden override_withdrawn",
    ),
    Shows.CONCERNS: _of(
        "oversight",
        "concerns concern concern_about concern_answered concern_handed_over concern_seen record record_csv safety",
    ),
}
