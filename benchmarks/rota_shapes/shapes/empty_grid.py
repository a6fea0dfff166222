"""A month with people and without a duty."""

from __future__ import annotations

from random import Random

from benchmarks.rota_shapes.book import Book
from benchmarks.rota_shapes.truth import MadeFile, Truth
from benchmarks.rota_shapes.words import month_days, some_year

_KINDS = (
    (
        "{year}년 {month}월 근무표(초안)", ("담당", "부장", "원장"), "검사실", "연차:Y, 반차:Y/2, 오프:O",
        ("번호", "성명", "발생"), ("사용", "잔여", "비고"),
        "김나래 이솔 박하람 최벼리 정다솜 강미르 윤슬기 장보담 임가온 한결 신아라",
    ),
    (
        "{year}年{month}月 勤務表(案)", ("作成", "師長", "部長"), "検査室", "年休:Y, 半休:Y/2, 休み:O",
        ("番号", "氏名", "付与"), ("使用", "残", "備考"),
        "中島直樹 橋本真由 石川亮 前田千尋 藤田学 小川遥 岡田拓也 長谷川萌 村上誠 近藤梓",
    ),
    (
        "Duty rota {month}/{year} (draft)", ("prepared", "checked", "approved"), "Laboratory",
        "AL:Y, half day:Y/2, off:O", ("No", "Name", "Due"), ("taken", "left", "remarks"),
        "Marwa_Taleb Ellis_Crane Pia_Holm Dev_Anand Rosa_Teles Jon_Aspden Mila_Vuk Tess_Okoro",
    ),
)  # fmt: skip


def make(random: Random) -> list[MadeFile]:
    """One workbook."""
    title, signed, unit, legend, head, right, names = random.choice(_KINDS)
    people = [name.replace("_", " ") for name in random.sample(names.split(), random.randint(6, 8))]
    year, month = some_year(random), random.randint(1, 12)
    days = month_days(year, month)
    book, truth = Book(), Truth(people=[(name,) for name in people], empty=True)
    truth.never = [*signed, *head, *right, unit, "0"]
    truth.note = "People without a duty: no error, and it is said that there are none."
    sheet = book.sheet(f"{year % 100}.{month}")
    sheet.add([title.format(year=year, month=month)])
    sheet.merge(0, 0, 30)
    sheet.add([*[None] * 24, signed[0], None, None, signed[1], None, None, signed[2]])
    sheet.add()
    sheet.add([unit, None, legend])
    sheet.add([head[0], head[1], head[2], None, *(day.day for day in days), right[0], None, right[1], None, right[2]])
    sheet.add([None, None, "Y", "H", *[None] * len(days), "Y", "H", "Y", "H"])
    for n, name in enumerate(people):
        sheet.add([510 + 31 * n, name, None, 0, *[None] * len(days), 0, 0, 0, 0])
    return [MadeFile("empty_grid.xlsx", book, truth)]
