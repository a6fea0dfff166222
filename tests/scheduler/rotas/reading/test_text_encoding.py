"""Text files as programs all over the world save them."""

from __future__ import annotations

import pytest

from scheduler.rotas.reading.text_encoding import decoded

TEXTS = {
    "cp949": "이름,8/5,8/6,8/7\n김하늘,나이트,데이,연차\n박서준,데이,오프,휴가\n",
    "cp932": "氏名,8/5,8/6\n山田 花子,夜勤,日勤\n佐藤 健,年休,明け\n",
    "gb18030": "姓名,8/5,8/6\n王小明,夜班,白班\n李华,休息,年假\n",
    "big5": "姓名,8/5,8/6\n王小明,夜班,白班\n林美華,休息,特休\n",
    "cp874": "ชื่อ,5 ส.ค.,6 ส.ค.\nสมชาย ใจดี,เวรดึก,ลาป่วย\n",
    "cp1251": "Имя,5.8,6.8\nИванова Анна,ночь,отпуск\nОрлов Пётр,ДЕНЬ,выходной\n",
    "cp1250": "Imię,5.8,6.8\nŻaneta Wiśniewska,noc,urlop\nŁucja Gąsior,dyżur,wolne\n",
    "cp1252": "Nom,5/8,6/8\nHélène Müller,congés,nuit\nFrançois Noël,récupération,été\n",
    "utf-8": "Imię,氏名,이름,Nom\n",
    "utf-16": "Imię,氏名,이름,Nom\n",
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_text_is_read_in_the_encoding_that_it_is_in(encoding: str) -> None:
    assert decoded(TEXTS[encoding].encode(encoding)) == TEXTS[encoding]


@pytest.mark.parametrize("content", [b"", b"\xff", b"a\x81\x8d\x8f", b"\xe9" * 7, bytes(range(256))])
def test_no_bytes_are_refused(content: bytes) -> None:
    assert isinstance(decoded(content), str)


def test_the_usual_signs_of_western_text_stay() -> None:
    text = "Café – “rota” for £5, 20°, ½ day, naïve’s\n"
    assert decoded(text.encode("cp1252")) == text
