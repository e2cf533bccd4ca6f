import fictitious_ledger as ledger
from signing_room import SigningRoom

from lims.ledger.checkpoint import VerifierKey
from lims.reporting.ledger_trust import read_keys
from lims.reporting.trust import Trust
from lims.reporting.trust_file import trust_file

OTHER = VerifierKey(name="another/ledger", public_key=ledger.KEY.public_key)


def test_it_is_read_as_certificates_and_as_keys(room: SigningRoom) -> None:
    written = trust_file([room.keys.root], [ledger.KEY, OTHER])
    assert read_keys(written) == (ledger.KEY, OTHER)
    assert len(Trust.read([written]).roots) == 1


def test_each_certificate_stands_in_it_once_and_nothing_else_of_its_file(room: SigningRoom) -> None:
    private = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
    windows = room.keys.root.replace(b"\n", b"\r\n")
    written = trust_file([private + room.keys.root, windows], [ledger.KEY, ledger.KEY])
    assert written.count(b"BEGIN CERTIFICATE") == 1
    assert written.count(ledger.KEY.to_text().encode()) == 1
    assert b"PRIVATE" not in written
    assert b"\r" not in written


def test_without_anything_it_says_what_it_would_be(room: SigningRoom) -> None:
    assert trust_file([], []).startswith(b"Trust file of a laboratory")
    assert read_keys(trust_file([room.keys.root], [])) == ()
