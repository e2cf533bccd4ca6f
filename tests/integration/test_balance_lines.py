"""Balances over real TCP sockets and a real pseudo-terminal: weights, refusals, garbage, silence."""

import socket
import time
from decimal import Decimal

import pytest

from lims.errors import BalanceError
from lims.instruments.balance import open_balance
from tests.builders.balance_simulator import SERIAL, SimulatedBalance, over_tcp, over_terminal

WAYS = pytest.mark.parametrize("serve", [over_tcp, over_terminal], ids=["tcp", "serial"])
SHORT_S = 0.4


@WAYS
def test_wu_1_a_balance_is_read_with_raw_text_stability_and_serial_number(serve):
    simulated = SimulatedBalance()
    with serve(simulated) as url, open_balance(url, timeout_s=5) as balance:
        reading = balance.reading()
        moving = balance.weight(immediate=True)
        assert balance.tare().mass_g == Decimal("10.00")
        balance.zero()
    assert (reading.raw, reading.mass_g, reading.stable) == ("S S     100.00 g", Decimal("100.00"), True)
    assert reading.serial == SERIAL
    assert (moving.mass_g, moving.stable) == (Decimal("99.87"), False)
    assert simulated.asked == ["I4", "S", "SI", "T", "Z"]


@WAYS
def test_a_line_may_come_in_pieces(serve):
    pieces = (b"S S     1", b"00.0", b"0 g\r", b"\n")
    with serve(SimulatedBalance(S=pieces)) as url, open_balance(url, timeout_s=5) as balance:
        assert balance.weight().mass_g == Decimal("100.00")


@WAYS
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("S I", "busy, or not at rest"),
        ("S +", "overload"),
        ("S -", "underload"),
        ("S L", "with this parameter"),
        ("ES", "does not know the command"),
        ("ET", "transmission was faulty"),
        ("EL", "cannot carry the command out"),
        ("S D     100.00 g", "to a command for a stable weight"),
        ("T S     100.00 g", "answered 'T S     100.00 g' to S"),
        ("S S     100.00 ct", "weighs in 'ct'; set it to g, mg or kg"),
        ("S S     100.00", "expected a weight"),
        ("S S     1O0.00 g", "expected a weight"),
        ("", "expected a weight"),
        (b"\xff\xfe\x00 g\r\n", "which is no text of a balance"),
        (b"S S\x1b 1.00 g\r\n", "which is no text of a balance"),
        (b"S S     100.00 g\r\nS S     200.00 g\r\n", "more than one line"),
        (b"S S " * 100, "more than 256 bytes without the end of a line"),
    ],
)
def test_what_is_no_stable_weight_is_refused(serve, answer, words):
    with serve(SimulatedBalance(S=answer)) as url, open_balance(url, timeout_s=5) as balance:
        with pytest.raises(BalanceError, match=words) as refusal:
            balance.weight()
        assert "read it again" in refusal.value.advice()


@WAYS
def test_silence_and_half_a_line_end_in_time(serve):
    for answer in (None, b"S S     100"):
        with serve(SimulatedBalance(S=answer)) as url, open_balance(url, timeout_s=SHORT_S) as balance:
            begun = time.monotonic()
            with pytest.raises(BalanceError, match="did not answer in time"):
                balance.weight()
            assert SHORT_S * 0.9 <= time.monotonic() - begun < 5


@WAYS
def test_what_came_before_the_question_is_no_answer_to_it(serve):
    late = SimulatedBalance(Z=b"Z A\r\n", I4=(f'I4 A "{SERIAL}"\r\n'.encode(), b"S S       1.00 g\r\n"))
    with serve(late) as url, open_balance(url, timeout_s=5) as balance:
        assert balance.serial() == SERIAL
        time.sleep(0.2)
        assert balance.weight().mass_g == Decimal("100.00")


@pytest.mark.parametrize("answer", ['I4 A ""', "I4 A B021002593", 'I4 A "x', "I4 I"])
def test_a_balance_without_a_name_is_refused(answer):
    serving = over_tcp(SimulatedBalance(I4=answer))
    with serving as url, open_balance(url, timeout_s=5) as balance, pytest.raises(BalanceError, match="answered 'I4"):
        balance.reading()


def test_a_balance_that_hangs_up_is_named():
    server = socket.create_server(("127.0.0.1", 0))
    url = f"tcp://127.0.0.1:{server.getsockname()[1]}"
    with server, open_balance(url, timeout_s=5) as balance:
        connection, _ = server.accept()
        with connection:
            connection.shutdown(socket.SHUT_WR)
            with pytest.raises(BalanceError, match="closed the line"):
                balance.weight()


@pytest.mark.parametrize(
    "url",
    [
        "tcp://host",
        "tcp://host:0",
        "tcp://host:99999",
        "tcp://host:1/path",
        "tcp://host:1?baud=9600",
        "http://host:80",
        "serial://ttyS0",
        "serial:///dev/ttyS0?baud=9601",
        "serial:///dev/ttyS0?baud=x",
        "serial:///dev/ttyS0?parity=even",
        "/dev/ttyS0",
        "",
    ],
)
def test_what_is_no_address_is_refused(url):
    with pytest.raises(BalanceError, match="expected tcp://host:port or serial:"), open_balance(url):
        pass


def test_nothing_at_the_address_is_named(tmp_path):
    plain = tmp_path / "file"
    plain.write_text("x")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    for url, words in (
        (f"tcp://127.0.0.1:{port}", "refused"),
        (f"serial://{tmp_path}/none", "No such file"),
        (f"serial://{plain}", "is no serial port"),
    ):
        with pytest.raises(BalanceError, match=words), open_balance(url, timeout_s=2):
            pass
