"""What is asked openly, in words: categories, wishes, and whether somebody minds being the only one."""

from __future__ import annotations

from collections.abc import Mapping

from scheduler.people.traits import Category, Company, TraitWish
from scheduler.publishing.model import Unmet, UnmetKind
from web.language import gettext as _
from web.language import lazy_gettext
from web.member.joining_labels import word

CATEGORIES: Mapping[Category, str] = {
    Category.GENDER: lazy_gettext("Gender"),
    Category.CULTURE: lazy_gettext("Culture or background"),
    Category.FAITH: lazy_gettext("Faith"),
    Category.LANGUAGE: lazy_gettext("Language"),
    Category.DISABILITY: lazy_gettext("Disability or long-term condition"),
    Category.CARING: lazy_gettext("Caring for someone"),
    Category.TRAINED: lazy_gettext("Where you trained"),
}
WISHES: Mapping[TraitWish, str] = {
    TraitWish.LIKE: lazy_gettext("someone like me"),
    TraitWish.UNLIKE: lazy_gettext("someone different"),
    TraitWish.NONE: lazy_gettext("no preference"),
    TraitWish.UNSAID: lazy_gettext("rather not say"),
}
COMPANY: Mapping[Company, str] = {
    Company.ANY: lazy_gettext("that’s fine"),
    Company.RATHER: lazy_gettext("I’d rather not be"),
    Company.FIRM: lazy_gettext("firm: I’d rather have no group than be the only one"),
}


def unmet_sentence(unmet: Unmet) -> str:
    """A wish that was not met, as the person whose it is reads it: of others, only what follows from the wish."""
    what = CATEGORIES[Category(unmet.category)] if unmet.category else word(unmet.circumstance)
    if unmet.kind is UnmetKind.FIRM:
        return _("%(what)s: you asked us to leave you without a group rather than be the only one.", what=what)
    if unmet.kind is UnmetKind.UNLIKE:
        return _("%(what)s: nobody in your group has said anything different from you.", what=what)
    if unmet.kind is UnmetKind.LIKE:
        return _(
            "%(what)s: nobody else in your group has said the same as you, and you wanted someone like you.", what=what
        )
    return _(
        "%(what)s: nobody else in your group has said the same as you, and you’d rather not be the only one.", what=what
    )
