"""Who may read what: a table, and nothing that is not in it is allowed."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from lims.domain.staff import Role

_TECHNICIAN, _EXPERT, _REVIEWER = Role.TECHNICIAN, Role.EXPERT, Role.TECHNICAL_REVIEWER
_HEAD, _QUALITY, _AUDITOR = Role.HEAD, Role.QUALITY_MANAGER, Role.AUDITOR
_CURATOR, _ADMINISTRATOR = Role.LIBRARY_CURATOR, Role.ADMINISTRATOR
_CASEWORK = frozenset({_TECHNICIAN, _EXPERT, _REVIEWER, _HEAD, _QUALITY, _AUDITOR})
_OVERSIGHT = frozenset({_HEAD, _QUALITY, _AUDITOR})

CASE_KINDS = frozenset(
    {
        *("case", "seizure", "donor", "photograph", "exhibit", "run", "examination", "report", "batch"),
        *("custody", "transfer", "inventory"),
        *("weighing", "aliquot", "mass balance", "discrepancy", "sampling plan"),
        *("deviation", "finding", "identification", "determination", "quantitation"),
        "nonconformity",
        *("watch", "alert", "provisional substance"),
    }
)
"""Kinds of records that say something of a case."""

READABLE: Mapping[str, frozenset[Role]] = MappingProxyType(
    {
        **dict.fromkeys(sorted(CASE_KINDS), _CASEWORK),
        **dict.fromkeys(("method", "procedure"), _CASEWORK),
        "place": _CASEWORK,
        **dict.fromkeys(("law act", "law edition", "law table"), _CASEWORK | {_CURATOR}),
        "detectors": frozenset({_QUALITY, _AUDITOR}),
        **dict.fromkeys(("instrument", "balance check", "reagent", "reference standard"), _CASEWORK),
        **dict.fromkeys(("release", "library import", "isomer group"), _CASEWORK | {_CURATOR}),
        "staff": _CASEWORK | {_ADMINISTRATOR},
        "competence": _OVERSIGHT | {_ADMINISTRATOR},
        "account": frozenset({_QUALITY, _AUDITOR, _ADMINISTRATOR}),
        "session": frozenset({_QUALITY, _AUDITOR, _ADMINISTRATOR}),
        **dict.fromkeys(("clock", "checkpoint", "lists", "raw sweep", "raw repair"), _OVERSIGHT | {_ADMINISTRATOR}),
    }
)
"""Which roles may read a kind of record; of staff, competence, account and session everybody reads the own ones."""

OWN_KINDS = frozenset({"staff", "competence", "account", "session"})
"""Kinds whose records a person may read where they are about that person."""


def may_read(kind: str, roles: Iterable[Role]) -> bool:
    """Tell whether one of the roles may read a kind of record."""
    return not READABLE.get(kind, frozenset()).isdisjoint(roles)
