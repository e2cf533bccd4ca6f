"""Generated records of the law: texts with all their rows, and determinations with their findings."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from lims.domain.law_text import Confirmation, LawAct, LawEdition, LawTable
from lims.domain.legal_determination import DatedStatus, LegalDetermination, StructureLevel
from lims.domain.report_confidence import StatedRate
from substance_library.determination import Content, Determination
from substance_library.editions import Act, Edition, InForce
from substance_library.identifiers import Smiles
from substance_library.schedule import Entry, EntryKind, EntryScope, ListTable
from substance_library.thresholds import Threshold, WeighedAmount

ENTITIES = (LawAct, LawEdition, LawTable, LegalDetermination)
DAY = date(2024, 2, 29)
AMOUNT = st.decimals("0", "100", places=3)
STRUCTURES = st.builds(Smiles, st.sampled_from(("CCN", "c1ccccc1", "C[C@H](N)Cc1ccccc1", "Cl.CCN")))
NUMBER = st.just("N")
CLERK = {"number": NUMBER, "drafted_by": st.just("clerk")}


def _any_of(kind):
    from tests.builders.record_strategies import any_of  # the other half of one module

    return any_of(kind)


def _numbered(kind):
    return _any_of(kind).map(lambda one: replace(one, number="N"))


def _table():
    return {
        "consolidated": st.just(True),  # noqa: FBT003 - a value
        "removes": st.just(()),
        "exclusions": st.just(()),
        "thresholds": st.just(()),
        "entries": st.lists(_any_of(Entry), max_size=2, unique_by=lambda row: row.number).map(tuple),
    }


SOUND = {
    Smiles: lambda: {"text": STRUCTURES.map(lambda one: one.text)},
    InForce: lambda: {
        "first": st.none(),
        "not_before": st.none() | st.dates(max_value=date(2000, 1, 1)),
        "by": st.none() | st.dates(date(2000, 1, 1), date(2010, 1, 1)),
        "last": st.none() | st.dates(min_value=date(2010, 1, 1)),
    },
    Act: lambda: {"jurisdiction": st.sampled_from(("KZ", "UN")), "sha256": st.sampled_from(("", "0" * 64))},
    Edition: lambda: {"signed": st.none() | st.dates(max_value=DAY), "published": st.none() | st.dates(min_value=DAY)},
    EntryScope: lambda: dict.fromkeys(("preparation_limit_percent", "precursor_limit_percent"), st.none() | AMOUNT),
    Entry: lambda: {"kind": st.sampled_from((EntryKind.CLASS_RULE,)), "smiles": st.none() | STRUCTURES},
    Threshold: lambda: {"amount": AMOUNT},
    WeighedAmount: lambda: {"amount": AMOUNT, "u": AMOUNT},
    Content: lambda: {"percent": AMOUNT, "u_percent": st.just(Decimal("0.5"))},
    ListTable: _table,
    StatedRate: lambda: {
        "errors": st.integers(0, 9),
        "trials": st.integers(9, 99),
        "confidence_percent": st.sampled_from((Decimal(95), Decimal("99.9"))),
        "low_percent": st.decimals("0", "50", places=2),
        "high_percent": st.decimals("50", "100", places=2),
    },
    Confirmation: lambda: {"by": st.just("second person")},
    LawAct: lambda: {**CLERK, "act": _numbered(Act)},
    LawEdition: lambda: {**CLERK, "edition": _numbered(Edition)},
    LawTable: lambda: {**CLERK, "table": _numbered(ListTable)},
    DatedStatus: lambda: {
        "as_of": st.just(DAY),
        "answers": _any_of(Determination).map(lambda one: (replace(one, as_of=DAY),)),
    },
    LegalDetermination: lambda: {
        "level": st.sampled_from((StructureLevel.COMPLETE, StructureLevel.NO_STEREO)),
        "structures": st.just(("CCN",)),
        "seized_on": st.just(DAY),
        "on_seizure": _any_of(DatedStatus),
    },
}
"""As in ``record_strategies``."""
