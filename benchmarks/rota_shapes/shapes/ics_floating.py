"""A calendar without zone and without DTSTAMP, with signs in its titles."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from benchmarks.rota_shapes.people import People
from benchmarks.rota_shapes.truth import SOMEBODY, Ask, Duty, MadeFile, Truth, spellings
from benchmarks.rota_shapes.words import DAY, some_year

_WORK = ["day", "long_day", "late", "resident_on_call", "non_resident_on_call", "unknown"]
_SHIFTS = (
    ("🌞 Core Day", "CD8", time(8), 8.5), ("🌃 Late Night", "LNT", time(21), 10.5), ("🌇 Twilight", "TW", time(15), 9),
    ("🏥 South Wing Day", "SWD", time(7, 30), 10), ("🌤 Mid Shift (Bank Holiday)", "mBH", time(11), 9.5),
)  # fmt: skip
_TRAPS = (
    ("🩹 Sickness Cover", "SCV", time(8), 10, "in reserve for whoever is off sick"),
    ("🩹 Leave Relief", "LRF", time(9), 9, "covers for annual leave"),
    ("🩹 Off-site Clinic", "OSC", time(8, 30), 8, "at the other hospital"),
)  # fmt: skip


def make(random: Random) -> list[MadeFile]:
    """One calendar."""
    name = People(random).firsts(1)[0]
    trap = random.choice(_TRAPS)
    shifts = [*((*shift, "") for shift in random.sample(_SHIFTS, 4)), trap]
    who = (SOMEBODY, name, f"{name}'s Shifts", f"{name}'s shifts")
    truth = Truth(people=[who], must_ask=[Ask(("person",))])
    truth.kinds = dict.fromkeys(_titles(trap[0], trap[1]), _WORK)
    truth.note = "Hours are the ward's clock; relief and cover are duties; whose it is has to be asked."
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//Shifts of {name}//EN", f"X-WR-CALNAME:{name}'s Shifts",
             "METHOD:PUBLISH", "REFRESH-INTERVAL;VALUE=DURATION:PT12H"]  # fmt: skip
    day = date(some_year(random), random.randint(1, 12), random.randint(1, 28))
    for number in range(random.randint(12, 18)):
        shift = trap if number == 3 else random.choice(shifts)
        for _ in range(random.randint(1, 4)):
            lines += _event(day, shift, len(lines), name, who, truth)
            day += DAY
        day += random.randint(1, 4) * DAY
    text = "\r\n".join((*lines, "END:VCALENDAR", ""))
    return [MadeFile("ics_floating.ics", text.encode(), truth)]


def _titles(title: str, code: str) -> tuple[str, ...]:
    plain = title.split(" ", 1)[1]
    return spellings(f"{title} ({code})", title, f"{plain} ({code})", plain, code)


def _event(
    day: date, shift: tuple[str, str, time, float, str], number: int, name: str, who: tuple[str, ...], truth: Truth
) -> list[str]:
    title, code, start, hours, more = shift
    begins = datetime.combine(day, start)
    ends = begins + timedelta(hours=hours)
    part = f"{begins:%H:%M}-{ends:%H:%M}"
    truth.duties.append(Duty(who, day.isoformat(), _titles(title, code), part))
    return ["BEGIN:VEVENT", f"UID:{number:06}@shifts.example", f"DTSTART:{begins:%Y%m%dT%H%M%S}",
            f"DTEND:{ends:%Y%m%dT%H%M%S}", f"SUMMARY:{title} ({code})",
            f"DESCRIPTION:{name} works: {title.split(' ', 1)[1]} {more}".rstrip(), "END:VEVENT"]  # fmt: skip
