"""Words that stand in a cell for names and name nobody, in several languages: gaps, placeholders, events."""

from __future__ import annotations

import re

from scheduler.rotas.reading.cells import folded, is_blank, is_number
from scheduler.rotas.reading.headings import either

_NOBODY = either(
    "tbc|tba|tbd|vacant|vacancy|unfilled|nil|none|nobody|no one|no cover|not covered|uncovered|no clinic|no list|closed"
    "|cancelled|canceled|empty|na|not applicable|no call|not needed|holiday|holidays|bank holiday|public holiday|bh|ph"
    "|unbesetzt|niemand|keiner|vakant|feiertag|entfallt|geschlossen|personne|neant|aucun|aucune|non couvert"
    "|non pourvu|a pourvoir|jour ferie|ferme|nadie|ninguno|vacante|sin cubrir|festivo|cerrado|nessuno|scoperto|chiuso"
    "|ninguem|nenhum|feriado|sem cobertura|descoberto|fechado|nikt|brak|wakat|swieto|dzien wolny|vacature|feestdag"
    "|geen|ingen|helligdag|helgdag"
)
_PERHAPS = either("gap|open|blank|frei|offen|ferie|libre|festa|vago|livre|wolne|vrij|ledig|free")
"""Words that say so too, and are some people's names."""
_FAULTS = either("null|nan|undefined|unnamed|ref|n a|na|false|true|blank|empty")
_PLACEHOLDER = re.compile(r"[x×]{1,}|[\W_]+|(?:[x×]+[\W_]+)+[x×]*", re.IGNORECASE)
_EVENTS = either(
    "meeting|meetings|course|courses|audit|conference|congress|symposium|workshop|training|teaching|exam|exams"
    "|examination|lecture|seminar|induction|orientation|retreat|visit|inspection|party|dinner|ceremony|graduation"
    "|sitzung|besprechung|fortbildung|kurs|kongress|tagung|prufung|reunion|formation|congres|examen|cours|colloque"
    "|curso|congreso|jornada|riunione|corso|congresso|convegno|esame|reuniao|jornadas|prova|spotkanie|kongres|egzamin"
    "|szkolenie|konferencja|vergadering|cursus|opleiding|mote|kurser"
)


def is_nobody(text: str) -> bool:
    """Whether a text says that nobody is there: ``vacant``, ``XXX``, ``---``, ``holiday``."""
    return is_blank(text) or _PLACEHOLDER.fullmatch(text.strip()) is not None or folded(text) in _NOBODY | _PERHAPS


def may_be_a_name(text: str) -> bool:
    """Whether a text that says so may be somebody's name all the same, such as ``Frei``."""
    return folded(text) in _PERHAPS


def is_event(text: str) -> bool:
    """Whether a text is something that takes place, such as a meeting."""
    return bool(_EVENTS.intersection(folded(text).split()))


def is_left_over(heading: str) -> bool:
    """Whether a heading is what programs write where nothing stands, such as ``NULL``."""
    return folded(heading) in _FAULTS or (is_number(heading) and heading.strip() == "0")
