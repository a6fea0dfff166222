"""What people are asked when they join, in their words: kinds of group, topics, circumstances, ways, steps."""

from __future__ import annotations

from collections.abc import Mapping

from scheduler.joining.model import Step
from scheduler.programmes.model import MentoringModel
from solvers.vocabulary import External
from web.language import gettext as _
from web.language import lazy_gettext, ngettext

STEP_NAMES: Mapping[Step, str] = {
    Step.KIND: lazy_gettext("The kind of group"),
    Step.TOPICS: lazy_gettext("What to talk about"),
    Step.WAYS: lazy_gettext("How to meet"),
    Step.FACILITATORS: lazy_gettext("Facilitators"),
    Step.PEOPLE: lazy_gettext("People"),
    Step.NEEDS: lazy_gettext("What else matters"),
    Step.PORTRAIT: lazy_gettext("About you"),
    Step.OFFER: lazy_gettext("What you offer"),
    Step.CONDUCT: lazy_gettext("Code of conduct"),
}
LIKINGS: Mapping[str, str] = {
    "3": lazy_gettext("my first choice"),
    "2": lazy_gettext("also good"),
    "1": lazy_gettext("would do"),
    "0": lazy_gettext("not for me"),
}
"""What may be said of a kind of group; 0 is not accepted."""
RANKS: Mapping[str, str] = {
    "1": lazy_gettext("best"),
    "2": lazy_gettext("also good"),
    "3": lazy_gettext("would do"),
    "0": lazy_gettext("not possible"),
}
"""What may be said of a way to meet; 0 is not accepted."""
EXTERNAL: Mapping[str, str] = {
    "": lazy_gettext("It doesn’t matter"),
    External.PREFER: lazy_gettext("I’d prefer someone from another site"),
    External.REQUIRE: lazy_gettext("Only someone from another site"),
}
_WORDS: Mapping[str, str] = {
    "clinical development": lazy_gettext("clinical development"),
    "teaching": lazy_gettext("teaching"),
    "research and improvement": lazy_gettext("research and improvement"),
    "careers": lazy_gettext("careers"),
    "networking": lazy_gettext("networking"),
    "wellbeing": lazy_gettext("wellbeing"),
    "teamwork": lazy_gettext("teamwork"),
    "leadership": lazy_gettext("leadership"),
    "conflict": lazy_gettext("conflict"),
    "work-life balance": lazy_gettext("work-life balance"),
    "exams": lazy_gettext("exams"),
    "new to the country": lazy_gettext("new to the country"),
    "part-time": lazy_gettext("part-time"),
    "parent or carer": lazy_gettext("parent or carer"),
    "returning to work": lazy_gettext("returning to work"),
    "only trainee on my site": lazy_gettext("the only resident at my site"),
    "first in the family in medicine": lazy_gettext("first in my family to go into medicine"),
}


def word(text: str) -> str:
    """A topic or circumstance in the reader's language; as the programme wrote it where it is its own."""
    return str(_WORDS.get(text, text))


def kind_sentence(model: MentoringModel) -> str:
    """Who makes up such a group, from its rules alone: a programme may have changed them."""
    least, most = model.size
    if (least, most) == (1, 1):
        return ngettext("You and one facilitator.", "You and %(num)s facilitators.", model.facilitators[1])
    size = _("%(least)s to %(most)s residents", least=least, most=most)
    return _("%(size)s %(spread)s, %(facilitator)s.", size=size, spread=_spread(model), facilitator=_led(model))


def _spread(model: MentoringModel) -> str:
    if model.spread == (0, 0):
        return _("of your own grade")
    if model.spread[1] <= 2:
        return _("a year or two apart")
    return _("of different grades")


def _led(model: MentoringModel) -> str:
    least, most = model.facilitators
    if most == 0:
        return _("without a senior")
    if least == 0:
        return _("with or without a senior")
    return _("with a senior who facilitates")
