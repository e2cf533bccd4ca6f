"""Settings: from the environment, else from ``aigaq.toml`` in the home folder, else defaults that need no set-up."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from platformdirs import user_data_path

from lims.balance_settings import read_balances
from lims.custody_settings import CustodySetting, read_custody
from lims.errors import SettingsError
from lims.import_settings import ImportSetting, read_importing
from lims.label_sheet import SHEET, LabelSheet, read_labels
from lims.queue_settings import QueueSetting, read_queue
from lims.receiving_settings import ReceivingSetting, read_receiving
from lims.signing_settings import ElsewhereSetting, SigningSetting, read_elsewhere, read_signing
from lims.translation import LANGUAGES
from lims.watch_settings import WatchSetting, read_watch
from spectra.errors import InvalidSettingError
from spectra.formats.read_limits import LIBRARY_LIMITS, RUN_LIMITS, ReadLimits

SETTINGS_FILE = "aigaq.toml"
DATABASE_FILE = "aigaq.sqlite"
SECOND_FACTOR_KEY_FILE = "second-factor.key"
_KNOWN = {
    "custody",
    "labels",
    "database_url",
    "raw_store_url",
    "language",
    "laboratory",
    "address",
    "place_of_work",
    "trust_roots",
    "keys",
    "reading",
    "raw",
    "release_by_reviewer",
    "time_zone",
    "second_factor_key",
    "web",
    "oidc",
    "ledger",
    "receiving",
    "queue",
    "watch",
    "importing",
    "signing",
    "balances",
}
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\[\]:-]+", re.ASCII)
_ISSUER_STARTS = ("https://", "http://127.0.0.1:", "http://localhost:")
"""Without TLS only on this very machine, which is where tests have their provider."""
_KNOWN_KEY = {"pkcs12", "passphrase_file"}
_KNOWN_TOKEN = {"pkcs11", "token", "key", "certificate"}
_RAW_TABLE = {"free_mb", "copy_url"}
_RAW_FREE_MB = 2000
"""A run of today has tens of megabytes; the ledger and the reports need some after the last run."""
_READ_LIMITS = {"runs": RUN_LIMITS, "libraries": LIBRARY_LIMITS}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySetting:
    """Where one person's signing key lies."""

    pkcs12: Path
    passphrase_file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSetting:
    """Who signs the checkpoints of the ledger, and under which name."""

    origin: str = ""
    """Name of the ledger in its checkpoints; empty: one that is made on first use and kept in the home folder."""
    signer: tuple[str, ...] = ()
    """Program with its arguments that signs under an account of its own; none: this program, with a key of its home."""
    public_key: Path | None = None
    """Public keys of the signer; by default ``ledger-key.pub`` of the home folder."""
    timeout_s: int = 20
    """How long that program may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSetting:
    """How browsers reach the application."""

    origin: str = ""
    """Scheme, host and port as browsers name them, for example ``https://lims.example.kz``; empty: only from here."""
    proxy: str = ""
    """Address of the reverse proxy whose ``X-Forwarded-For`` and ``-Proto`` are believed; empty: nobody's."""

    @property
    def secure(self) -> bool:
        """Tell whether browsers come by HTTPS."""
        return self.origin.startswith("https://")


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcSetting:
    """The identity provider by which people may sign in instead of a password."""

    issuer: str
    client_id: str
    client_secret_file: Path
    staff_number_claim: str
    """The claim of the ID token that holds the staff number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSetting:
    """On which token one person's signing key lies. Its PIN is typed for each signature and stands nowhere."""

    pkcs11: Path
    """The module (shared library) of the token's maker."""
    token: str
    """Label of the token; so are the other two of the objects on it."""
    key: str
    certificate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that an installation may choose."""

    home: Path
    """One folder for all that belongs to an installation; readable by its owner alone."""
    database_url: str
    raw_store_url: str
    language: str
    laboratory: str
    keys: Mapping[str, KeySetting | TokenSetting | ElsewhereSetting]
    """By staff number; empty for development keys."""
    trust_roots: Path | None
    """PEM file with the certificates that signatures must lead to; needed where keys are configured."""
    second_factor_key: Path | None = None
    """The file with the key of the second factors; None for ``second-factor.key`` in the home folder."""
    web: WebSetting = WebSetting()
    oidc: OidcSetting | None = None
    """None: people sign in with a password only."""
    address: str = ""
    """Of the laboratory, as reports print it; empty: unknown, and no report is drafted without a recorded reason."""
    place_of_work: str = ""
    """Where the work is done; empty: at the address."""
    time_zone: str = "Asia/Almaty"
    """IANA name: whose days competence, absence and delegation count."""
    release_by_reviewer: bool = False
    """True in a laboratory of two: the reviewer may also issue the report, which every report then says."""
    raw_free_mb: int = _RAW_FREE_MB
    """Below how many free megabytes (10^6 bytes) no run is taken any more; 0 for no such floor."""
    raw_copy_url: str = ""
    """Where the second copy of the raw data is; empty for none."""
    ledger: LedgerSetting = LedgerSetting()
    custody: CustodySetting = field(default_factory=CustodySetting)
    labels: LabelSheet = SHEET
    """The sheets of labels that are bought."""
    receiving: ReceivingSetting = field(default_factory=ReceivingSetting)
    queue: QueueSetting = field(default_factory=QueueSetting)
    watch: WatchSetting = field(default_factory=WatchSetting)
    importing: ImportSetting = field(default_factory=ImportSetting)
    signing: SigningSetting = field(default_factory=SigningSetting)
    balances: Mapping[str, str] = field(default_factory=dict)
    """Lines of balances by their numbers; empty: what a display shows is typed."""
    run_limits: ReadLimits = RUN_LIMITS
    """What the process may use that reads a run or a file of a few spectra."""
    library_limits: ReadLimits = LIBRARY_LIMITS
    """The same for library files."""

    @property
    def development_keys(self) -> bool:
        """Tell whether reports are signed with keys that the program made itself."""
        return not self.keys


def load_settings(environment: Mapping[str, str] | None = None, *, home: Path | None = None) -> Settings:
    """Read the settings and make the home folder on first use.

    Parameters
    ----------
    environment : mapping, optional
        Instead of the process's own; tests pass one.
    home : Path, optional
        Instead of ``AIGAQ_HOME`` and the user's data folder.

    Raises
    ------
    SettingsError
        If a value is unknown or cannot be used; the message names it and its place.
    """
    variables = os.environ if environment is None else environment
    folder = (home or _home_of(variables)).expanduser().absolute()
    _make_private(folder)
    file = read_settings_file(folder / SETTINGS_FILE)
    keys = _keys(file.get("keys", {}), folder)
    roots = _path(variables, file, "trust_roots", folder)
    if keys and roots is None:
        raise SettingsError("keys are configured without trust_roots (PEM file of the certificates above them)")
    limits = _limits(file.get("reading", {}))
    free_mb, copy_url = _raw(file.get("raw", {}))
    return Settings(
        home=folder,
        database_url=_text(variables, file, "database_url", f"sqlite:///{folder / DATABASE_FILE}"),
        raw_store_url=_text(variables, file, "raw_store_url", (folder / "raw").as_uri()),
        language=_language(_text(variables, file, "language", "en")),
        laboratory=_text(variables, file, "laboratory", "Laboratory without a configured name"),
        address=_optional(variables, file, "address"),
        place_of_work=_optional(variables, file, "place_of_work"),
        keys=keys,
        trust_roots=roots,
        second_factor_key=_path(variables, file, "second_factor_key", folder) or folder / SECOND_FACTOR_KEY_FILE,
        web=_web(variables, file),
        oidc=_oidc(file, folder),
        time_zone=_time_zone(_text(variables, file, "time_zone", "Asia/Almaty")),
        release_by_reviewer=_flag(file, "release_by_reviewer"),
        raw_free_mb=free_mb,
        raw_copy_url=copy_url,
        ledger=_ledger(file.get("ledger", {}), folder),
        custody=read_custody(file.get("custody", {})),
        labels=read_labels(file.get("labels", {})),
        receiving=read_receiving(file.get("receiving", {})),
        queue=read_queue(file.get("queue", {})),
        watch=read_watch(file.get("watch", {})),
        importing=read_importing(file.get("importing", {})),
        signing=read_signing(file.get("signing", {}), folder),
        balances=read_balances(file.get("balances", {})),
        run_limits=limits["runs"],
        library_limits=limits["libraries"],
    )


def laboratory_exists(environment: Mapping[str, str] | None = None, *, home: Path | None = None) -> bool:
    """Tell whether a laboratory was ever made where the settings point, without making anything."""
    variables = os.environ if environment is None else environment
    folder = (home or _home_of(variables)).expanduser().absolute()
    return bool(variables.get("AIGAQ_DATABASE_URL")) or any(
        (folder / name).exists() for name in (DATABASE_FILE, SETTINGS_FILE)
    )


def _home_of(variables: Mapping[str, str]) -> Path:
    named = variables.get("AIGAQ_HOME")
    return Path(named) if named else user_data_path("aigaq")


def _make_private(folder: Path) -> None:
    try:
        existed = folder.exists()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not existed:
            folder.chmod(0o700)  # mkdir's mode is narrowed by the umask, never widened by it
    except OSError as error:
        raise SettingsError(f"home folder {folder}: {error.strerror}") from error


def read_settings_file(path: Path) -> dict[str, object]:
    """Give what the file says, by its names; nothing where there is none.

    Raises
    ------
    SettingsError
        If it cannot be read, or names a setting that there is not.
    """
    if not path.exists():
        return {}
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error
    unknown = sorted(set(values) - _KNOWN)
    if unknown:
        raise SettingsError(f"{path}: unknown setting {unknown[0]!r}; known are {', '.join(sorted(_KNOWN))}")
    return values


def _text(variables: Mapping[str, str], file: Mapping[str, object], name: str, default: str) -> str:
    value = variables.get(f"AIGAQ_{name.upper()}") or file.get(name, default)
    if not isinstance(value, str) or not value.strip():
        raise SettingsError(f"{name} is {value!r}; expected text")
    return value


def _optional(variables: Mapping[str, str], file: Mapping[str, object], name: str) -> str:
    """Give a text that need not be set."""
    given = variables.get(f"AIGAQ_{name.upper()}") or name in file
    return _text(variables, file, name, "") if given else ""


def _flag(file: Mapping[str, object], name: str) -> bool:
    """Read a choice that only the file may make: it goes into every report, and a file can be reviewed."""
    value = file.get(name, False)
    if not isinstance(value, bool):
        raise SettingsError(f"{name} is {value!r}; expected true or false")
    return value


def _path(variables: Mapping[str, str], file: Mapping[str, object], name: str, folder: Path) -> Path | None:
    if not variables.get(f"AIGAQ_{name.upper()}") and name not in file:
        return None
    return folder / _text(variables, file, name, "")


def _web(variables: Mapping[str, str], file: Mapping[str, object]) -> WebSetting:
    texts = _texts_of(file, "web", known={"origin", "proxy"}, needed=set())
    origin = variables.get("AIGAQ_WEB_ORIGIN") or texts.get("origin", "")
    if origin and not _ORIGIN.fullmatch(origin):
        raise SettingsError(f"web.origin is {origin!r}; expected http(s)://host[:port] without a slash at the end")
    return WebSetting(origin=origin.casefold(), proxy=texts.get("proxy", ""))


def _oidc(file: Mapping[str, object], folder: Path) -> OidcSetting | None:
    if "oidc" not in file:
        return None
    names = {"issuer", "client_id", "client_secret_file", "staff_number_claim"}
    texts = _texts_of(file, "oidc", known=names, needed=names)
    if not texts["issuer"].startswith(_ISSUER_STARTS):
        raise SettingsError(f"oidc.issuer is {texts['issuer']!r}; expected an https address")
    return OidcSetting(
        issuer=texts["issuer"],
        client_id=texts["client_id"],
        client_secret_file=folder / texts["client_secret_file"],
        staff_number_claim=texts["staff_number_claim"],
    )


def _texts_of(file: Mapping[str, object], name: str, *, known: set[str], needed: set[str]) -> dict[str, str]:
    table = file.get(name, {})
    if (
        not isinstance(table, dict)
        or not needed <= set(table) <= known
        or not all(isinstance(value, str) and value for value in table.values())
    ):
        raise SettingsError(f"[{name}]: expected texts under {', '.join(sorted(known))}")
    return dict(table)


def _language(value: str) -> str:
    if value not in LANGUAGES:
        raise SettingsError(f"language is {value!r}; known are {', '.join(LANGUAGES)}")
    return value


def _raw(table: object) -> tuple[int, str]:
    if not isinstance(table, dict) or not set(table) <= _RAW_TABLE:
        raise SettingsError(f"raw is a table [raw] with {' and '.join(sorted(_RAW_TABLE))} and nothing else")
    free_mb, copy_url = table.get("free_mb", _RAW_FREE_MB), table.get("copy_url", "")
    if type(free_mb) is not int or free_mb < 0:
        raise SettingsError(f"raw.free_mb is {free_mb!r}; expected a whole number of megabytes, 0 or more")
    if not isinstance(copy_url, str):
        raise SettingsError(f"raw.copy_url is {copy_url!r}; expected text")
    return free_mb, copy_url


def _ledger(table: object, folder: Path) -> LedgerSetting:
    if not isinstance(table, dict) or not set(table) <= set(LedgerSetting.__slots__):
        raise SettingsError(f"ledger is a table [ledger] with {', '.join(LedgerSetting.__slots__)} and nothing else")
    origin, signer = table.get("origin", ""), table.get("signer", [])
    public_key, timeout_s = table.get("public_key", ""), table.get("timeout_s", LedgerSetting().timeout_s)
    if not isinstance(origin, str) or not isinstance(public_key, str):
        raise SettingsError("ledger.origin and ledger.public_key: expected texts")
    if "+" in origin or any(character.isspace() for character in origin):
        raise SettingsError(f"ledger.origin is {origin!r}; expected a text without spaces and plus signs")
    if not isinstance(signer, list) or not all(isinstance(part, str) and part for part in signer):
        raise SettingsError("ledger.signer: expected a list of texts, the program and its arguments")
    if type(timeout_s) is not int or timeout_s < 1:
        raise SettingsError(f"ledger.timeout_s is {timeout_s!r}; expected a whole number of seconds, 1 or more")
    path = folder / public_key if public_key else None
    return LedgerSetting(origin=origin, signer=tuple(signer), public_key=path, timeout_s=timeout_s)


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingsError(f"time_zone is {value!r}; expected an IANA name, as Asia/Almaty") from error
    return value


def _limits(table: object) -> dict[str, ReadLimits]:
    if not isinstance(table, dict) or not set(table) <= set(_READ_LIMITS):
        raise SettingsError("reading has the tables [reading.runs] and [reading.libraries] and nothing else")
    return {kind: _limits_of(kind, table.get(kind, {}), preset) for kind, preset in _READ_LIMITS.items()}


def _limits_of(kind: str, facts: object, preset: ReadLimits) -> ReadLimits:
    known = set(ReadLimits.__slots__)
    if not isinstance(facts, dict) or not set(facts) <= known or not all(type(v) is int for v in facts.values()):
        raise SettingsError(f"reading.{kind}: expected whole numbers under {', '.join(sorted(known))}")
    try:
        return replace(preset, **facts)
    except InvalidSettingError as error:
        raise SettingsError(f"reading.{kind}: {error}") from error


def _keys(table: object, folder: Path) -> dict[str, KeySetting | TokenSetting | ElsewhereSetting]:
    if not isinstance(table, dict):
        raise SettingsError("keys is no table; expected [keys.STAFF_NUMBER] with the facts of a key")
    return {number: _key(number, facts, folder) for number, facts in table.items()}


def _key(number: str, facts: object, folder: Path) -> KeySetting | TokenSetting | ElsewhereSetting:
    """Read where one key lies: in a file with a password file beside it, on a token, or elsewhere."""
    elsewhere = read_elsewhere(facts, folder)
    if elsewhere is not None:
        return elsewhere
    texts = facts if isinstance(facts, dict) and all(isinstance(v, str) and v for v in facts.values()) else {}
    if set(texts) == _KNOWN_KEY:
        return KeySetting(pkcs12=folder / texts["pkcs12"], passphrase_file=folder / texts["passphrase_file"])
    if set(texts) == _KNOWN_TOKEN:
        return TokenSetting(
            pkcs11=folder / texts["pkcs11"], token=texts["token"], key=texts["key"], certificate=texts["certificate"]
        )
    raise SettingsError(
        f"keys.{number}: expected the paths pkcs12 and passphrase_file, or the path pkcs11 with the labels token, "
        f"key and certificate, or the paths certificate_file and exchange with wait_s"
    )
