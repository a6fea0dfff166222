"""What is kept in a process has a bound, and nothing is worked out twice while it is there."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

from scheduler.memory import Derived, Memory, forget_everything


def counted(value: int | None) -> tuple[list[int | None], Callable[[], int | None]]:
    """A list that grows each time the value is worked out, and what works it out."""
    made: list[int | None] = []

    def work_out() -> int | None:
        made.append(value)
        return value

    return made, work_out


def test_a_value_is_worked_out_once_even_where_it_is_none() -> None:
    memory: Memory[int | None] = Memory(2)
    for value in (7, None):
        made, work_out = counted(value)
        assert [memory.get(str(value), work_out) for _ in range(3)] == [value] * 3
        assert len(made) == 1


def test_without_a_key_nothing_is_kept() -> None:
    memory: Memory[int | None] = Memory(2)
    made, work_out = counted(7)
    memory.get(None, work_out)
    memory.get(None, work_out)
    assert (len(made), memory.size) == (2, 0)


def test_what_was_not_asked_for_longest_goes_first() -> None:
    memory: Memory[str] = Memory(2)
    memory.keep("a", "A")
    memory.keep("b", "B")
    assert memory.find("a") == "A"
    memory.keep("c", "C")
    assert [memory.find(key) for key in "abc"] == ["A", None, "C"]


def test_what_was_kept_again_is_as_new_as_what_was_asked_for() -> None:
    memory: Memory[str] = Memory(2)
    for key in "aba":
        memory.keep(key, key.upper())
    memory.keep("c", "C")
    assert [memory.find(key) for key in "abc"] == ["A", None, "C"]


def test_where_sizes_are_told_they_are_what_has_a_bound() -> None:
    memory: Memory[bytes] = Memory(10, len)
    memory.keep("a", b"1234")
    memory.keep("b", b"12345")
    assert memory.size == 9
    memory.keep("c", b"12")
    assert (memory.find("a"), memory.size) == (None, 7)


def test_what_alone_is_too_large_is_given_but_not_kept() -> None:
    memory: Memory[bytes] = Memory(3, len)
    memory.keep("a", b"1")
    assert memory.get("a too large", lambda: b"1234") == b"1234"
    memory.keep("a", b"1234")
    assert memory.size == 0, "nor is what stood in its place"


def test_all_of_them_are_emptied_at_once() -> None:
    one: Memory[int] = Memory(2)
    other: Memory[int] = Memory(2)
    one.keep("a", 1)
    other.keep("a", 2)
    other.drop("a")
    other.keep("b", 2)
    forget_everything()
    assert (one.size, other.size) == (0, 0)


def test_threads_share_it() -> None:
    memory: Memory[int] = Memory(4)

    def use() -> None:
        for number in range(2000):
            found = memory.find(number % 9)
            assert found in (None, number % 9)
            memory.keep(number % 9, number % 9)

    threads = [Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert memory.size == 4


def test_what_is_derived_is_worked_out_again_only_from_another_source() -> None:
    derived: Derived[int | None] = Derived(2)
    made, work_out = counted(7)
    assert [derived.get("a", source, work_out) for source in ([1], [1], [2], [2], [1])] == [7] * 5
    assert len(made) == 3
    forget_everything()
    derived.get("a", [1], work_out)
    assert len(made) == 4
