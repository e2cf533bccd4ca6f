"""What changed from one report to the next, as people read it: record, place, before, after."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from lims.domain.record_changes import FieldChange, RecordChange
from lims.errors import TranslationError
from lims.translation import Translator, marked

KIND_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "case": marked("Case"),
        "seizure": marked("Seizure"),
        "exhibit": marked("Exhibit"),
        "run": marked("Run"),
        "batch": marked("Batch"),
        "examination": marked("Examination"),
        "finding": marked("Finding"),
        "identification": marked("Identification"),
        "weighing": marked("Weighing"),
        "sampling plan": marked("Sampling plan"),
        "deviation": marked("Deviation"),
        "determination": marked("Legal determination"),
        "quantitation": marked("Quantitation"),
        "custody": marked("Custody"),
    }
)
_FIELD_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "components": marked("component"),
        "decision": marked("decision"),
        "identity": marked("identity"),
        "name": marked("name"),
        "rank": marked("rank"),
        "accession": marked("accession"),
        "match factor": marked("match factor"),
        "reverse match factor": marked("reverse match factor"),
        "matched ions": marked("common ions"),
        "reason": marked("reason"),
        "answers": marked("answer"),
        "omissions": marked("omission"),
        "words": marked("words"),
        "results": marked("result"),
        "outcome": marked("outcome"),
        "substance": marked("substance"),
        "state": marked("state"),
        "status": marked("state"),
        "notes": marked("note"),
        "component": marked("component"),
        "reader": marked("for whom"),
        "written by": marked("written by"),
    }
)
"""Fields that people meet; any other stands there as the ledger has it."""
_BOOKKEEPING = ("reviews", "taken back", "status", "version")
_TIMES = frozenset({"decided at", "stated at", "written at"})
_IN_A_MARK = frozenset({"decision", "identity, name", "reason"})


def told_fields(change: RecordChange) -> tuple[FieldChange, ...]:
    """Give what a person has to look at: not who reviewed, and not when something was written down."""
    return tuple(
        one
        for one in change.fields
        if not one.place.startswith(_BOOKKEEPING) and one.place.rpartition(", ")[2] not in _TIMES
    )


def record_words(t: Translator, change: RecordChange) -> str:
    """Name the record, and say whether it is new, gone, or another version."""
    name = f"{t(KIND_TEXTS[change.kind]) if change.kind in KIND_TEXTS else change.kind} {change.number}"
    if not change.before:
        return t("{record} is new.", record=name)
    if not change.after:
        return t("{record} does not belong to it any more.", record=name)
    return t("{record}, version {before} → {after}:", record=name, before=change.before, after=change.after)


def place_words(t: Translator, place: str) -> str:
    """Say where something changed."""
    return ", ".join(_part(t, part) for part in place.split(", "))


def mark_words(t: Translator, fields: Sequence[FieldChange]) -> str:
    """Say in one line what changed of a component; what is beside its name and decision stands in the list."""
    told = [one for one in fields if one.place.partition(", ")[2] in _IN_A_MARK]
    words = (
        f"{place_words(t, one.place.partition(', ')[2])}: {value_words(t, one.before)} → {value_words(t, one.after)}"
        for one in told
    )
    return t("Changed since the last review: {changes}.", changes="; ".join(words) or t("see the list"))


def value_words(t: Translator, value: str) -> str:
    """Say a value: a word of ours in the language of the person, everything else as it stands."""
    return _known(t, value) if value else t("nothing")


def _part(t: Translator, part: str) -> str:
    """Translate one step of a place, with the number of a component where it has one."""
    if part in _FIELD_TEXTS:
        return t(_FIELD_TEXTS[part])
    name, _, which = part.rpartition(" ")
    return f"{t(_FIELD_TEXTS[name])} {which}" if name in _FIELD_TEXTS else part


def _known(t: Translator, text: str) -> str:
    try:
        return t(text)
    except TranslationError:
        return text
