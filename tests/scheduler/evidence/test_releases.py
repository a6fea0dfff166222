"""Every figure is recomputed from what is on record, by other means; and what is published once stays as it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from scheduler.audit.tables import AuditRow
from scheduler.db import Database
from scheduler.errors import NotAllowed, NotFound
from scheduler.evidence.model import EVERYBODY, Figure
from scheduler.evidence.releases import Release, get_release, is_due, latest_release, list_releases, release_if_due
from scheduler.evidence.tables import EvidencePersonRow, EvidenceReleaseRow
from scheduler.joining.tables import AnswerRow
from scheduler.people.model import OPERATOR, Role
from scheduler.programmes.tables import SiteRow
from scheduler.releases.tables import ReleaseRow
from scheduler.sessions.tables import SessionRow
from scheduler.voices.model import Released
from scheduler.voices.tables import JobPlanRow, PulseAnswerRow, PulseRow, ReleaseAnswerRow
from tests.builders import actor
from tests.scheduler.evidence.hospital import Hospital, a_hospital, day, live_a_month


@pytest.fixture
def here(database: Database) -> Hospital:
    return a_hospital(database)


def released(here: Hospital, number_of_day: int) -> Release:
    with here.database.writing() as db:
        assert release_if_due(db, OPERATOR, here.programme_id, day(number_of_day))
    with here.database.reading() as db:
        return get_release(db, here.director, here.programme_id)


def asked(here: Hospital, query: str, **values: object) -> list[tuple[int, int]]:
    """For each person how much of how much, by a query of its own."""
    with here.database.reading() as db:
        rows = db.execute(text(query), {"programme": here.programme_id, **values})
        return [(int(some or 0), int(whole)) for some, whole in rows if whole]


LIVED = """select sum(a.came), count(*) from attended a join session s on s.id = a.session_id
  join attendee i on i.session_id = s.id and i.person_id = a.person_id
  join participant p on p.person_id = a.person_id and p.programme_id = :programme
  where s.programme_id = :programme and i.role = 'resident' and s.status <> 'cancelled' {more} group by a.person_id"""
MET = """select sum(case when s.status <> 'cancelled' and
    (select sum(came) from attended x where x.session_id = s.id) >= 2 then 1 else 0 end), count(*)
  from attendee i join session s on s.id = i.session_id
  join participant p on p.person_id = i.person_id and p.programme_id = :programme
  where s.programme_id = :programme and i.role = 'resident' {more} group by i.person_id"""
JOINED = """select case when a.agreed_at is null then 0 else 1 end, 1 from participant p
  left join joining_answer a on a.person_id = p.person_id and a.programme_id = p.programme_id
  where p.programme_id = :programme and p.kind = 'resident' {more}"""
IN_GROUP = """select exists(select 1 from member m join "group" g on g.id = m.group_id join plan on plan.id = g.plan_id
    where plan.state = 'published' and plan.programme_id = :programme and m.person_id = p.person_id), 1
  from participant p where p.programme_id = :programme and p.kind = 'resident' {more}"""
SITE = "and p.site_id = :site"


def of_hundred(got: list[tuple[int, int]], own_doing: bool = False) -> int:
    """By way of its own: to tens below 15 people, to fives below 85, and no nearer to all than one of them."""
    step = 10 if len(got) < 15 else 5 if len(got) < 85 else 1
    exact = 100 * sum(some for some, _ in got) / sum(whole for _, whole in got)
    value = next(each for each in range(0, 101, step) if exact < each + step / 2)
    value = min(max(value, step * (exact > 0)), 100 - step * (exact < 100))
    edge = {5: 20, 10: 10, 15: 10}.get(len(got) - len(got) % 5, 5) if own_doing else 0
    return min(max(value, edge), 100 - edge)


def say_whether_released(here: Hospital) -> None:
    """Eight of the first session answer, two of whom were off anyway; facilitators have hours in their job plans."""
    with here.database.writing() as db:
        session = db.scalars(select(SessionRow.id).order_by(SessionRow.id).limit(1)).one()
        north = db.scalars(select(SiteRow.id).where(SiteRow.key == "north")).one()
        for number, who in enumerate(here.residents[:8]):
            answer = (Released.YES, Released.NO, Released.YES, Released.OFF)[number % 4]
            db.add(
                ReleaseRow(
                    programme_id=here.programme_id, session_id=session, person_id=who, site_id=north, rota="Ward",
                    starts_at=day(7), ends_at=day(7) + timedelta(hours=1), duty="Day", created_at=day(1),
                    changed_at=day(1),
                )
            )  # fmt: skip
            db.add(ReleaseAnswerRow(session_id=session, person_id=who, answer=answer, said_at=day(8)))
        for who in here.faculty:
            db.add(JobPlanRow(programme_id=here.programme_id, person_id=who, hours_a_year=20))


def test_every_figure_is_what_is_on_record(here: Hospital) -> None:
    live_a_month(here, 0)
    found = released(here, 40).figures
    with here.database.reading() as db:
        sites = dict(
            db.execute(text("select id, key from site where programme_id = :p"), {"p": here.programme_id}).all()
        )
    for figure, query, own in (
        (Figure.JOINED, JOINED, True),
        (Figure.IN_GROUP, IN_GROUP, False),
        (Figure.MET, MET, False),
        (Figure.ATTENDANCE, LIVED, True),
    ):
        assert found[figure][EVERYBODY].value == of_hundred(asked(here, query.format(more="")), own), figure
        for site_id in sites:
            cell = found[figure]["site", str(site_id)]
            got = asked(here, query.format(more=SITE), site=site_id)
            assert cell.value is None or cell.value == of_hundred(got, own), (figure, cell)
            assert cell.people is None or cell.people == len(got) - len(got) % 5
    assert found[Figure.OFFERED][EVERYBODY].value == 100
    met_early = sum(some > 0 for some, _ in asked(here, MET.format(more="")))
    assert found[Figure.EARLY][EVERYBODY].value == of_hundred([(1, 1)] * met_early + [(0, 1)] * (60 - met_early))
    assert found[Figure.HOURS][EVERYBODY].value == 8, "the cancelled one counts for nobody"


def test_the_counts_are_those_of_the_sessions(here: Hospital) -> None:
    live_a_month(here, 0)
    counts = released(here, 40).counts
    assert (counts["sessions_added"], counts["sessions_held"], counts["sessions_not_held"]) == (9, 8, 1)
    assert counts["sessions_not_noted"] == 0
    assert counts["groups"] == 9


def test_a_session_that_nobody_noted_is_not_called_held(here: Hospital) -> None:
    here.meet(day(7), here.residents[:6], ())
    here.meet(day(8), here.residents[6:12], here.residents[6:7])
    counts = released(here, 10).counts
    assert (counts["sessions_held"], counts["sessions_not_held"], counts["sessions_not_noted"]) == (0, 1, 1)


def test_the_first_four_weeks_are_counted_once_they_are_over(here: Hospital) -> None:
    live_a_month(here, 0)
    assert released(here, 20).figures[Figure.EARLY][EVERYBODY].value is None
    assert released(here, 40).figures[Figure.EARLY][EVERYBODY].value == 80


def test_a_release_comes_once_a_month_and_never_changes(here: Hospital) -> None:
    live_a_month(here, 0)
    first = released(here, 15)
    with here.database.writing() as db:
        assert not release_if_due(db, OPERATOR, here.programme_id, day(25))
    live_a_month(here, 1)
    second = released(here, 45)
    with here.database.reading() as db:
        assert list_releases(db, here.director, here.programme_id) == (first, second)
    assert second.figures[Figure.ATTENDANCE][EVERYBODY].since == 2


def test_none_is_due_before_the_term_nor_once_all_is_noted(here: Hospital) -> None:
    with here.database.reading() as db:
        assert not is_due(db, here.programme_id, day(-1))
        assert is_due(db, here.programme_id, day(0))
    released(here, 200)
    with here.database.reading() as db:
        assert not is_due(db, here.programme_id, day(300))


def test_after_the_last_release_nobody_can_be_told_from_what_is_kept(here: Hospital) -> None:
    live_a_month(here, 0)
    released(here, 40)
    with here.database.reading() as db:
        assert db.scalar(select(func.count()).select_from(EvidencePersonRow)) == 66
    released(here, 200)
    with here.database.reading() as db:
        assert db.scalar(select(func.count()).select_from(EvidencePersonRow)) == 0
        assert set(map(str, db.scalars(select(EvidenceReleaseRow.counted)))) == {"{}"}


def test_a_release_names_the_line_of_the_record_and_counts_the_lines_before_it(here: Hospital) -> None:
    live_a_month(here, 0)
    found = released(here, 40)
    with here.database.reading() as db:
        line = db.scalars(select(AuditRow).where(AuditRow.place == found.record_place)).one()
        imported = select(func.count()).where(
            AuditRow.programme_id == here.programme_id, AuditRow.action == "people.imported",
            AuditRow.place <= found.record_place,
        )  # fmt: skip
        last = db.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(1)).one()
        assert found.lines["offered"]["people.imported"] == db.scalar(imported)
    assert line.digest == found.record_digest
    assert (last.action, last.details) == ("evidence.released", {"release": 1, "place": found.record_place})


def test_nobody_but_a_director_without_another_part_reads_it(here: Hospital) -> None:
    released(here, 1)
    roles = (Role.RESIDENT, Role.FACULTY, Role.COORDINATOR, Role.OVERSIGHT)
    me = here.director.person_id or 0
    with here.database.reading() as db:
        for others in (*((role,) for role in roles), *((Role.DIRECTOR, role) for role in roles), ()):
            with pytest.raises(NotAllowed):
                get_release(db, actor(me, here.programme_id, *others), here.programme_id)
        with pytest.raises(NotAllowed):
            get_release(db, actor(me, here.programme_id + 1, Role.DIRECTOR), here.programme_id)
        assert latest_release(db, here.director, here.programme_id) is not None


def test_before_the_first_release_there_is_nothing_to_read(here: Hospital) -> None:
    with here.database.reading() as db:
        assert latest_release(db, here.director, here.programme_id) is None
        with pytest.raises(NotFound):
            get_release(db, here.director, here.programme_id)


def test_one_who_joins_late_is_not_the_difference_between_two_months(here: Hospital) -> None:
    """She is counted with the next who come; until then nothing is other than it was."""
    first = released(here, 1).figures
    here.add("Zoe Late")
    second = released(here, 30).figures
    for figure in (Figure.OFFERED, Figure.JOINED, Figure.IN_GROUP):
        shown = [{key: (cell.people, cell.value) for key, cell in each[figure].items()} for each in (first, second)]
        assert shown[0] == shown[1], figure
    here.add(*(f"Late {letter}" for letter in "ABCD"), site="south", stage="2")
    third = released(here, 60).figures[Figure.OFFERED][EVERYBODY]
    assert third.people == 65


def test_who_leaves_is_not_the_difference_either(here: Hospital) -> None:
    first = released(here, 1).figures[Figure.JOINED]
    with here.database.writing() as db:
        db.execute(
            text("update participant set left_at = :now where person_id = :who"),
            {"now": day(20).replace(tzinfo=None), "who": here.residents[3]},
        )
    second = released(here, 30).figures[Figure.JOINED]
    assert {key: cell.value for key, cell in first.items()} == {key: cell.value for key, cell in second.items()}


def test_a_month_in_which_one_alone_met_shows_the_month_before(here: Hospital) -> None:
    live_a_month(here, 0)
    first = released(here, 20).figures[Figure.ATTENDANCE]
    here.meet(day(30), here.residents[:2], here.residents[:2], lead=here.faculty[0])
    second = released(here, 40).figures[Figure.ATTENDANCE]
    assert {key: cell.value for key, cell in second.items()} == {key: cell.value for key, cell in first.items()}
    assert second[EVERYBODY] == first[EVERYBODY]
    assert second["site", str(min(int(key) for aspect, key in second if aspect == "site"))].since == 1, "they met there"


def test_small_cells_are_in_no_release(here: Hospital) -> None:
    """Two residents of a third year are counted in the sum, and in no cell that could be taken from it."""
    here.add("Ada One", "Ben Two", stage="3")
    found = released(here, 1).figures[Figure.JOINED]
    shown = {key for key, cell in found.items() if cell.value is not None and key[0] == "grade"}
    assert ("grade", "3") not in found
    assert len(shown) < 2, "the third year is not what is left of the sum"


def test_one_who_changes_their_mind_is_not_the_difference_between_two_months(here: Hospital) -> None:
    """She says yes in February, and is the only one who does: the director reads January's figure."""
    first = released(here, 1).figures[Figure.JOINED]
    with here.database.writing() as db:
        db.get_one(AnswerRow, (here.programme_id, here.residents[0])).agreed_at = day(20)
    second = released(here, 30).figures[Figure.JOINED]
    assert second[EVERYBODY] == first[EVERYBODY]
    with here.database.writing() as db:
        for who in here.residents[5::5][:5]:
            db.get_one(AnswerRow, (here.programme_id, who)).agreed_at = day(31)
    third = released(here, 60).figures[Figure.JOINED][EVERYBODY]
    assert (third.value, third.since) == (90, 3)


def test_released_hours_and_the_pulse_are_read_where_enough_spoke(here: Hospital) -> None:
    here.meet(day(7), here.residents[:12], here.residents[:12], lead=here.faculty[0])
    say_whether_released(here)
    with here.database.writing() as db:
        db.add(
            PulseRow(
                programme_id=here.programme_id, opens_on=day(2).date(), instrument="safety",
                questions=["safety-1", "safety-2"], changed_text="Resident N07 asked for later dates; we moved them.",
            )
        )  # fmt: skip
        for number, who in enumerate(here.residents[:6]):
            db.add(PulseAnswerRow(programme_id=here.programme_id, person_id=who, question=0, value=5, said_at=day(3)))
            if number < 4:
                db.add(
                    PulseAnswerRow(programme_id=here.programme_id, person_id=who, question=1, value=1, said_at=day(3))
                )
    found = released(here, 40)
    assert (found.figures[Figure.RELEASED][EVERYBODY].value, found.figures[Figure.RELEASED][EVERYBODY].people) == (
        70,
        5,
    )
    assert found.figures[Figure.HOURS][EVERYBODY].value is None, "one facilitator has led"
    plan = found.figures[Figure.JOB_PLAN][EVERYBODY]
    assert (plan.value, plan.middle, plan.people) == (120, 20, 5)
    assert found.pulse is not None
    query = "select question, sum(case when value >= 4 then 1 else 0 end), count(*) from pulse_answer group by question"
    with here.database.reading() as db:
        enough = {which: round(100 * agree / of) for which, agree, of in db.execute(text(query)) if of >= 5}
    shown = [each["agree"] for each in found.pulse["statements"]]
    assert shown == [min(80, max(20, enough[which])) if which in enough else None for which in range(2)]
    assert found.pulse["statements"] == [
        {"statement": "safety-1", "answers": 5, "agree": 80, "low": False, "high": True},
        {"statement": "safety-2", "answers": None, "agree": None},
    ]
    assert found.pulse["changed"] == "… asked for later dates; we moved them."
