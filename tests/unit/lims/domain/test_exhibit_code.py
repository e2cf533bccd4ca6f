import pytest

from lims.custody_errors import ScanError
from lims.domain.exhibit_code import (
    ALPHABET,
    CodeKind,
    ScannedCode,
    check_characters,
    label_payload,
    parse_scan,
    parse_scans,
)

NUMBERS = ("2026-0042/3", "2026-0042/3.1", "2026-0042/12.10.2", "PL-0001", "2026-0042-S1")
TYPED = ALPHABET + "*"


def is_refused(text):
    try:
        parse_scan(text)
    except ScanError:
        return True
    return False


def by_hand(number):
    """Give the check digits by division of the whole number: the slow twin."""
    digits = "".join(f"{ALPHABET.index(character):02d}" for character in number)
    return f"{98 - int(digits + '00') % 97:02d}"


@pytest.mark.parametrize("number", NUMBERS)
def test_check_characters_are_those_of_iso_7064_mod_97_10(number):
    assert int(check_characters(number)) % 97 == int(by_hand(number)) % 97
    digits = "".join(f"{ALPHABET.index(character):02d}" for character in number)
    assert int(digits + check_characters(number)) % 97 == 1


@pytest.mark.parametrize("number", NUMBERS)
def test_every_wrong_character_is_found(number):
    """Exhaustive: each place of a label, each other character of the alphabet."""
    payload = label_payload(number)
    wrong = [
        payload[:place] + other + payload[place + 1 :]
        for place in range(len(payload))
        for other in TYPED
        if other != payload[place]
    ]
    assert len(wrong) == len(payload) * (len(TYPED) - 1)
    assert [text for text in wrong if not is_refused(text)] == []


@pytest.mark.parametrize("number", NUMBERS)
def test_every_exchange_of_two_neighbours_is_found(number):
    payload = label_payload(number)
    for place in range(len(payload) - 1):
        first, second = payload[place], payload[place + 1]
        if first != second:
            assert is_refused(payload[:place] + second + first + payload[place + 2 :])


def test_single_errors_and_exchanges_are_found_between_any_two_characters():
    """Exhaustive over pairs of the alphabet, at places up to the longest number that a label takes."""
    for length in (1, 2, 7, 20):
        tail = "7" * length
        for first in ALPHABET:
            for second in ALPHABET:
                if first != second:
                    assert check_characters(first + tail) != check_characters(second + tail)
                    assert check_characters(first + second + tail) != check_characters(second + first + tail)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_label_is_read_with_the_line_end_of_the_scanner(number):
    kind = CodeKind.PLACE if number.startswith("PL-") else CodeKind.EXHIBIT
    assert parse_scan(f"{label_payload(number)}\r\n") == ScannedCode(kind=kind, number=number)


def test_many_scans_are_many_exhibits_each_once():
    lines = "\n".join(label_payload(number) for number in (*NUMBERS, NUMBERS[0]))
    assert [one.number for one in parse_scans(lines)] == list(NUMBERS)
    with pytest.raises(ScanError, match="check characters do not fit"):
        parse_scans(f"{lines}\n2026-0042/4*71")


@pytest.mark.parametrize("text", ["", "*", "2026-0042/3", "2026-0042/3*7", "2026-0042/3*711", "*71", "2026-0042/3ю71"])
def test_what_is_no_label_is_refused(text):
    with pytest.raises(ScanError):
        parse_scan(text)
    assert "keyboard" in ScanError("x").advice()


@pytest.mark.parametrize("number", ["2026-0042/3a", "2026 0042", "№1"])
def test_a_number_that_no_label_has_is_named(number):
    with pytest.raises(ScanError, match="labels have digits, capital letters"):
        check_characters(number)
