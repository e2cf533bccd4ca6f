import base64
import threading

import pytest

from lims.errors import SettingsError
from lims.persistence.secret_box import AesSecretBox, open_secret_box


def test_a_secret_comes_back_to_its_owner_alone():
    box = AesSecretBox(key=bytes(32))
    sealed = box.seal(b"secret", owner="expert-a")
    assert box.open(sealed, owner="expert-a") == b"secret"
    assert box.seal(b"secret", owner="expert-a") != sealed
    assert "00" * 32 not in repr(box)
    with pytest.raises(SettingsError, match="second factor of expert-b cannot be read"):
        box.open(sealed, owner="expert-b")
    with pytest.raises(SettingsError):
        AesSecretBox(key=b"x" * 32).open(sealed, owner="expert-a")


@pytest.mark.parametrize(
    "sealed", ["", "x", "aes-256-gcm/1:", "aes-256-gcm/1:AAAA", "aes-256-gcm/2:AAAA", "абв", "aes-256-gcm/1:=="]
)
def test_what_is_no_sealed_secret_is_refused(sealed):
    with pytest.raises(SettingsError, match="another second_factor_key, or an altered row"):
        AesSecretBox(key=bytes(32)).open(sealed, owner="expert-a")


def test_every_altered_byte_is_noticed():
    box = AesSecretBox(key=bytes(32))
    form, _, text = box.seal(b"twenty bytes of code", owner="x").partition(":")
    data = bytearray(base64.b64decode(text))
    for place in range(len(data)):
        altered = bytes(data[:place]) + bytes([data[place] ^ 1]) + bytes(data[place + 1 :])
        with pytest.raises(SettingsError):
            box.open(f"{form}:{base64.b64encode(altered).decode()}", owner="x")


def test_the_key_is_made_once_for_its_owner_alone(tmp_path):
    path = tmp_path / "second-factor.key"
    first = open_secret_box(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert open_secret_box(path) == first
    assert [found.name for found in tmp_path.iterdir()] == ["second-factor.key"]


def test_processes_that_begin_at_once_end_with_one_key(tmp_path):
    boxes = []
    threads = [
        threading.Thread(target=lambda: boxes.append(open_secret_box(tmp_path / "second-factor.key"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(boxes) == 8
    assert len({box.key for box in boxes}) == 1


def test_a_key_that_others_may_read_is_refused(tmp_path):
    path = tmp_path / "second-factor.key"
    open_secret_box(path)
    path.chmod(0o640)
    with pytest.raises(SettingsError, match=r"others may read it \(mode 640\); expected 600"):
        open_secret_box(path)


def test_a_key_of_another_length_is_refused(tmp_path):
    path = tmp_path / "second-factor.key"
    path.write_bytes(b"short")
    path.chmod(0o600)
    with pytest.raises(SettingsError, match="5 bytes; expected 32"):
        open_secret_box(path)


def test_a_place_that_is_none_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"second_factor_key .*: No such file or directory"):
        open_secret_box(tmp_path / "nowhere" / "second-factor.key")
