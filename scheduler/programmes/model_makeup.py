"""Whether there are people to fill a mentoring model: of all there are, and of those who accept it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from scheduler.errors import Fault
from scheduler.languages import say, say_many
from scheduler.programmes.model import MentoringModel


@dataclass(frozen=True, slots=True)
class Makeup:
    """Who there is to fill a model: ``stages`` counts the residents who accept it by their stage, ``facilitators``
    those who offer it. ``everyone`` counts all residents of the programme in the same way, and ``faculty`` is all
    there are. ``different`` are how many sites, specialties or levels those who offer it have, where facilitators of
    one group differ in that; None where they need not."""

    everyone: Mapping[int, int] = field(default_factory=Counter)
    faculty: int = 0
    stages: Mapping[int, int] = field(default_factory=Counter)
    facilitators: int = 0
    different: int | None = None

    @property
    def residents(self) -> int:
        """How many residents there are."""
        return sum(self.everyone.values())


@dataclass(frozen=True, slots=True)
class Unfilled:
    """Why nobody can be in a kind of group, at its field. ``for_anyone`` says that it does not depend on who accepts
    it: with the people that the programme has, no group of this kind can be made."""

    fault: Fault
    for_anyone: bool


class _Lacking(StrEnum):
    """What residents lack to make up one group."""

    RESIDENTS = "residents"
    """There are too few."""
    SPREAD = "spread"
    """Their grades are too close to each other."""
    ALIKE = "alike"
    """Too few are of grades as near to each other as they have to be."""
    BOTH = "both"
    """Some are near enough, and some far enough, but no group is both."""


@dataclass(frozen=True, slots=True)
class _Lack:
    kind: _Lacking
    there: int


def unfilled(models: Iterable[MentoringModel], makeups: Mapping[str, Makeup]) -> Iterator[Unfilled]:
    """What these models cannot be filled with for now, with figures: no reason to refuse them, since people still
    come. Nothing is said where there is nobody yet."""
    for model in models:
        makeup = makeups.get(model.key)
        if makeup is not None and (makeup.residents or makeup.faculty):
            yield from _of_residents(model, makeup)
            yield from _of_facilitators(model, makeup)


def _told(model: MentoringModel, field_: str, what: str, *, for_anyone: bool) -> Unfilled:
    if for_anyone:
        way_out = say("Change the numbers, unless more people are to come.")
    else:
        way_out = say("Anyone who has answered can add it under “My answers”. For everyone else, add it on their page.")
    told = say("%(kind)s: %(what)s", kind=model.name, what=what)
    return Unfilled(Fault(f"models-{model.key}-{field_}", f"{told} {way_out}"), for_anyone)


def _of_residents(model: MentoringModel, makeup: Makeup) -> Iterator[Unfilled]:
    if not makeup.residents:
        return
    if lack := _lack(makeup.everyone, model):
        yield _told(model, _FIELDS[lack.kind], _of_everyone(model, lack), for_anyone=True)
    elif lack := _lack(makeup.stages, model):
        yield _told(model, _FIELDS[lack.kind], _of_willing(model, makeup, lack), for_anyone=False)


_FIELDS = {
    _Lacking.RESIDENTS: "size_min",
    _Lacking.ALIKE: "size_min",
    _Lacking.SPREAD: "spread_min",
    _Lacking.BOTH: "spread_min",
}


def _lack(stages: Mapping[int, int], model: MentoringModel) -> _Lack | None:
    """What residents of these stages lack for one group: the lowest of them, the highest, and others of between, as
    many as the smallest group needs. None where nothing lacks."""
    least, most = model.spread
    total, widest = sum(stages.values()), max(stages, default=0) - min(stages, default=0)
    near = {low: {stage: n for stage, n in stages.items() if low <= stage <= low + most} for low in stages}
    crowds = {low: sum(within.values()) for low, within in near.items()}
    if total < model.size[0]:
        return _Lack(_Lacking.RESIDENTS, total)
    if widest < least:
        return _Lack(_Lacking.SPREAD, widest)
    if max(crowds.values()) < model.size[0]:
        return _Lack(_Lacking.ALIKE, max(crowds.values()))
    if not any(max(near[low]) - low >= least and crowds[low] >= model.size[0] for low in near):
        return _Lack(_Lacking.BOTH, 0)
    return None


def _of_everyone(model: MentoringModel, lack: _Lack) -> str:
    least, most = model.spread
    if lack.kind is _Lacking.RESIDENTS:
        return say(
            "Nobody can be in such a group: it needs at least %(needed)s residents, and the programme has %(there)s.",
            needed=model.size[0], there=lack.there,
        )  # fmt: skip
    if lack.kind is _Lacking.SPREAD:
        return say(
            "Nobody can be in such a group: its grades are at least %(least)s apart, and those of the programme’s "
            "residents at most %(there)s.",
            least=least, there=lack.there,
        )  # fmt: skip
    if lack.kind is _Lacking.ALIKE and not most:
        return say(
            "Nobody can be in such a group: it needs at least %(needed)s residents of one grade, and no grade has more "
            "than %(there)s.",
            needed=model.size[0], there=lack.there,
        )  # fmt: skip
    if lack.kind is _Lacking.ALIKE:
        return say(
            "Nobody can be in such a group: it needs at least %(needed)s residents whose grades are at most %(most)s "
            "apart, and there are no more than %(there)s.",
            needed=model.size[0], most=most, there=lack.there,
        )  # fmt: skip
    return say(
        "Nobody can be in such a group: no %(needed)s residents have grades that are %(least)s to %(most)s apart.",
        needed=model.size[0], least=least, most=most,
    )  # fmt: skip


def _of_willing(model: MentoringModel, makeup: Makeup, lack: _Lack) -> str:
    least, most = model.spread
    willing = sum(makeup.stages.values())
    if lack.kind is _Lacking.RESIDENTS:
        return say_many(
            "Nobody can be in such a group yet. It needs %(num)s resident, and %(willing)s of %(all)s accept it.",
            "Nobody can be in such a group yet. It needs %(num)s residents, and %(willing)s of %(all)s accept it.",
            model.size[0], willing=willing, all=makeup.residents,
        )  # fmt: skip
    if lack.kind is _Lacking.ALIKE:
        return say_many(
            "Nobody can be in such a group yet. %(num)s resident accepts it; it needs at least %(needed)s whose "
            "grades are at most %(most)s apart, and there are no more than %(there)s.",
            "Nobody can be in such a group yet. %(num)s residents accept it; it needs at least %(needed)s whose "
            "grades are at most %(most)s apart, and there are no more than %(there)s.",
            willing, needed=model.size[0], most=most, there=lack.there,
        )  # fmt: skip
    return say_many(
        "Nobody can be in such a group yet: %(num)s resident accepts it, of a single grade.",
        "Nobody can be in such a group yet: the grades of the %(num)s residents who accept it are not "
        "%(least)s to %(most)s apart.",
        willing, least=least, most=most,
    )  # fmt: skip


def _of_facilitators(model: MentoringModel, makeup: Makeup) -> Iterator[Unfilled]:
    needed = max(model.facilitators[0], model.present)
    if makeup.faculty < needed:
        what = say_many(
            "Nobody can be in such a group: it needs %(num)s facilitator, and the programme has %(there)s.",
            "Nobody can be in such a group: it needs %(num)s facilitators, and the programme has %(there)s.",
            needed, there=makeup.faculty,
        )  # fmt: skip
        yield _told(model, "facilitators_min", what, for_anyone=True)
    elif makeup.facilitators < needed:
        what = say_many(
            "Nobody can be in such a group yet. It needs %(num)s facilitator, and %(willing)s of %(all)s offer it.",
            "Nobody can be in such a group yet. It needs %(num)s facilitators, and %(willing)s of %(all)s offer it.",
            needed, willing=makeup.facilitators, all=makeup.faculty,
        )  # fmt: skip
        yield _told(model, "facilitators_min", what, for_anyone=False)
    elif makeup.different is not None and makeup.different < needed:
        what = say_many(
            "Nobody can be in such a group yet. Its facilitators differ from each other, and of those who offer it no "
            "more than %(num)s does so by what is on record.",
            "Nobody can be in such a group yet. Its facilitators differ from each other, and of those who offer it no "
            "more than %(num)s do so by what is on record.",
            makeup.different,
        )  # fmt: skip
        told = say("%(kind)s: %(what)s", kind=model.name, what=what)
        way_out = say("Bring what is missing with the list of people, or let them be alike.")
        yield Unfilled(Fault(f"models-{model.key}-facilitators_min", f"{told} {way_out}"), False)
