import pytest

from lims.cli.serve import run_serve
from lims.errors import SettingsError
from lims.settings import OidcSetting, WebSetting, load_settings

OIDC = """
[oidc]
issuer = "https://id.example.kz/realms/laboratory"
client_id = "aigaq"
client_secret_file = "oidc-secret"
staff_number_claim = "preferred_username"
"""


def loaded(tmp_path, text="", environment=None):
    (tmp_path / "aigaq.toml").write_text(text, "utf-8")
    return load_settings(environment or {}, home=tmp_path)


def test_without_settings_this_machine_is_served_and_passwords_are_the_way_in(tmp_path):
    settings = loaded(tmp_path)
    assert settings.web == WebSetting()
    assert not settings.web.secure
    assert settings.oidc is None
    assert settings.second_factor_key == tmp_path / "second-factor.key"


def test_the_origin_and_the_proxy_are_read(tmp_path):
    text = '[web]\norigin = "https://LIMS.example.kz"\nproxy = "127.0.0.1"\n'
    assert loaded(tmp_path, text).web == WebSetting(origin="https://lims.example.kz", proxy="127.0.0.1")
    assert loaded(tmp_path, text).web.secure
    assert loaded(tmp_path, text, {"AIGAQ_WEB_ORIGIN": "http://x:1"}).web.origin == "http://x:1"


@pytest.mark.parametrize(
    "origin", ["lims.example.kz", "https://", "https://x/", "https://x/y", "ftp://x", "https://x y"]
)
def test_what_is_no_origin_is_refused(tmp_path, origin):
    with pytest.raises(SettingsError, match=r"web\.origin is"):
        loaded(tmp_path, f'[web]\norigin = "{origin}"\n')


@pytest.mark.parametrize("text", ['[web]\nport = "1"\n', "[web]\nproxy = 1\n", "web = 1\n", '[web]\nproxy = ""\n'])
def test_other_things_under_web_are_refused(tmp_path, text):
    with pytest.raises(SettingsError, match=r"\[web\]: expected texts under origin, proxy"):
        loaded(tmp_path, text)


def test_the_identity_provider_is_read(tmp_path):
    assert loaded(tmp_path, OIDC).oidc == OidcSetting(
        issuer="https://id.example.kz/realms/laboratory",
        client_id="aigaq",
        client_secret_file=tmp_path / "oidc-secret",
        staff_number_claim="preferred_username",
    )


@pytest.mark.parametrize("name", ["issuer", "client_id", "client_secret_file", "staff_number_claim"])
def test_half_a_provider_is_refused(tmp_path, name):
    text = "\n".join(line for line in OIDC.splitlines() if not line.startswith(name))
    with pytest.raises(SettingsError, match=r"\[oidc\]: expected texts under client_id"):
        loaded(tmp_path, text)


@pytest.mark.parametrize(
    "issuer", ["http://id.example.kz", "http://127.0.0.1.example.kz", "file:///x", "id.example.kz"]
)
def test_a_provider_without_tls_is_refused(tmp_path, issuer):
    with pytest.raises(SettingsError, match=r"oidc\.issuer is .*; expected an https address"):
        loaded(tmp_path, OIDC.replace("https://id.example.kz/realms/laboratory", issuer))


@pytest.mark.parametrize("text", ["second_factor = false\n", "[sign_in]\nsecond_factor = false\n"])
def test_no_setting_switches_the_second_factor_off(tmp_path, text):
    with pytest.raises(SettingsError, match="unknown setting"):
        loaded(tmp_path, text)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "lims.example.kz"])  # noqa: S104 - refused
def test_serving_others_needs_the_origin(tmp_path, monkeypatch, host):
    monkeypatch.setenv("AIGAQ_HOME", str(tmp_path))
    with pytest.raises(SettingsError, match=r"needs web\.origin"):
        run_serve(home=tmp_path, host=host, port=1)
