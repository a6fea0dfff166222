"""From a step's form to its answers, and from answers to words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from scheduler.errors import NotFound, Rejected
from scheduler.groups.forming import OWN
from scheduler.joining import answering, offering
from scheduler.joining.choosing import find_people
from scheduler.joining.model import Answers, Named, Step
from scheduler.people.model import Actor
from scheduler.programmes.model import Programme
from web.language import gettext as _
from web.language import mode_name
from web.member.kinds import EXTERNAL, word

KINDS = ("resident", "faculty")
FIND, ADD, DROP = "find", "add", "drop"
"""The names of buttons that keep their reader on the page; whatever a button does, what its form holds is saved."""
Form = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class _Saving:
    db: Any
    actor: Actor
    programme_id: int
    form: Form
    now: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """Whom a search by name found, for which list. ``text`` is what was typed."""

    wish: str
    text: str
    people: tuple[Named, ...]


def save(db: Any, actor: Actor, programme_id: int, step: Step, form: Form, now: datetime) -> bool:
    """Save a step; whether its reader goes on to the next."""
    _SAVERS[step](_Saving(db, actor, programme_id, form, now))
    return not {FIND, ADD, DROP} & form.keys()


def found(db: Any, actor: Actor, programme_id: int, form: Form, answers: Answers) -> Found | None:
    """Whom the search that was sent has found, without those who are on the list already."""
    wish, text = form.get("wish", ""), form.get("name", "")
    if FIND not in form:
        return None
    kinds = KINDS if wish == "avoid" else ("resident",)
    known = {*answers.wants, *answers.avoids}
    people = find_people(db, actor, programme_id, text, *kinds)
    return Found(wish, text, tuple(one for one in people if one.person_id not in known))


def _save_kind(saving: _Saving) -> None:
    liking = {key.removeprefix("model-"): value for key, value in saving.form.items() if key.startswith("model-")}
    if not set(liking.values()) <= set("0123"):
        raise Rejected(_("This is not one of the choices."), what_to_do=_("Choose again and save once more."))
    chosen = {key: int(value) for key, value in liking.items() if value != "0"}
    answering.save_kind(saving.db, saving.actor, saving.programme_id, chosen, saving.now)


def _save_topics(saving: _Saving) -> None:
    answering.save_topics(saving.db, saving.actor, saving.programme_id, saving.form.getlist("topic"), saving.now)


def _save_ways(saving: _Saving) -> None:
    ranks = {key.removeprefix("way-"): value for key, value in saving.form.items() if key.startswith("way-")}
    ways = sorted((way for way, rank in ranks.items() if rank in ("1", "2", "3")), key=lambda way: ranks[way])
    answering.save_ways(saving.db, saving.actor, saving.programme_id, ways, saving.now)


def _save_facilitators(saving: _Saving) -> None:
    choices, external = _ids(saving.form.getlist("choice")), saving.form.get("external", "")
    answering.save_facilitators(saving.db, saving.actor, saving.programme_id, choices, external, saving.now)


def _save_people(saving: _Saving) -> None:
    """One more on a list, one less, or just on: lists change one person at a time, so nothing typed is lost."""
    answers = answering.own_answers(saving.db, saving.actor, saving.programme_id, saving.now)
    if answers.kind == "faculty":
        _save_ties(saving)
        return
    lists = {"want": set(answers.wants), "avoid": set(answers.avoids)}
    if {ADD, DROP} & saving.form.keys():
        _change(lists, saving.form)
    answering.save_people(saving.db, saving.actor, saving.programme_id, lists["want"], lists["avoid"], saving.now)


def _change(lists: Mapping[str, set[int]], form: Form) -> None:
    """Put somebody on a list, and so off the other, or off both."""
    wish, person = form.get("wish", ""), form.get("person", type=int) or 0
    if wish not in lists:
        raise NotFound(_("There is no such list."))
    for people in lists.values():
        people.discard(person)
    if ADD in form:
        lists[wish].add(person)


def _save_ties(saving: _Saving) -> None:
    form = saving.form
    person = form.get("person", type=int) or 0
    if ADD in form:
        until, kind = _day(form.get("until", "")), form.get("kind", "")
        offering.declare(saving.db, saving.actor, saving.programme_id, person, kind, until, saving.now)
    elif DROP in form:
        offering.take_back(saving.db, saving.actor, saving.programme_id, person)
    answering.mark_saved(saving.db, saving.actor, saving.programme_id, Step.PEOPLE, saving.now)


def _save_needs(saving: _Saving) -> None:
    form = saving.form
    answering.save_needs(
        saving.db, saving.actor, saving.programme_id, form.getlist("true"), form.getlist("company"),
        form.get("needs", ""), saving.now,
    )  # fmt: skip


def _save_portrait(saving: _Saving) -> None:
    deputy_wanted = saving.form.get("deputy") == "1"
    offering.save_portrait(
        saving.db, saving.actor, saving.programme_id, saving.form.get("text", ""), deputy_wanted=deputy_wanted,
        now=saving.now,
    )  # fmt: skip


def _save_offer(saving: _Saving) -> None:
    groups = saving.form.get("groups", type=int)
    answering.save_offer(
        saving.db, saving.actor, saving.programme_id, saving.form.getlist("model"), -1 if groups is None else groups,
        saving.now,
    )  # fmt: skip


def _save_conduct(saving: _Saving) -> None:
    offering.save_conduct(
        saving.db,
        saving.actor,
        saving.programme_id,
        signs=saving.form.get("signs") == "1",
        trained_until=_day(saving.form.get("trained_until", "")),
        now=saving.now,
    )


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


def in_words(answers: Answers, programme: Programme, names: Mapping[int, Named]) -> Mapping[Step, str]:
    """Each answer in a few words. Of "not with" only how many, in case somebody looks over a shoulder."""
    models = {model.key: model.name for model in programme.models if model.key != OWN}
    liked = sorted((key for key in answers.models if key in models), key=lambda key: -answers.models[key])
    chosen = [names[who].name for who in answers.choices if who in names]
    wanted = [names[who].name for who in answers.wants if who in names]
    avoided = _("%(number)s kept apart from you", number=len(answers.avoids)) if answers.avoids else ""
    external = str(EXTERNAL[answers.external]) if answers.external else ""
    return {
        Step.KIND: ", ".join(models[key] for key in liked),
        Step.OFFER: ", ".join((*(models[key] for key in liked), _("%(number)s groups", number=answers.capacity))),
        Step.TOPICS: ", ".join(word(topic) for topic in answers.topics),
        Step.WAYS: ", ".join(mode_name(way) for way in answers.ways),
        Step.FACILITATORS: ", ".join(filter(None, (*chosen, external))),
        Step.PEOPLE: ", ".join(filter(None, (*wanted, avoided))),
        Step.NEEDS: ", ".join((*(word(tag) for tag in answers.tags), *([_("a note")] if answers.needs else []))),
    }


def _ids(texts: list[str]) -> set[int]:
    if not all(text.isdecimal() for text in texts):
        raise Rejected(_("This is not one of the choices."), what_to_do=_("Choose again and save once more."))
    return {int(text) for text in texts}


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Rejected(_("“%(day)s” is not a day.", day=text), what_to_do=_("Write it like 2027-03-31.")) from None
