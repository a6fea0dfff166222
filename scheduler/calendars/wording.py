"""The words that the product itself puts into calendars, in the language of the person who reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Wording:
    """Words and sentences of one language; those in braces are filled in."""

    session: str = "Mentoring session"
    about: str = "{group} · {model} · round {round}"
    video: str = "By video"
    phone: str = "By phone"
    in_writing: str = "In writing, in the week from then"
    cover: str = "Mentoring: {count} from {site} released"
    busy: str = "Busy"
    cancelled: str = "Cancelled: "
    join: str = "Join: "
    call: str = "Call: "
    more: str = "More: "
    video_label: str = "Join by video"
    phone_label: str = "Join by phone"
    nothing_yet: str = "No mentoring sessions yet"
    nothing_yet_more: str = "Sessions will appear here once they are published."
    ended: str = "This calendar has ended"
    ended_more: str = "You can remove it from this device. You can make a new calendar link in Mentor Rounds."
    calendar: str = "Dates from Mentor Rounds, kept up to date automatically."
    facilitating: str = "{programme}: facilitating"
    whole: str = "{programme}: all sessions"
    person: str = "Mentoring"
    busy_times: str = "Busy times"
    covering: str = "{site}: cover"
    not_expected: str = "{title}: you’re not expected"
    chairing: str = "You’re chairing this time."
    unled: str = "There’s no facilitator for this session at the moment."
    by_call: str = "You join by call; the others meet here: {place}"
    from_afar: str = "By call"
    not_expected_more: str = "You can’t make this one, so nobody expects you. Your page says why."
    coming: str = "{coming} of {all} residents can come."
    release: str = "Release: {name}"
    releases: str = "{manager}: releases"
    nobody_yet: str = "Nobody to release yet"
    nobody_yet_more: str = "People will appear here when they’re on duty during a mentoring session."


ENGLISH: Final = Wording()

_GERMAN: Final = Wording(
    session="Mentoring-Treffen",
    about="{group} · {model} · Runde {round}",
    video="Per Video",
    phone="Per Telefon",
    in_writing="Schriftlich, in der Woche ab dann",
    cover="Mentoring: {count} aus {site} freigestellt",
    busy="Belegt",
    cancelled="Abgesagt: ",
    join="Teilnehmen: ",
    call="Anrufen: ",
    more="Mehr: ",
    video_label="Per Video teilnehmen",
    phone_label="Per Telefon teilnehmen",
    nothing_yet="Noch keine Mentoring-Treffen",
    nothing_yet_more="Treffen erscheinen hier von selbst, sobald sie veröffentlicht sind.",
    ended="Dieser Kalender ist beendet",
    ended_more="Er kann von diesem Gerät entfernt werden. Eine neue Adresse gibt es in Mentor Rounds.",
    calendar="Termine aus Mentor Rounds; sie halten sich selbst aktuell.",
    facilitating="{programme}: Begleitung",
    whole="{programme}: alle Treffen",
    person="Mentoring",
    busy_times="Belegte Zeiten",
    covering="{site}: Vertretung",
    not_expected="{title}: Sie werden nicht erwartet",
    chairing="Sie leiten dieses Treffen.",
    unled="Für dieses Treffen gibt es zurzeit keine Begleitung.",
    by_call="Sie nehmen per Anruf teil; die anderen treffen sich hier: {place}",
    from_afar="Per Anruf",
    not_expected_more="Sie können hier nicht dabei sein und werden nicht erwartet. Warum, steht auf Ihrer Seite.",
    coming="{coming} von {all} in Weiterbildung können kommen.",
    release="Freistellung: {name}",
    releases="{manager}: Freistellungen",
    nobody_yet="Noch niemand freizustellen",
    nobody_yet_more="Hier erscheint, wer während eines Mentoring-Treffens Dienst hat.",
)

_FRENCH: Final = Wording(
    session="Séance de mentorat",
    about="{group} · {model} · tour {round}",
    video="En visio",
    phone="Par téléphone",
    in_writing="Par écrit, dans la semaine qui suit",
    cover="Mentorat : {count} de {site} libérés",
    busy="Occupé",
    cancelled="Annulé : ",
    join="Participer : ",
    call="Appeler : ",
    more="Plus : ",
    video_label="Participer en visio",
    phone_label="Participer par téléphone",
    nothing_yet="Pas encore de séance de mentorat",
    nothing_yet_more="Les séances apparaîtront ici dès leur publication.",
    ended="Cet agenda a pris fin",
    ended_more="Vous pouvez le retirer de cet appareil. Mentor Rounds peut vous donner un nouveau lien d’agenda.",
    calendar="Dates de Mentor Rounds, mises à jour automatiquement.",
    facilitating="{programme} : animation",
    whole="{programme} : toutes les séances",
    person="Mentorat",
    busy_times="Heures occupées",
    covering="{site} : remplacements",
    not_expected="{title} : vous n’êtes pas attendu",
    chairing="C’est vous qui animez cette séance.",
    unled="Il n’y a pas d’animateur pour cette séance pour le moment.",
    by_call="Vous participez à distance ; les autres se retrouvent ici : {place}",
    from_afar="À distance",
    not_expected_more="Vous ne pouvez pas venir à cette séance et n’y êtes pas attendu. Votre page dit pourquoi.",
    coming="{coming} internes sur {all} peuvent venir.",
    release="À libérer : {name}",
    releases="{manager} : à libérer",
    nobody_yet="Personne à libérer pour l’instant",
    nobody_yet_more="Les personnes de service pendant une séance de mentorat apparaîtront ici.",
)

_SPANISH: Final = Wording(
    session="Sesión de mentoría",
    about="{group} · {model} · ronda {round}",
    video="Por vídeo",
    phone="Por teléfono",
    in_writing="Por escrito, en la semana siguiente",
    cover="Mentoría: {count} de {site} liberados",
    busy="Ocupado",
    cancelled="Cancelada: ",
    join="Unirse: ",
    call="Llamar: ",
    more="Más: ",
    video_label="Unirse por vídeo",
    phone_label="Unirse por teléfono",
    nothing_yet="Aún no hay sesiones de mentoría",
    nothing_yet_more="Las sesiones aparecen aquí por sí solas cuando se publican.",
    ended="Este calendario ha terminado",
    ended_more="Se puede quitar de este dispositivo. Mentor Rounds da una dirección nueva.",
    calendar="Fechas de Mentor Rounds; se mantienen al día por sí solas.",
    facilitating="{programme}: facilitación",
    whole="{programme}: todas las sesiones",
    person="Mentoría",
    busy_times="Horas ocupadas",
    covering="{site}: cobertura",
    not_expected="{title}: no se le espera",
    chairing="Esta vez le toca moderar la sesión.",
    unled="Por ahora no hay facilitador para esta sesión.",
    by_call="Participa a distancia; los demás se reúnen aquí: {place}",
    from_afar="A distancia",
    not_expected_more="No puede venir a esta sesión y no se le espera. Su página dice por qué.",
    coming="{coming} de {all} residentes pueden venir.",
    release="Liberar: {name}",
    releases="{manager}: por liberar",
    nobody_yet="Todavía nadie a quien liberar",
    nobody_yet_more="Aquí aparecerá quien esté de guardia durante una sesión de mentoría.",
)

WORDINGS: Final[Mapping[str, Wording]] = MappingProxyType({"en": ENGLISH, "de": _GERMAN, "fr": _FRENCH, "es": _SPANISH})
"""Language (ISO 639-1) → words."""


def wording_for(language: str) -> Wording:
    """The words of a language tag (`fr`, `fr-CA`); English where there are none."""
    return WORDINGS.get(language.replace("_", "-").partition("-")[0].lower(), ENGLISH)
