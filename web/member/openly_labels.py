"""What is asked openly, in words: categories, wishes, and whether somebody minds being the only one."""

from __future__ import annotations

from collections.abc import Mapping

from scheduler.people.traits import Category, Company, TraitWish
from web.language import lazy_gettext

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
