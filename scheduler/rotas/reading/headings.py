"""The words that head the columns of rotas, in several languages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from scheduler.rotas.reading.cells import Cell, folded, text_of


def either(names: str) -> frozenset[str]:
    """The alternatives of ``a|b c|d``, folded."""
    return frozenset(map(folded, names.split("|")))


_PERSON = either(
    "person|name|doctor|dr|resident|trainee|staff|employee|surname|lastname|fullname|who|nurse|physician|pracownik"
    "|nazwisko|lekarz|arzt|arztin|mitarbeiter|mitarbeiterin|nom|medecin|medico|nombre|nome|medica|collaboratore"
    "|colleague|initials|stafflname|wer|qui|quien|chi|quem|kto|wie|personne|profissional|dokter|naam|navn|namn|lakare"
    "|lege|apellidos|cognome"
    "|residente|interne|interno|interna|rezydent|rezydentka|assistent|assistentin|arts"
    "|specializzando|medecins|residents|interns|lakar|leger|laege|laakari|orvos|이름|성명|氏名|名前|姓名|ชอ|ชื่อ|doktor"
)
_PERSON_PHRASES = either(
    "staff name|full name|last name|family name|imie i nazwisko|doctor name|person name|employee name|resident name"
    "|name of doctor|doctors|names|residents|staff member|trainee name|nom et prenom|nombre y apellidos|nachname"
)
_NOT_A_NAME = either(
    "no|nr|num|number|code|shift|duty|id|type|key|email|mail|tel|phone|pager|bleep|grade|group|team|role|task|assignment"
)
_NAMES_OF = either("name|names|nom|noms|nombre|nombres|nome|nomi")
_OF = either("of|de|du|des|del|della|do|da|dos|delle|dei")
_WHO = either("user|person|staff|resident|trainee|doctor|employee|member|physician")
_NUMBER = either("id|no|number|nr")
_TWO_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])|_")
_GIVEN = either("first name|forename|given name|firstname|vorname|prenom|imie|forenames|stafffname")
_DATE = either(
    "date|datum|data|fecha|dates|shift date|duty date|start date|startdate|date from|work date|day|when|tag|wann|jour"
    "|first day|first date|from date|day from|erster tag|premier jour|primer dia|primo giorno|pierwszy dzien"
    "|quand|dia|cuando|giorno|quando|dzien|kiedy|dag|wanneer|dato|nar|call date|date of call"
)
_COLUMNS: Mapping[str, frozenset[str]] = {
    "code": either(
        "code|shift code|shift|duty|duty code|dienst|assignment|assignment name|task|zmiana|task name|task abbrev"
        "|taskabbrev|taskname|activity|poste|turno|rota|skrot|kurzel|shift name|rotation|what|was|dienstart|schicht"
        "|quoi|garde|vacation|que|guardia|puesto|servicio|cosa|plantao|o que|escala|posto|co|dyzur|wat|vakt|vagt|post"
        "|call|placement|posting|subject|summary|betreff|objet|asunto|oggetto|assunto"
    ),
    "role": either("role|function|funktion|rolle|fonction|funcion|funzione|funcao|funkcja|functie|position|rol|level"),
    "type": either("shift type|duty type|type"),
    "start": either(
        "start|start time|from|time from|begin|von|od|debut|inicio|starttime|shift start|duty start|start date time"
        "|startdatetime|starts|beginn|inizio|planned start"
    ),
    "end": either(
        "end|end time|to|time to|finish|finish time|bis|do|fin|endtime|fine|shift end|duty end|end date time|ends|ende"
        "|planned end|until"
    ),
    "end_date": either(
        "end date|date to|enddate|finish date|last day|last date|to date|day to|through|letzter tag|dernier jour"
        "|ultimo dia|ultimo giorno|ostatni dzien"
    ),
    "days": either("days|number of days|no of days|tage|anzahl tage|jours|nombre de jours|dias|giorni|dni|liczba dni"),
    "times": either("times|time|hours|shift times"),
    "cancelled": either("cancellation reason|cancelled|cancelled reason|cancel reason"),
    "struck": either("isstruck|is struck"),
    "site": either(
        "site|location|hospital|campus|place|facility|standort|ort|klinik|krankenhaus|site name|lieu|etablissement"
        "|hopital|lugar|sede|hospital name|ospedale|luogo|local|miejsce|szpital|locatie|ziekenhuis|sted|plats|sjukhus"
    ),
    "half": either("session|am pm|half|half day|part of day"),
}
_NOTES = either(
    "notes|note|comments|comment|remarks|swaps|swap|bemerkung|bemerkungen|uwagi|remarques|leave|events|event|holidays"
    "|holiday|info|information"
)
_ROLES = either(
    "sho|spr|str|registrar|reg|consultant|cons|oncall|call|night|day|long|late|early|ward|bleep|senior|junior|cover|f1"
    "|f2|fy1|fy2|ct|st|ho|trainee|first|second|1st|2nd|3rd|icu|itu|hdu|obs|theatre|twilight|weekend|team|resident"
    "|attending|fellow|intern|pgy1|pgy2|pgy3|backup|jeopardy|float|crash|trauma|clinic|nights|days|lates|consultants"
    "|middle|tier|grade|specialist|sas|physician|on"
)

_POSTS = either(
    "round|rounds|list|lists|duty|duties|ward|wards|rota|roster|shift|reserve|standby|chief|head|lead|admission"
    "|admissions|consult|consults|referral|referrals|preop|postop|clinics|theatres|surgery|emergency|acute|take"
    "|dienst|dienste|tagdienst|nachtdienst|spatdienst|fruhdienst|bereitschaft|rufdienst|hintergrund|hintergrunddienst"
    "|vordergrund|visite|station|ambulanz|notaufnahme|oberarzt|assistenzarzt|facharzt|ops|garde|gardes|astreinte"
    "|consultation|consultations|bloc|urgences|salle|senior|interne|guardia|guardias|consulta|consultas|quirofano"
    "|urgencias|planta|residente|adjunto|localizada|ambulatorio|ambulatori|plantao|plantoes|diurno|noturno|diurna"
    "|noturna|diurni|notturno|notturna|enfermaria|ronda|sobreaviso|urgencia|turno|turni|turnos|guardie|reparto"
    "|reperibilita|pronto|soccorso|sala|dyzur|dyzury|oddzial|poradnia|izba|przyjec|lekarz|dezurny|ostry|poli|spreekuur"
    "|wacht|achterwacht|voorwacht|zaal|afdeling|manha|tarde|noite|manana|noche|matin|nuit|mattina|notte|tag|nacht"
    "|frueh|fruh|spat|vak|vakt|jour|bakjour|weekends|holiday|vacation|leave|off|post"
    "|elective|research|ambulatory|general|internal|intensive|care|outpatient|outpatients|inpatient|inpatients|wing"
    "|floor|unit|admin|labour|delivery|obstetrics|neonatal|transplant|stroke|renal|cardiac|primary|secondary|tertiary|principal|refuerzo|apoyo|suplente"
)
_POST_OR_CODE = either("call|garde|astreinte|guardia|plantao|dyzur|vakt|vagt|post|poste|posto|dienst|on call")
_SPECIALTY = re.compile(
    r"\w*(?:olog(?:y|ie|ia|ii)|iatr(?:y|ics?|ie|ia|ii)|medi[czs]ine?a?|medycyna|surgery|surgical|chirurg\w+|cirug\w+"
    r"|cirurg\w+|an(?:a?e)sth\w+|anest\w+|endoscop\w+|orthop\w+|ortop\w+|paed\w+|pediatr\w+)"
)

_VACANT = either("tbc|tba|vacant|vacancy|gap|unfilled|nil|none|nobody|no cover|not covered|")

_SECTIONS = either(
    "rotations|residents|interns|trainees|fellows|registrars|consultants|year|years|pgy|pgy1|pgy2|pgy3|pgy4|pgy5|cohort"
    "|class|group|team|track|r1|r2|r3|r4|internes|residentes|internos|assistenzarzte|rezydenci|jahr|annee|ano|rok"
)

_TOTALS = either("total|totals|sum|count|counts|summe|gesamt|razem|suma|somme|totale")


def is_person_heading(heading: str) -> bool:
    """Whether a folded heading stands above people's names."""
    words = heading.split()
    if not words or _NOT_A_NAME.intersection(words):
        return False
    if words[0] in _NAMES_OF and len(words) > 1:
        return words[1] in _OF
    return heading in _PERSON_PHRASES or (len(words) <= 2 and any(word in _PERSON for word in words))


def words_of_heading(cell: Cell) -> tuple[str, ...]:
    """The folded words of a heading, also of one that a program wrote: ``fromYear``, ``user_id``."""
    return tuple(folded(_TWO_WORDS.sub(" ", text_of(cell))).split())


def is_of_numbers(words: Sequence[str]) -> bool:
    """Whether the words of a heading stand above numbers by which a table names something."""
    return bool(words) and words[-1] in _NUMBER


def numbers_people(words: Sequence[str]) -> bool:
    """Whether words such as those of ``userId`` stand above the numbers of people."""
    return len(words) == 2 and words[0] in _WHO and is_of_numbers(words)


def is_given_name_heading(heading: str) -> bool:
    """Whether a folded heading stands above first names."""
    return heading in _GIVEN


def is_date_heading(heading: str) -> bool:
    """Whether a folded heading stands above dates."""
    return heading in _DATE


def is_notes_heading(heading: str) -> bool:
    """Whether a folded heading stands above remarks."""
    return any(word in _NOTES for word in heading.split())


def is_vacant(name: str) -> bool:
    """Whether a folded name says that nobody is there."""
    return name in _VACANT


def column_role(heading: str) -> str | None:
    """What a column of a list holds, by its folded heading."""
    return next((role for role, names in _COLUMNS.items() if heading in names), None)


def heads_posts_or_codes(heading: str) -> bool:
    """Whether a folded heading stands above codes as well as above the names of whoever fills a post."""
    return heading in _POST_OR_CODE


def names_a_role(label: str) -> bool:
    """Whether a label is a post such as ``Night SHO`` or ``On-Call`` rather than a person."""
    words = folded(label).split()
    return bool(words) and sum(map(_is_of_a_role, words)) * 2 >= len(words)


def names_a_place(label: str) -> bool:
    """Whether a label is one of several places of a post, such as ``SpR3``, which stands for a person."""
    words = folded(label).split()
    return bool(words) and words[0].rstrip("0123456789") in _ROLES and any(sign.isdecimal() for sign in label)


def names_a_post(label: str) -> bool:
    """Whether a label is a post or place of work, in any of several languages, rather than a person."""
    words = [word for word in folded(label).split() if len(word) > 1 or word.isdecimal()]
    return bool(words) and sum(
        word in _POSTS or _is_of_a_role(word) or bool(_SPECIALTY.fullmatch(word)) for word in words
    ) * 2 >= len(words)


def names_a_section(label: str) -> bool:
    """Whether words without entries head a part of the rota, such as ``Second-year rotations``."""
    return bool(_SECTIONS.intersection(folded(label).split()))


def is_total(label: str) -> bool:
    """Whether a line headed so counts the others."""
    return bool(_TOTALS.intersection(folded(label).split()[:2]))


def _is_of_a_role(word: str) -> bool:
    return word.isdecimal() or any(each in _ROLES for each in (word, word.rstrip("s"), word.rstrip("0123456789")))
