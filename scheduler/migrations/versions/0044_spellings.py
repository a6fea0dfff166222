"""Whom spellings mean is kept for all rotas of a programme; names that people went by before."""

import re
import unicodedata
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from scheduler.db import UtcDateTime

revision = "0044"
down_revision: str | None = "0043"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


# How names are compared, as it was when this was written: what is said later of it must not change what this does.
_LAST_ACCENT = "\u06ff"
_LATIN = re.compile(r"LATIN (?:SMALL )?(?:LETTER|LIGATURE) (?:DOTLESS |SHARP )?([A-Z]+)(?: WITH .*)?")
_SOUNDS = {"ETH": "d", "THORN": "th", "ENG": "ng", "KRA": "q", "SCHWA": "a", "EZH": "zh", "ESH": "sh"}
_WITHIN_WORDS = str.maketrans(dict.fromkeys("'’‘`´-‐‑", ""))
_TITLES = frozenset(
    [
        "dr",
        "drs",
        "dra",
        "drmed",
        "doctor",
        "docteur",
        "doktor",
        "dott",
        "dottssa",
        "dottor",
        "dottore",
        "dottoressa",
        "prof",
        "profs",
        "professor",
        "professora",
        "professeur",
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "mme",
        "mlle",
        "monsieur",
        "madame",
        "herr",
        "frau",
        "sir",
        "dame",
        "sig",
        "signor",
        "signora",
        "sra",
        "srta",
        "senor",
        "senora",
        "med",
        "priv",
        "doz",
        "univ",
        "dipl",
        "mag",
        "lek",
        "pan",
        "pani",
        "ing",
        "doc",
        "nurse",
        "sister",
    ]
)
_AFTER_NAMES = frozenset(
    [
        "md",
        "phd",
        "do",
        "mbbs",
        "mbchb",
        "frca",
        "frcp",
        "frcpc",
        "frcs",
        "mrcp",
        "mrcs",
        "fanzca",
        "fracp",
        "facs",
        "facp",
        "msc",
        "bsc",
        "rn",
        "np",
        "pa",
        "crna",
        "jr",
        "jnr",
        "snr",
        "ii",
        "iii",
        "consultant",
        "registrar",
        "reg",
        "spr",
        "str",
        "sho",
        "sr",
        "fellow",
        "resident",
        "intern",
        "attending",
        "locum",
        "chief",
        "ct",
        "st",
        "fy",
        "pgy",
    ]
)
_GRADE = re.compile(r"[a-z]{1,4}\d{1,2}")
_APOSTROPHES = re.compile("(?<=\\w)['’‘`´ʼʻ′ʹʽ＇](?=\\w)")
_REMARK = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*")


def _folded(text: str) -> str:
    plain = "".join(map(_plain, unicodedata.normalize("NFKD", text.casefold())))
    return " ".join("".join(sign if _is_of_a_word(sign) else " " for sign in plain).split())


def _is_of_a_word(sign: str) -> bool:
    return sign.isalnum() or (sign > _LAST_ACCENT and unicodedata.category(sign).startswith("M"))


def _plain(sign: str) -> str:
    if sign.isascii():
        return sign
    if unicodedata.combining(sign) and sign <= _LAST_ACCENT:
        return ""
    name = unicodedata.name(sign, "")
    if name.startswith("MODIFIER LETTER"):
        return " "
    found = _LATIN.fullmatch(name)
    if found is None:
        return sign
    return found[1].lower() if len(found[1]) < 3 else _SOUNDS.get(found[1], sign)


def _search_text(name: str) -> str:
    apart, together = _folded(name), _folded(name.translate(_WITHIN_WORDS))
    return apart if apart == together else f"{apart} {together}"


def _words_of(name: str) -> tuple[str, ...]:
    text = _REMARK.sub(" ", name)
    words = tuple(_folded(_APOSTROPHES.sub("", text if _folded(text) else name)).split())
    return tuple(word for word in words if not _is_beside_names(word, words)) or words


def _is_beside_names(word: str, words: tuple[str, ...]) -> bool:
    return bool(_GRADE.fullmatch(word)) or word in _TITLES or (word in _AFTER_NAMES and word != words[0])


def _spelling_key(name: str) -> str:
    return " ".join(_words_of(name)) or " ".join(name.split())


def _keys_of(name: str) -> frozenset[str]:
    return frozenset(" ".join(sorted(_words_of(each))) for each in (_APOSTROPHES.sub(" ", name), name))


def upgrade() -> None:
    op.add_column("person", sa.Column("former_names", sa.JSON(), server_default="[]", nullable=False))
    op.create_table(
        "rota_spelling",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("written", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        _key("programme"),
        _key("person"),
        sa.PrimaryKeyConstraint("programme_id", "key", "site", name=op.f("pk_rota_spelling")),
    )
    op.create_index(op.f("ix_rota_spelling_person_id"), "rota_spelling", ["person_id"])
    _take_over_lines()
    _name_letters_anew()


def _take_over_lines() -> None:
    """What was answered for one rota, as far as its rotas agree; a person's own name was no answer."""
    connection = op.get_bind()
    lines = connection.execute(
        sa.text(
            "SELECT rota.programme_id, line.name, line.person_id, person.name, rota.imported_at FROM rota_line line "
            "JOIN rota ON rota.id = line.rota_id LEFT JOIN person ON person.id = line.person_id ORDER BY rota.id"
        ).columns(imported_at=UtcDateTime())
    ).all()
    said: dict[tuple[int, str], list[tuple[str, int | None, object]]] = {}
    for programme_id, written, person_id, name, at in lines:
        if person_id is None or _keys_of(written).isdisjoint(_keys_of(name)):
            said.setdefault((programme_id, _spelling_key(written)), []).append((written, person_id, at))
    table = sa.table(
        "rota_spelling",
        *(sa.column(name) for name in ("programme_id", "key", "site", "written", "person_id")),
        sa.column("said_at", UtcDateTime()),
    )
    for (programme_id, key), answers in said.items():
        if len({person_id for _, person_id, _ in answers}) == 1:
            written, person_id, at = answers[-1]
            row = {"programme_id": programme_id, "key": key, "site": "", "written": written, "person_id": person_id}
            connection.execute(table.insert().values(**row, said_at=at))


def _name_letters_anew() -> None:
    """Letters such as ħ and þ are compared as they are said now."""
    connection = op.get_bind()
    people = connection.execute(sa.text("SELECT id, name, search_name FROM person")).all()
    for person_id, name, before in people:
        if (now := _search_text(name)) != before:
            connection.execute(
                sa.text("UPDATE person SET search_name = :now WHERE id = :id"), {"now": now, "id": person_id}
            )


def _key(other: str) -> sa.ForeignKeyConstraint:
    column = f"{other}_id"
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_rota_spelling_{column}"), ondelete="CASCADE"
    )


def downgrade() -> None:
    op.drop_table("rota_spelling")
    op.drop_column("person", "former_names")
