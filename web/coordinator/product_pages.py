"""The product's own pages by the words under which people look for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import url_for

from scheduler.desk.search.model import MOST
from scheduler.text_input import folded
from web.language import lazy_gettext


@dataclass(frozen=True, slots=True)
class ProductPage:
    """A page of a programme: its name, other words for what is there, and its endpoint with the values it takes. With
    ``of_all`` it is about all of a coordinator's programmes, and takes none."""

    title: str
    words: str
    endpoint: str
    section: str = ""
    of_all: bool = False

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return str(self.title)

    def address(self, programme_id: int) -> str:
        """Where it is."""
        if self.of_all:
            return url_for(f"coordinator.{self.endpoint}")
        return url_for(f"coordinator.{self.endpoint}", programme_id=programme_id, section=self.section or None)


def pages_called(q: str) -> list[tuple[int, ProductPage]]:
    """The pages whose name or other words have every word that is typed, or begin with it; with how well each fits:
    0 for its own name, 1 for its name in part, 2 for other words."""
    wanted = folded(q).split()
    found = [(rank, page) for page in PAGES if (rank := _rank(page, wanted)) is not None]
    return sorted(found, key=lambda one: one[0])[:MOST]


def words_of_pages() -> list[str]:
    """The names of all pages and the other words for them, in the reader's language."""
    return [text for page in PAGES for text in (page.name, str(page.words))]


def _rank(page: ProductPage, wanted: list[str]) -> int | None:
    if not wanted or max(map(len, wanted)) < 3:
        return None
    name, words = folded(page.name).split(), folded(str(page.words)).split()
    if wanted == name:
        return 0
    if all(any(word.startswith(each) for word in name) for each in wanted):
        return 1
    return 2 if all(any(word.startswith(each) for word in (*name, *words)) for each in wanted) else None


_ = lazy_gettext
PAGES: Final = (
    ProductPage(_("Today"), _("desk first page overview home"), "overview"),
    ProductPage(_("What needs you"), _("troubles problems trouble settle broken rules"), "troubles"),
    ProductPage(_("Clashes ahead"), _("relations conflicts swap facilitators supervises"), "clashes"),
    ProductPage(_("Busy weeks"), _("surge shorter remote video pressure sessions back to usual"), "surge"),
    ProductPage(_("Setting up"), _("steps beginning start checklist"), "setting_up"),
    ProductPage(_("Term"), _("calendar picture weeks all sessions by room by facilitator"), "term"),
    ProductPage(
        _("Who can come to which round"), _("attendance heat map least often people rounds"), "term_attendance"
    ),
    ProductPage(
        _("Fairness"), _("fair equity shares part-time nights wishes travel differences who is left out"), "term_equity"
    ),
    ProductPage(_("Facilitators who want to be found"), _("directory list network"), "people_directory"),
    ProductPage(_("Groups"), _("published groups members"), "groups"),
    ProductPage(_("People"), _("residents faculty list names e-mail grade delete remove take out"), "people"),
    ProductPage(_("Add a person"), _("new resident facilitator"), "person_new"),
    ProductPage(_("Lists to upload"), _("import people relations clinics rooms spreadsheet csv"), "lists_to_upload"),
    ProductPage(_("Relations between people"), _("supervises assesses supervisor conflicts"), "relations"),
    ProductPage(_("Add a relation"), _("new supervisor keep two people apart"), "relation_new"),
    ProductPage(_("Joining and answers"), _("invite remind invitations questions requests"), "joining"),
    ProductPage(_("People we can’t reach"), _("e-mail bounced undelivered"), "mail"),
    ProductPage(_("Rotas"), _("upload import duties shifts excel"), "rotas"),
    ProductPage(_("Names on rotas"), _("spellings aliases who is who initials"), "rota_names"),
    ProductPage(_("Paste a rota or swaps"), _("text copied e-mail swap exchange"), "rota_paste"),
    ProductPage(_("Who needs release"), _("cover list release duty rota managers wards"), "cover"),
    ProductPage(_("Rota managers"), _("cover who keeps which rota send the list calendar links"), "cover_managers"),
    ProductPage(_("Who needs release, to print"), _("cover list paper"), "cover_printed"),
    ProductPage(_("Weekly entries and long leave"), _("clinics part-time parental leave patterns"), "weekly_patterns"),
    ProductPage(_("When people can come"), _("who can come availability heat map week hard to place"), "availability"),
    ProductPage(_("Rules for people’s time"), _("rest nights duties travel"), "rules"),
    ProductPage(
        _("Plans"),
        _("drafts runs planning make a plan publish revisions undo go back restore improve change by hand"), "plans",
    ),
    ProductPage(
        _("Compare plans"), _("side by side drafts differences what differs"), "compared"
    ),
    ProductPage(_("Repair the plan"), _("smallest change correct"), "repair"),
    ProductPage(_("Dates to settle"), _("proposed dates votes"), "dates"),
    ProductPage(_("Calendars"), _("feeds subscribe rooms cover links"), "calendars"),
    ProductPage(_("A timetable to print"), _("print week paper"), "timetable_page"),
    ProductPage(_("Everything out"), _("export download tables csv xlsx archive backup"), "everything_out"),
    ProductPage(_("Who did what"), _("record audit log history who changed"), "record"),
    ProductPage(_("Programs we tell of changes"), _("webhooks api integration tokens interface"), "webhooks"),
    ProductPage(_("Charter"), _("ground rules confidentiality agree"), "charter"),
    ProductPage(_("Guest coaches"), _("coach from outside invite hours payment"), "guests"),
    ProductPage(_("What people are asked openly"), _("gender culture faith language disability caring"), "openly"),
    ProductPage(_("Circles"), _("affinity circles open sealed shared"), "circles"),
    ProductPage(_("Code and training"), _("code of conduct facilitators certificates verify ready"), "facilitators"),
    ProductPage(_("A page to share"), _("public page qr code poster"), "sharing"),
    ProductPage(_("Programme settings"), _("change set up options"), "settings"),
    ProductPage(_("Name of the programme"), _("rename title"), "section", "name"),
    ProductPage(_("Sites and rooms"), _("hospital places capacity"), "section", "sites"),
    ProductPage(_("When sessions can be held"), _("week times windows hours days protected"), "section", "windows"),
    ProductPage(_("Rounds"), _("term first day last day weeks"), "section", "rounds"),
    ProductPage(_("Closed days"), _("public holidays bank holidays days off"), "section", "closed"),
    ProductPage(_("Kinds of group"), _("models size facilitators peer vertical"), "section", "kinds"),
    ProductPage(_("How the programme runs"), _("quorum deadline freeze votes"), "section", "running"),
    ProductPage(_("Relations between people"), _("supervises assesses sponsors policies"), "section", "relations"),
    ProductPage(_("What matters how much"), _("weights points wishes"), "section", "matters"),
    ProductPage(_("Grades"), _("stages levels of training"), "section", "grades"),
    ProductPage(_("Time zones"), _("clock london summer time"), "zones"),
    ProductPage(
        _("Who looks after the programme"),
        _("coordinators oversight contact appoint offices hand over successor holiday"), "offices",
    ),
    ProductPage(
        _("Where people find help"), _("signposts counselling occupational health crisis line wellbeing"), "signposts"
    ),
    ProductPage(_("What people say"), _("release rate pulse survey feedback awards nominations"), "voices"),
    ProductPage(_("Nominated for an award"), _("awards prizes recognition"), "voices_awards"),
    ProductPage(_("Circles"), _("affinity groups formed by people themselves discrimination minority code"), "circles"),
    ProductPage(
        _("All programmes together"), _("across several programmes year people reached hours"), "all_together",
        of_all=True,
    ),
    ProductPage(_("Director"), _("evidence figures ask appoint report impact evaluation"), "offices"),
    ProductPage(_("Hours by job plan"), _("PA facilitators pathway deputy training"), "job_plans"),
    ProductPage(_("Next term, copy and end"), _("archive reopen close copy"), "life"),
)  # fmt: skip
