"""Made-up people with names of many languages, in ways that rotas name them."""

from __future__ import annotations

from random import Random


def listed(text: str, between: str = " ") -> list[str]:
    """Words that stand in one text."""
    return text.split(between)


_FIRST = listed(
    "Abena Adriana Agnieszka Aigerim Aleksandar Amadou Anaïs Anders Anouk Arash Astrid Ayşe Babajide Beatriz "
    "Bérénice Bjørn Branko Chiamaka Chloé Cian Dagmar Danuta Deepika Diego Dimitra Đorđe Efua Eilidh Eleni Elke "
    "Emre Enrique Erzsébet Esther Eun-ji Farida Feng Filip Florence Francesca Gabriel Giulia Grace Gustavo "
    "Halima Hannes Harriet Helga Henryk Hiroko Ibrahim Ines-Marie Ingrid Isla Ivar Jacek Jamila Jana Jean-Luc "
    "Joana João Jolanta Kai Kamila Karim Katarzyna Keiko Kirsten Kwaku Lakshmi Lars Leila Lorenzo Lucía Luděk "
    "Magnus Maja Malik Manuela Mara Matteo Mei Mercedes Mihai Milan Mireille Nasrin Natalia Ngozi Nils Noor "
    "Odile Olamide Oluwaseun Orla Osman Paolo Patience Pavel Priya Rachel Rafael Ramona Rania Rasmus Renáta "
    "Robin Ruairí Sabine Salma Samira Sander Sanjay Sigrid Silvia Simone Sinéad Sonja Sunita Tadeusz Tamsin "
    "Tariq Thandiwe Tiago Tove Ursula Valentina Vera Veronika Wiebke Wilhelm Xavier Yael Yasmin Yohannes Yuki "
    "Zainab Živa Zsófia"
)
_LAST = listed(
    "Adeyemi Åkesson Almeida Anquetil Appiah Araújo Aslan Bakker Balogun Barzani Beaumont Bianchi Björklund "
    "Bondarenko Brennan Byrne Calderón Cardoso Chaudhry Chikezie Clarke Costa Danjuma Delacroix Demir Dimitriou "
    "Doyle Duarte Dubois Eide Ellingsen Engström Espinoza Farouk Ferreira Fischer Forsberg Gashi Ghorbani "
    "Goldberg González Graf Gunnarsson Güneş Haddad Halvorsen Hassan Hendriks Horváth Huang Ilić Iwasaki "
    "Jaworski Jensen Joshi Kaminski Karimi Kowalczyk Krüger Kuznetsov Laurent Lehtinen Lim Lindgren Löwe Machado "
    "MacLeod Mahlangu Majewska Markovic Marques Mensah Moreau Moretti Mwangi Nair Ndiaye Nielsen Nowak Nørgaard "
    "Obi Olsen Onyango Papadakis Park Pereira Pillai Popescu Quintero Rahman Ramírez Reddy Ricci Rossi Rousseau "
    "Şahin Salonen Schäfer Schmidt Sithole Söderberg Sørensen Soares Suzuki Szabó Tamm Tesfaye Thorne Tóth "
    "Tremblay Ueda Vaszary Verhoeven Vogel Wachira Wanjala Whitlock Winkler Xu Yamamoto Yeboah Zielińska Zhou "
    "Živković"
)
_TWO_WORDS = ("de Vries", "van den Berg", "Dos Santos", "El Amrani", "Bin Yusof", "von Arnim", "Le Goff", "da Cunha")
_APOSTROPHES = ("O'Rourke", "D'Angelo", "N'Diaye", "O'Malley", "L'Heureux")


class People:
    """Draws people without ever drawing one twice. With ``traps`` among them are an apostrophe, a surname that begins
    with another whole surname, two words as a surname, and a surname that two share."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._first = random.sample(_FIRST, len(_FIRST))
        self._last = random.sample(_LAST, len(_LAST))

    def firsts(self, count: int) -> list[str]:
        """First names."""
        return [self._first.pop() for _ in range(count)]

    def surnames(self, count: int, traps: bool = True) -> list[str]:
        """Different surnames; with ``traps`` one is part of another, and one has an apostrophe."""
        special = self._special() if traps and count > 5 else []
        found = [*special, *(self._last.pop() for _ in range(count - len(special)))]
        return self._random.sample(found, count)

    def full(self, count: int, traps: bool = True) -> list[str]:
        """First names with surnames."""
        last = self.surnames(count, traps)
        if traps and count > 7:
            last[-1] = last[0]
        return [f"{first} {name}" for first, name in zip(self.firsts(count), last, strict=True)]

    def with_initials(self, count: int) -> list[str]:
        """First names with one or two initials, as ``MARA D K``; some share the first name."""
        letters, firsts = "ABDEFGHJKLMNPRSTVW", self.firsts(count)
        found: list[str] = []
        while len(found) < count:
            same = bool(found) and self._random.random() < 0.2
            first = found[-1].split()[0] if same else firsts.pop()
            initials = self._random.sample(letters, self._random.choice((1, 1, 2)))
            name = " ".join((first, *initials))
            if all(name not in (each, f"{each} {initials[-1]}") and not each.startswith(name) for each in found):
                found.append(name)
        return found

    def initials(self, count: int) -> list[str]:
        """Two letters each, all different."""
        letters = "ABCDEFGHJKLMNPRSTVWYZ"
        found: dict[str, None] = {}
        while len(found) < count:
            found["".join(self._random.sample(letters, 2))] = None
        return list(found)

    def _special(self) -> list[str]:
        short, long = self._last.pop(), self._last.pop()
        return [short, f"{short}-{long}", self._random.choice(_APOSTROPHES), self._random.choice(_TWO_WORDS)]


def surname(name: str) -> str:
    """All but the first name."""
    return name.split(" ", 1)[1]
