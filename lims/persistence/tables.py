"""The tables: the ledger, which is the record, and lists that are made from it and can be made again."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, LargeBinary, MetaData, Table, Text

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_BIG = BigInteger().with_variant(Integer, "sqlite")

LEDGER = Table(
    "ledger",
    METADATA,
    Column("sequence", _BIG, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("version", _BIG, nullable=False),
    Column("leaf", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    sqlite_strict=True,
)
"""Append-only. ``data`` is the record; the other columns are copies that find it."""
Index("uq_ledger_kind_number_version", LEDGER.c.kind, LEDGER.c.number, LEDGER.c.version, unique=True)

RECORD = Table(
    "record",
    METADATA,
    Column("kind", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("version", _BIG, nullable=False),
    Column("sequence", _BIG, nullable=False),
    Column("parent", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
    sqlite_strict=True,
)
"""A list: the newest version of each record. Made from the ledger, compared with it, made again at will."""
Index("ix_record_kind_parent", RECORD.c.kind, RECORD.c.parent)
Index("ix_record_kind_sequence", RECORD.c.kind, RECORD.c.sequence)
Index("ix_record_kind_state_sequence", RECORD.c.kind, RECORD.c.state, RECORD.c.sequence)

RAW_USE = Table(
    "raw_use",
    METADATA,
    Column("sha256", Text, primary_key=True),
    Column("run_number", Text, nullable=False),
    sqlite_strict=True,
)
"""A list: which run has which raw data. One injection is the evidence of one run."""

RAW_NAMED = Table(
    "raw_named",
    METADATA,
    Column("sha256", Text, primary_key=True),
    Column("is_folder", Integer, primary_key=True, autoincrement=False),
    Column("sequence", _BIG, nullable=False),
    sqlite_strict=True,
)
"""A list: the raw objects that the ledger names, and the first entry that does; 1 for the manifest of a folder."""

CASE_DUTY = Table(
    "case_duty",
    METADATA,
    Column("case_number", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("side", Text, nullable=False),
    Column("sequence", _BIG, nullable=False),
    sqlite_strict=True,
)
"""A list: on which side of a case a person is, and the entry that put the person there. One side: the key says so."""

HOLDING = Table(
    "holding",
    METADATA,
    Column("exhibit_number", Text, primary_key=True),
    Column("holder_kind", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("expected_return", Text, nullable=False),
    Column("version", _BIG, nullable=False),
    Column("sequence", _BIG, nullable=False),
    sqlite_strict=True,
)
"""A list: who or what has an exhibit now. One line for each: it is in one hand or in one place at a time."""
Index("ix_holding_holder_kind_holder", HOLDING.c.holder_kind, HOLDING.c.holder)

SEAL_USE = Table(
    "seal_use",
    METADATA,
    Column("seal", Text, primary_key=True),
    Column("exhibit_number", Text, nullable=False),
    Column("sequence", _BIG, nullable=False),
    sqlite_strict=True,
)
"""A list: the exhibit on which a seal was first seen. The laboratory puts a seal on once."""

GROUND = Table(
    "ground",
    METADATA,
    Column("kind", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("rests_on_kind", Text, primary_key=True),
    Column("rests_on_number", Text, primary_key=True),
    Column("rests_on_version", _BIG, primary_key=True, autoincrement=False),
    Column("sequence", _BIG, nullable=False),
    sqlite_strict=True,
)
"""A list: what each record rests on directly, and the first entry that says so. It only grows: a run that was discarded
was used all the same."""
Index("ix_ground_rests_on_kind_rests_on_number", GROUND.c.rests_on_kind, GROUND.c.rests_on_number)

LEDGER_TREE = Table(
    "ledger_tree",
    METADATA,
    Column("id", Integer, CheckConstraint("id = 1", name="one_row"), primary_key=True, autoincrement=False),
    Column("size", _BIG, nullable=False),
    Column("nodes", LargeBinary, nullable=False),
    sqlite_strict=True,
)
"""A list of one line: the compact range of the Merkle tree. Who locks it is the only writer of the ledger."""

TREE_NODE = Table(
    "tree_node",
    METADATA,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("place", _BIG, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, nullable=False),
    sqlite_strict=True,
)
"""A list: roots of the full subtrees of 2**8, 2**16, ... leaves, from which proofs are made."""

CHECKPOINT = Table(
    "checkpoint",
    METADATA,
    Column("sequence", _BIG, primary_key=True, autoincrement=False),
    Column("size", _BIG, nullable=False),
    Column("note", LargeBinary, nullable=False),
    sqlite_strict=True,
)
"""Append-only: signed checkpoints of the ledger's tree, none smaller than the one before."""

ACCOUNT = Table(
    "account",
    METADATA,
    Column("staff_number", Text, primary_key=True),
    Column("password_hash", Text, nullable=False),
    sqlite_strict=True,
)
"""Secrets: no record, erasable, never in the ledger."""

SECOND_FACTOR = Table(
    "second_factor",
    METADATA,
    Column("staff_number", Text, primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("confirmed", Integer, nullable=False),
    Column("last_step", _BIG, nullable=False),
    sqlite_strict=True,
)
"""Secrets: encrypted under a key outside the database. ``last_step`` is the newest code that was used."""

BROWSER_SESSION = Table(
    "browser_session",
    METADATA,
    Column("token_hash", Text, primary_key=True),
    Column("number", Text, nullable=False),
    Column("staff_number", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("factors", Text, nullable=False),
    Column("opened_at", Text, nullable=False),
    Column("used_at", Text, nullable=False),
    sqlite_strict=True,
)
"""Signed-in browsers, and those half-way there: no record."""
Index("uq_browser_session_number", BROWSER_SESSION.c.number, unique=True)
Index("ix_browser_session_staff_number", BROWSER_SESSION.c.staff_number)

SIGN_IN_DELAY = Table(
    "sign_in_delay",
    METADATA,
    Column("subject", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Text, nullable=False),
    Column("until", Text, nullable=False),
    sqlite_strict=True,
)
"""Waits after wrong tries, by the hash of an account's or an address's name: what was typed is not kept."""
Index("ix_sign_in_delay_last_at", SIGN_IN_DELAY.c.last_at)

CLOCK_READING = Table(
    "clock_reading",
    METADATA,
    Column("boot_id", Text, primary_key=True),
    Column("boot_time_us", _BIG, nullable=False),
    Column("wall_time", Text, nullable=False),
    sqlite_strict=True,
)
"""One line for each start of a computer: its clock beside the time since that start. No record."""

WAITING = Table(
    "waiting",
    METADATA,
    Column("topic", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("job", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("case_number", Text, nullable=False),
    Column("exhibit_number", Text, nullable=False),
    Column("due", Text, nullable=False),
    Column("sequence", _BIG, nullable=False),
    Column("since", Text, nullable=False),
    sqlite_strict=True,
)
"""A list: what each record waits for, for whom, and the entry that says so; an empty job means for nothing."""
Index("ix_waiting_job_sequence", WAITING.c.job, WAITING.c.sequence)
Index("ix_waiting_person_job_sequence", WAITING.c.person, WAITING.c.job, WAITING.c.sequence)
Index("ix_waiting_case", WAITING.c.case_number)
Index("ix_waiting_exhibit", WAITING.c.exhibit_number)

COMPONENT = Table(
    "component",
    METADATA,
    Column("examination_number", Text, primary_key=True),
    Column("component_number", Integer, primary_key=True, autoincrement=False),
    Column("decision", Text, nullable=False),
    Column("identity_key", Text, nullable=False),
    Column("identity_name", Text, nullable=False),
    Column("run_number", Text, nullable=False),
    Column("exhibit_number", Text, nullable=False),
    Column("examiner", Text, nullable=False),
    Column("release", Text, nullable=False),
    Column("sequence", _BIG, nullable=False),
    sqlite_strict=True,
)
"""A list: every component that was examined, and what the expert says of it now."""

WATCHED = Table(
    "watched",
    METADATA,
    Column("trigger", Text, primary_key=True),
    Column("cause", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("watch_number", Text, nullable=False),
    Column("sequence", _BIG, nullable=False),
    sqlite_strict=True,
)
"""A list: what was looked at again for a release or an edition: examinations, determinations. Once: the key says so."""

COMPONENT_SPECTRA = Table(
    "component_spectra",
    METADATA,
    Column("examination_number", Text, primary_key=True),
    Column("data", LargeBinary, nullable=False),
    sqlite_strict=True,
)
"""The spectra of examined components, packed: read from the raw data once and made again at will. No record."""

COMPONENT_CLUSTER = Table(
    "component_cluster",
    METADATA,
    Column("examination_number", Text, primary_key=True),
    Column("component_number", Integer, primary_key=True, autoincrement=False),
    Column("place", _BIG, nullable=False),
    Column("founder_examination", Text, nullable=False),
    Column("founder_component", Integer, nullable=False),
    sqlite_strict=True,
)
"""Which component founded the cluster of each, and in which order they came. No record; made again at will."""
Index("ix_component_cluster_founder_examination", COMPONENT_CLUSTER.c.founder_examination)

PERSONAL_DATA = Table(
    "personal_data",
    METADATA,
    Column("donor", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("salt", Text, nullable=False),
    sqlite_strict=True,
)
"""Who a donor is: no record, erasable. The ledger has commitments to these values and never the values."""

RECORDS = (LEDGER, CHECKPOINT)
"""Append-only and guarded: the application may add rows to them and no more."""
LISTS = (
    RECORD,
    RAW_USE,
    RAW_NAMED,
    CASE_DUTY,
    HOLDING,
    SEAL_USE,
    GROUND,
    WAITING,
    COMPONENT,
    WATCHED,
    LEDGER_TREE,
    TREE_NODE,
)
"""Made from the ledger and made again at will; an auditor may read them."""
OWN = tuple(table for table in METADATA.sorted_tables if table not in {*RECORDS, *LISTS})
"""All others, the application's own: secrets, sign-ins, what it knows of this computer. No auditor's business."""


def can_be_stored(text: str) -> bool:
    """Tell whether every database here takes a text; nothing is to be found under any other."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
