"""Names that nobody has: plants and household things for residents, herbs and puddings for their seniors."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_uppercase

_PLANTS = (
    "Alder", "Bryony", "Clover", "Damson", "Elder", "Fennel", "Gorse", "Hazel", "Iris", "Juniper", "Kale", "Larch",
    "Mallow", "Nettle", "Olive", "Poplar", "Quince", "Rowan", "Sorrel", "Tansy", "Aspen", "Violet", "Willow",
    "Yarrow", "Zinnia", "Briar", "Cedar", "Dahlia", "Fern", "Heather",
)  # fmt: skip
_THINGS = (
    "Teaspoon", "Lampshade", "Umbrella", "Doorbell", "Kettle", "Teapot", "Cushion", "Bookmark", "Thimble",
    "Buttonhole", "Candlewick", "Doormat", "Eggcup", "Flowerpot", "Gramophone", "Hatstand", "Inkwell", "Jamjar",
    "Keyring", "Lanyard", "Mousetrap", "Notebook", "Oilcan", "Paperclip", "Quillpen", "Saucepan", "Toastrack",
    "Wheelbarrow", "Corkscrew", "Pillowcase", "Eiderdown",
)  # fmt: skip
_HERBS = (
    "Basil", "Saffron", "Rosemary", "Thyme", "Ginger", "Sage", "Pepper", "Nutmeg", "Parsley", "Anise", "Marjoram",
    "Lovage", "Chicory",
)  # fmt: skip
_PUDDINGS = (
    "Crumpet", "Marmalade", "Flapjack", "Shortbread", "Custard", "Scone", "Trifle", "Macaroon", "Crumble",
    "Strudel", "Tiramisu", "Meringue", "Waffle", "Sorbet",
)  # fmt: skip

_INITIALS = ("", *ascii_uppercase)
"""None at first; where all pairs are given, people have a second name, too."""
MOST_RESIDENTS = len(_INITIALS) * min(len(_PLANTS) * len(_THINGS), 5 * len(_HERBS) * len(_PUDDINGS))
"""As long as every name is different, with one senior to five residents."""
COORDINATOR = ("Penny Clipboard", "penny.clipboard@example.org")
OVERSIGHT = (
    ("Iris Lighthouse", "iris.lighthouse@example.org"),
    ("Winnie Harbour", "winnie.harbour@example.org"),
)
"""Two of them, so that everybody has a choice of whom to tell."""
DIRECTOR = ("Maud Breakwater", "maud.breakwater@example.org")


def resident_name(number: int) -> str:
    """The name of the resident with this number, from 0."""
    return _paired(number, _PLANTS, _THINGS)


def faculty_name(number: int) -> str:
    """The same for faculty, of whom there are far fewer."""
    return f"Dr {_paired(number, _HERBS, _PUDDINGS)}"


def address(name: str) -> str:
    """The e-mail address that goes with a name, in a domain that is kept for examples (RFC 2606 section 3)."""
    return f"{name.removeprefix('Dr ').replace('.', '').replace(' ', '.').lower()}@example.org"


def _paired(number: int, first: Sequence[str], last: Sequence[str]) -> str:
    """Both lists are walked at once; as their lengths share no factor, no pair comes twice in a whole walk."""
    initial = _INITIALS[number // (len(first) * len(last))]
    return " ".join(filter(None, (first[number % len(first)], initial and f"{initial}.", last[number % len(last)])))
