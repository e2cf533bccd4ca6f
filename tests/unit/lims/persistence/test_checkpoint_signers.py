"""Signers with keys in files: in this process, and as a program under the account of another user."""

import dataclasses
import os
import pwd
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from lims.errors import SettingsError, SignerRefusedError, SignerUnavailableError
from lims.ledger.canonical import canonical_bytes, parse_canonical
from lims.ledger.checkpoint import Checkpoint, SignedCheckpoint
from lims.ledger.merkle import leaf_digest, tree_root
from lims.ledger.signer_state import CheckpointRequest
from lims.persistence.ledger_key import FileSigner, read_public_keys
from lims.persistence.signer_program import ProgramSigner, answer, open_signer
from lims.settings import LedgerSetting
from tests.builders.checkpointing import ORIGIN, signer_of
from tests.conftest import BY_NIGHT

LEAVES = tuple(leaf_digest(b"%d" % place) for place in range(9))
PROGRAM = (sys.executable, "-c", "from lims.cli import main; main()", "ledger", "sign")
_BY_ITSELF = """
import sys; from pathlib import Path; from lims.persistence.signer_program import answer
_, _, key, _, state = sys.argv
sys.stdout.buffer.write(answer(sys.stdin.buffer.read(), key_file=Path(key), state_file=Path(state)))
"""
QUICK = PROGRAM if BY_NIGHT else (sys.executable, "-c", _BY_ITSELF)
"""By day a program of the same protocol that does not load the rest of the command line."""


def request(size, *, start=0, leaves=LEAVES, origin=ORIGIN):
    checkpoint = Checkpoint(origin=origin, size=size, root=tree_root(leaves[:size]))
    return CheckpointRequest(checkpoint=checkpoint, start=start, leaves=leaves[start:size])


def trusted(signer, note):
    identity = signer.identity()
    return SignedCheckpoint.from_bytes(note).check_signatures(origin=ORIGIN, keys=identity.keys).trusted


REFUSED = (
    (request(2), "shorter"),
    (request(9, start=7), "behind"),
    (request(9, leaves=(*LEAVES[:3], leaf_digest(b"x"), *LEAVES[4:])), "different"),
)


class Both:
    """What both signers must do."""

    def test_it_signs_what_continues(self, signer):
        assert signer.signed() is None
        for size, start in ((3, 0), (3, 3), (9, 3)):
            note = signer.sign(request(size, start=start))
            assert trusted(signer, note)
            found = SignedCheckpoint.from_bytes(note).checkpoint
            assert (found.size, found.root) == (size, tree_root(LEAVES[:size]))
            assert signer.signed() == request(size).checkpoint

    @pytest.mark.parametrize(("asked", "code"), REFUSED)
    def test_it_refuses_anything_else_and_stays_as_it_was(self, signer, asked, code):
        signer.sign(request(5))
        with pytest.raises(SignerRefusedError) as refusal:
            signer.sign(asked)
        assert (refusal.value.code, refusal.value.size) == (code, 5)
        assert signer.signed() == request(5).checkpoint


class TestFileSigner(Both):
    @pytest.fixture
    def signer(self, tmp_path):
        return signer_of(tmp_path)

    def test_key_and_state_are_the_owners_alone_and_the_public_half_is_not(self, signer):
        signer.sign(request(1))
        modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (signer.key_file, signer.state_file)}
        assert set(modes.values()) == {0o600}
        assert stat.S_IMODE(signer.public_key_file.stat().st_mode) == 0o644

    def test_a_key_that_others_may_read_signs_nothing(self, signer):
        signer.sign(request(1))
        signer.key_file.chmod(0o640)
        with pytest.raises(SignerUnavailableError, match="mode 640, expected 600"):
            signer.sign(request(2))

    def test_a_key_without_its_state_signs_nothing(self, signer):
        signer.sign(request(1))
        signer.state_file.unlink()
        with pytest.raises(SignerUnavailableError, match="No such file"):
            signer.sign(request(2))
        with pytest.raises(SignerUnavailableError, match="No such file"):
            signer.signed()

    @pytest.mark.parametrize("name", ["key_file", "state_file", "public_key_file"])
    def test_files_that_are_none_are_said_to_be(self, signer, name):
        signer.sign(request(1))
        path = getattr(signer, name)
        path.write_bytes(b"nothing\n")
        with pytest.raises(SignerUnavailableError, match=path.name):
            signer.identity() if name == "public_key_file" else signer.sign(request(2))

    def test_another_kind_of_key_is_refused(self, signer):
        from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        signer.sign(request(1))
        pem = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        signer.key_file.write_bytes(pem)
        with pytest.raises(SignerUnavailableError, match="expected an Ed25519 key"):
            signer.sign(request(2))

    def test_a_full_disk_leaves_the_state_as_it_was(self, signer, monkeypatch):
        signer.sign(request(1))

        def full(_):
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            with pytest.raises(SignerUnavailableError, match="No space left"):
                signer.sign(request(2))
        assert signer.signed() == request(1).checkpoint
        assert sorted(path.suffix for path in signer.state_file.parent.iterdir()) == [".json", ".lock", ".pem", ".pub"]

    def test_another_origin_is_refused(self, signer):
        signer.sign(request(1))
        with pytest.raises(SignerRefusedError, match="expected 'tests/ledger'"):
            signer.sign(request(2, origin="another/ledger"))

    def test_old_keys_count_as_long_as_they_are_listed(self, signer, tmp_path):
        old = signer_of(tmp_path / "old")
        note = old.sign(request(1))
        signer.sign(request(1))
        assert not trusted(signer, note)
        with signer.public_key_file.open("ab") as file:
            file.write(b"\n" + old.public_key_file.read_bytes())
        assert trusted(signer, note)
        assert len(read_public_keys(signer.public_key_file)) == 2


class TestProgramSigner(Both):
    @pytest.fixture
    def signer(self, tmp_path):
        files = signer_of(tmp_path)
        command = (*QUICK, "--key", str(files.key_file), "--state", str(files.state_file))
        return ProgramSigner(origin=ORIGIN, command=command, public_key_file=files.public_key_file, timeout_s=60)

    @pytest.mark.parametrize(
        ("asked", "code"), [REFUSED[0], *(pytest.param(*one, marks=pytest.mark.nightly) for one in REFUSED[1:])]
    )
    def test_it_refuses_anything_else_and_stays_as_it_was(self, signer, asked, code):
        super().test_it_refuses_anything_else_and_stays_as_it_was(signer, asked, code)

    def test_the_command_is_such_a_program(self, signer):
        """The night asks it everything."""
        command = dataclasses.replace(signer, command=(*PROGRAM, *signer.command[-4:]))
        assert trusted(command, command.sign(request(3)))
        assert signer.signed() == request(3).checkpoint

    def asked(self, tmp_path, *command, timeout_s=20.0):
        return ProgramSigner(
            origin=ORIGIN, command=command, public_key_file=tmp_path / "no.pub", timeout_s=timeout_s
        ).signed

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            ("", "cannot be read"),
            ("7", "cannot be read"),
            ('{"v":2}', "speaks protocol 2"),
            ('{"v":1}', "gave no answer"),
            ('{"refused":"shorter","v":1}', "cannot be read"),
        ],
    )
    def test_an_answer_that_is_none_is_said_to_be(self, tmp_path, said, told):
        with pytest.raises(SignerUnavailableError, match=told):
            self.asked(tmp_path, sys.executable, "-c", f"print({said!r}, end='')")()

    def test_a_program_that_fails_is_quoted(self, tmp_path):
        with pytest.raises(SignerUnavailableError, match="exit code 3: no key here"):
            self.asked(tmp_path, "/bin/sh", "-c", "echo no key here >&2; exit 3")()

    def test_a_program_that_is_not_there_is_named(self, tmp_path):
        with pytest.raises(SignerUnavailableError, match="No such file"):
            self.asked(tmp_path, str(tmp_path / "nothing"))()

    def test_a_program_that_takes_too_long_is_ended(self, tmp_path):
        with pytest.raises(SignerUnavailableError, match="timed out"):
            self.asked(tmp_path, "/bin/sleep", "60", timeout_s=0.2)()


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (b"", "not JSON"),
        (b"{}", "'v'"),
        (b"[]", "cannot be read"),
        (canonical_bytes({"v": 2}), "protocol 2"),
        (canonical_bytes({"v": 1, "ask": "confess", "origin": ORIGIN}), "kind 'confess'"),
        (canonical_bytes({"v": 1, "ask": "sign", "origin": ORIGIN, "leaves": "zz"}), "cannot be read"),
    ],
)
def test_a_question_that_is_none_is_refused(tmp_path, question, told):
    files = signer_of(tmp_path)
    with pytest.raises(SignerUnavailableError, match=told):
        answer(question, key_file=files.key_file, state_file=files.state_file)


def test_the_answer_to_who_signed_last_holds_no_secret(tmp_path):
    files = signer_of(tmp_path)
    files.sign(request(2))
    question = canonical_bytes({"v": 1, "ask": "signed", "origin": ORIGIN})
    found = parse_canonical(answer(question, key_file=files.key_file, state_file=files.state_file))
    assert found == {"v": 1, "checkpoint": {"origin": ORIGIN, "size": 2, "root": tree_root(LEAVES[:2]).hex()}}


@pytest.fixture
def nobody():
    if os.geteuid() != 0:
        pytest.skip("only root can act as another user")
    return pwd.getpwnam("nobody")


@pytest.fixture
def as_nobody(nobody):
    """Give a command that a process of the user nobody runs, and a folder of that user's own."""
    folder = Path("/var/tmp/aigaq-signer-of-the-tests")  # noqa: S108 - below no folder of root
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    code = (  # what is imported lies where that user may not look; the key is opened afterwards
        "import os, sys; from pathlib import Path; "
        "from lims.persistence.signer_program import answer, canonical_bytes; canonical_bytes({'a': 1}); "
        f"os.setgroups([]); os.setgid({nobody.pw_gid}); os.setuid({nobody.pw_uid}); "
        "sys.stdout.buffer.write(answer(sys.stdin.buffer.read(), key_file=Path(sys.argv[1]), "
        "state_file=Path(sys.argv[2])))"
    )
    yield folder, (sys.executable, "-c", code)
    shutil.rmtree(folder)


def test_the_key_of_another_user_signs_and_cannot_be_read(as_nobody, nobody, tmp_path):
    """The application is a third user here: neither root, who reads everything, nor the signer."""
    folder, command = as_nobody
    key, state = folder / "ledger-key.pem", folder / "ledger-signer.json"
    public = tmp_path / "ledger-key.pub"
    signer = ProgramSigner(
        origin=ORIGIN, command=(*command, str(key), str(state)), public_key_file=public, timeout_s=60
    )
    note = signer.sign(request(4))
    shutil.copy(folder / "ledger-key.pub", public)
    assert trusted(signer, note)
    assert key.stat().st_uid == nobody.pw_uid
    application = pwd.getpwnam("daemon")
    for path in (key, state):
        read = subprocess.run(
            ["/bin/cat", str(path)], user=application.pw_uid, group=application.pw_gid, capture_output=True, check=False
        )
        assert read.returncode == 1
        assert b"Permission denied" in read.stderr
    with pytest.raises(SignerRefusedError, match="3 entries, 4 were signed"):
        signer.sign(request(3))


class TestOpening:
    def test_by_default_the_key_lies_in_the_home_folder_under_an_origin_of_its_own(self, tmp_path):
        signer = open_signer(LedgerSetting(), tmp_path)
        assert isinstance(signer, FileSigner)
        assert signer.origin.startswith("aigaq/")
        assert open_signer(LedgerSetting(), tmp_path) == signer
        (other := tmp_path / "other").mkdir()
        assert open_signer(LedgerSetting(), other).origin != signer.origin

    def test_the_settings_name_another(self, tmp_path):
        setting = LedgerSetting(origin="lab.example/2026", signer=("sign",), public_key=tmp_path / "x.pub", timeout_s=3)
        assert open_signer(setting, tmp_path) == ProgramSigner(
            origin="lab.example/2026", command=("sign",), public_key_file=tmp_path / "x.pub", timeout_s=3
        )
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("content", [b"", b"two words", b"a+b", b"\xff"])
    def test_an_origin_that_names_nothing_is_refused(self, tmp_path, content):
        (tmp_path / "ledger-origin").write_bytes(content)
        with pytest.raises(SettingsError, match="ledger-origin"):
            open_signer(LedgerSetting(), tmp_path)
