"""From a step's form to its answers, and from answers to words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from scheduler.db import Db
from scheduler.enrolment import own_relations as declaring
from scheduler.errors import NotFound
from scheduler.joining import answers as answering
from scheduler.joining.conduct import code_of, sign
from scheduler.joining.model import Answers, NamedPerson, Portrait, Step
from scheduler.joining.own_conduct import OwnConduct
from scheduler.joining.people_search import find_people
from scheduler.joining.portraits import save_portrait
from scheduler.joining.questions import questions_of
from scheduler.joining.training import Entered, enter
from scheduler.own_groups.service import OWN
from scheduler.people.model import PARTICIPANTS, Actor, Role, WishKind
from scheduler.programmes.model import Programme
from scheduler.sessions.model import IN_WRITING
from web.forms import Form
from web.language import gettext as _
from web.language import mode_name, ngettext
from web.member.joining_labels import EXTERNAL, LIKINGS, RANKS, word

FIND, ADD, DROP = "find", "add", "drop"
"""The names of buttons that keep their reader on the page; whatever a button does, what its form holds is saved."""


@dataclass(frozen=True, slots=True)
class _Saving:
    db: Db
    actor: Actor
    programme_id: int
    form: Form
    now: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """Whom a search by name found, for which list. ``text`` is what was typed."""

    wish: str
    text: str
    people: tuple[NamedPerson, ...]


def save(db: Db, actor: Actor, programme_id: int, step: Step, form: Form, now: datetime) -> bool:
    """Save a step; whether its reader goes on to the next."""
    _SAVERS[step](_Saving(db, actor, programme_id, form, now))
    return not _presses(form, FIND, ADD, DROP)


def stored(answers: Answers, portrait: Portrait | None, step: Step) -> Sequence[object]:
    """What the form of a step is filled with: who saves it must have seen it as it stands. Lists of people change one
    person at a time, so nothing of them is overwritten."""
    of_answers: Mapping[Step, Sequence[object]] = {
        Step.KIND: (answers.models, answers.new_here),
        Step.TOPICS: (answers.topics,),
        Step.WAYS: (answers.ways, answers.accepts_writing),
        Step.FACILITATORS: (frozenset(answers.choices), answers.external),
        Step.NEEDS: (answers.tags, answers.company, answers.firm, answers.needs),
        Step.OFFER: (answers.models, answers.capacity),
    }
    if portrait and step is Step.PORTRAIT:
        return portrait.text, portrait.deputy_wanted, portrait.peers_wanted
    return of_answers.get(step, ())


def stored_conduct(conduct: OwnConduct) -> Sequence[object]:
    """The same of the code and of training."""
    entered = [conduct.newest(kind) for kind in conduct.kinds]
    return conduct.code.version, conduct.signed_at, [(each.done_on, each.note) for each in entered if each]


def found(db: Db, actor: Actor, programme_id: int, form: Form, answers: Answers) -> Found | None:
    """Whom the search that was sent has found, without those who are on the list already."""
    wish, text = form.text("wish"), form.text("name")
    if FIND not in form:
        return None
    kinds = PARTICIPANTS if wish == WishKind.AVOID else (Role.RESIDENT,)
    known = {*answers.wants, *answers.avoids}
    people = find_people(db, actor, programme_id, text, *kinds)
    return Found(wish, text, tuple(one for one in people if one.person_id not in known))


def _save_kind(saving: _Saving) -> None:
    liking = saving.form.starting_with("model-", LIKINGS)
    saving.form.check()
    chosen = {key: int(value) for key, value in liking.items() if value != "0"}
    new_here = saving.form.ticked("new_here")
    answering.save_kind(saving.db, saving.actor, saving.programme_id, chosen, saving.now, new_here=new_here)


def _save_topics(saving: _Saving) -> None:
    answering.save_topics(saving.db, saving.actor, saving.programme_id, saving.form.texts("topic"), saving.now)


def _save_ways(saving: _Saving) -> None:
    ranks = saving.form.starting_with("way-", RANKS)
    in_writing = saving.form.ticked("accepts_writing")
    saving.form.check()
    ways = sorted((way for way, rank in ranks.items() if rank in ("1", "2", "3")), key=lambda way: ranks[way])
    answering.save_ways(saving.db, saving.actor, saving.programme_id, ways, saving.now, accepts_writing=in_writing)


def _save_facilitators(saving: _Saving) -> None:
    external = saving.form.choice("external", {key: key for key in EXTERNAL}, default="")
    choices = saving.form.ids("choice")
    saving.form.check()
    answering.save_facilitators(saving.db, saving.actor, saving.programme_id, choices, external, saving.now)


def _save_people(saving: _Saving) -> None:
    """One more on a list, one less, or just on: lists change one person at a time, so nothing typed is lost."""
    answers = answering.own_answers(saving.db, saving.actor, saving.programme_id, saving.now)
    if answers.kind is Role.FACULTY:
        _save_ties(saving)
        return
    lists = {"want": set(answers.wants), "avoid": set(answers.avoids)}
    if _presses(saving.form, ADD, DROP):
        _change(lists, saving.form)
    answering.save_people(
        saving.db, saving.actor, saving.programme_id, lists[WishKind.WANT], lists[WishKind.AVOID], saving.now
    )


def _change(lists: Mapping[str, set[int]], form: Form) -> None:
    """Put somebody on a list, and so off the other, or off both."""
    wish, person = form.text("wish"), form.id("person")
    form.check()
    if wish not in lists:
        raise NotFound(_("We can’t find that list."))
    for people in lists.values():
        people.discard(person)
    if ADD in form:
        lists[wish].add(person)


def _save_ties(saving: _Saving) -> None:
    form = saving.form
    if ADD in form:
        person = form.find_id("person") or 0
        since, until, tie = form.find_day("since"), form.find_coming_day("until"), form.text("kind")
        form.check()
        declaring.declare(saving.db, saving.actor, saving.programme_id, person, tie, since, until, saving.now)
    elif DROP in form:
        relation = form.find_own_id("person") or 0
        form.check()
        declaring.take_back(saving.db, saving.actor, saving.programme_id, relation, saving.now)
    answering.mark_saved(saving.db, saving.actor, saving.programme_id, Step.PEOPLE, saving.now)


def _save_needs(saving: _Saving) -> None:
    form = saving.form
    answering.save_needs(
        saving.db, saving.actor, saving.programme_id, form.texts("true"), form.texts("company"), form.text("needs"),
        saving.now, firm=form.texts("firm"),
    )  # fmt: skip


def _save_portrait(saving: _Saving) -> None:
    text, deputy_wanted = saving.form.text("text"), saving.form.ticked("deputy")
    peers_wanted = saving.form.ticked("peers")
    save_portrait(
        saving.db, saving.actor, saving.programme_id, text, deputy_wanted=deputy_wanted, peers_wanted=peers_wanted,
        now=saving.now,
    )  # fmt: skip


def _save_offer(saving: _Saving) -> None:
    models, groups = saving.form.texts("model"), saving.form.number("groups", 0, answering.MOST_GROUPS)
    saving.form.check()
    answering.save_offer(saving.db, saving.actor, saving.programme_id, models, groups, saving.now)


def _save_conduct(saving: _Saving) -> None:
    form, kinds = saving.form, questions_of(saving.db, saving.programme_id).training
    done = {kind.key: form.find_day(f"done-{kind.key}") for kind in kinds}
    form.check()
    entered = [Entered(key, day, form.text(f"note-{key}")) for key, day in done.items() if day is not None]
    version = code_of(saving.db, saving.programme_id).version  # the form has been checked to show this one
    sign(saving.db, saving.actor, saving.programme_id, version, saving.now, signs=form.ticked("signs"))
    enter(saving.db, saving.actor, saving.programme_id, entered, saving.now)


_SAVERS: Mapping[Step, Callable[[_Saving], None]] = {
    Step.KIND: _save_kind,
    Step.TOPICS: _save_topics,
    Step.WAYS: _save_ways,
    Step.FACILITATORS: _save_facilitators,
    Step.PEOPLE: _save_people,
    Step.NEEDS: _save_needs,
    Step.PORTRAIT: _save_portrait,
    Step.OFFER: _save_offer,
    Step.CONDUCT: _save_conduct,
}


def in_words(answers: Answers, programme: Programme, names: Mapping[int, NamedPerson]) -> Mapping[Step, str]:
    """Each answer in a few words. Of "not with" only how many, in case somebody looks over a shoulder."""
    models = {model.key: model.name for model in programme.models if model.key != OWN}
    liked = sorted((key for key in answers.models if key in models), key=lambda key: -answers.models[key])
    chosen = [names[who].name for who in answers.choices if who in names]
    wanted = [names[who].name for who in answers.wants if who in names]
    avoided = _("%(number)s people you won’t be put with", number=len(answers.avoids)) if answers.avoids else ""
    external = str(EXTERNAL[answers.external]) if answers.external else ""
    return {
        Step.KIND: ", ".join((*(models[key] for key in liked), *([_("new here")] if answers.new_here else ()))),
        Step.OFFER: ", ".join(
            (*(models[key] for key in liked), ngettext("%(num)s group", "%(num)s groups", answers.capacity))
        ),
        Step.TOPICS: ", ".join(word(topic) for topic in answers.topics),
        Step.WAYS: ", ".join(map(mode_name, (*answers.ways, *([IN_WRITING] if answers.accepts_writing else ())))),
        Step.FACILITATORS: ", ".join(filter(None, (*chosen, external))),
        Step.PEOPLE: ", ".join(filter(None, (*wanted, avoided))),
        Step.NEEDS: ", ".join(_needs_in_words(answers)),
    }


def _needs_in_words(answers: Answers) -> Iterator[str]:
    """Of what was asked openly, only that something was said."""
    yield from (word(tag) for tag in answers.tags)
    if answers.traits:
        yield _("something about you")
    if answers.needs:
        yield _("a note")


def _presses(form: Form, *buttons: str) -> bool:
    return any(button in form for button in buttons)
