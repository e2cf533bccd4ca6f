import threading

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from lims.errors import BusyError, InvalidRecordError
from lims.services import passwords as module
from lims.services.passwords import MAXIMUM_PASSWORD, Passwords, first_password, is_breached

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def passwords():
    return Passwords(hasher=QUICK)


def test_hashes_are_argon2id_with_64_mib_three_passes_and_four_lanes(monkeypatch, true_hash_parameters):
    for name, value in true_hash_parameters.items():
        monkeypatch.setattr(module, name, value)
    found = extract_parameters(Passwords().hash_new("a phrase that nobody knows"))
    assert (found.type, found.memory_cost, found.time_cost, found.parallelism) == (Type.ID, 65536, 3, 4)


@pytest.mark.parametrize(
    "password",
    [
        "twelve chars",
        "            ",
        "ұзақ құпия сөз",
        "a" + "й" * (MAXIMUM_PASSWORD - 1),
        "correct horse battery staple \N{PILE OF POO}",
        "no upper case, no digit, no sign",
    ],
)
def test_length_is_the_only_rule_of_composition(passwords, password):
    assert passwords.check(passwords.hash_new(password), password).right


@pytest.mark.parametrize("length", [0, 11, MAXIMUM_PASSWORD + 1])
def test_short_and_endless_ones_are_refused(passwords, length):
    with pytest.raises(InvalidRecordError, match=f"password: {length} characters; at least 12, at most 1024"):
        passwords.hash_new("x" * length)


def test_a_character_that_cannot_be_typed_is_refused(passwords):
    with pytest.raises(InvalidRecordError, match="cannot be typed"):
        passwords.hash_new("\ud800" * 12)


@pytest.mark.parametrize(
    "password", ["passwordpassword", "1q2w3e4r5t6y", "qwertyuiop[]", "Password1234!", "йцукенгшщзхъ", "ЙЦУКЕНГШЩЗХЪ"]
)
def test_breached_ones_are_refused_in_either_layout(passwords, password):
    with pytest.raises(InvalidRecordError, match="breached"):
        passwords.hash_new(password)


def test_the_list_is_of_whole_passwords():
    assert not is_breached("passwordpassword of the laboratory")


def test_a_hash_with_other_parameters_is_found_outdated(passwords):
    older = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash("a long enough password")
    assert passwords.check(older, "a long enough password").outdated
    assert not passwords.check(passwords.hash_new("a long enough password"), "a long enough password").outdated
    assert not passwords.check(older, "another long password").outdated


def test_two_at_once_and_the_third_waits(passwords):
    third = threading.Event()
    with passwords.turn(), passwords.turn():
        waiting = threading.Thread(target=lambda: _enter(passwords, third))
        waiting.start()
        assert not third.wait(0.2)
    waiting.join(5)
    assert third.is_set()


def _enter(passwords, event):
    with passwords.turn():
        event.set()


def test_nobody_waits_for_ever(passwords, monkeypatch):
    monkeypatch.setattr(module, "_PATIENCE_S", 0.01)
    with passwords.turn(), passwords.turn(), pytest.raises(BusyError, match="too many passwords"), passwords.turn():
        pass
    with passwords.turn():
        pass


def test_a_first_password_is_taken_and_nobody_reads_it_wrong(passwords):
    made = {first_password() for _ in range(200)}
    assert len(made) == 200
    assert {letter for one in made for letter in one} == set("abcdefghjkmnpqrstuvwxyz23456789-")
    assert {tuple(map(len, one.split("-"))) for one in made} == {(5, 5, 5, 5)}
    assert passwords.check(passwords.hash_new(one := made.pop()), one).right
