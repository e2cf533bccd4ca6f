"""The words of custody: where something is, what happened to it, what a code was, and which gap there is."""

from collections.abc import Mapping
from types import MappingProxyType

from lims.domain.custody import EventKind, Holder, HolderKind, SealCondition
from lims.domain.custody_timeline import CustodyBreak, Span
from lims.domain.transfer import TransferKind
from lims.services.scanning import Scan, ScanVerdict
from lims.translation import Translator, marked
from lims.ui.refusal_words import fault_words

Names = Mapping[str, str]
"""Of people, by staff number."""

_HOLDERS = MappingProxyType(
    {
        HolderKind.PERSON: marked("in the hands of {name}"),
        HolderKind.PLACE: marked("in place {name}"),
        HolderKind.CONTAINER: marked("in exhibit {name}"),
        HolderKind.OUTSIDE: marked("outside, with {name}"),
        HolderKind.DESTROYED: marked("destroyed"),
        HolderKind.CONSUMED: marked("used up"),
        HolderKind.UNKNOWN: marked("with nobody that the record names"),
    }
)
_EVENTS = MappingProxyType(
    {
        EventKind.RECEIVED: marked("received"),
        EventKind.OFFERED: marked("offered"),
        EventKind.TAKEN: marked("taken over"),
        EventKind.REFUSED: marked("offer refused"),
        EventKind.WITHDRAWN: marked("offer withdrawn"),
        EventKind.STORED: marked("put in a place"),
        EventKind.TAKEN_OUT: marked("taken out of a place"),
        EventKind.PUT_IN: marked("put into an exhibit"),
        EventKind.TAKEN_FROM: marked("taken out of an exhibit"),
        EventKind.SEAL_OPENED: marked("seal opened"),
        EventKind.SEAL_CLOSED: marked("seal closed"),
        EventKind.RETURNED: marked("returned"),
        EventKind.DESTROYED: marked("destroyed"),
        EventKind.CORRECTED: marked("record corrected"),
        EventKind.ALIQUOT_TAKEN: marked("taken as an aliquot"),
        EventKind.BEGUN_LATE: marked("record begun late"),
        EventKind.CONSUMED: marked("used up"),
    }
)
_CONDITIONS = MappingProxyType(
    {
        SealCondition.INTACT: marked("intact"),
        SealCondition.DAMAGED: marked("damaged"),
        SealCondition.MISSING: marked("missing"),
    }
)
_GAPS = MappingProxyType(
    {
        "time without holder": marked("time without a holder"),
        "no custody on record": marked("no custody on record"),
        "seal": marked("seal"),
        "unanswered offer": marked("unanswered offer"),
        "overdue return": marked("overdue return"),
    }
)
_TRANSFERS = MappingProxyType(
    {
        TransferKind.HAND_OVER: marked("Hand over"),
        TransferKind.STORING: marked("Put in a place"),
        TransferKind.TAKING_OUT: marked("Take out of a place"),
        TransferKind.RETURN: marked("Return"),
        TransferKind.DESTRUCTION: marked("Destroy"),
    }
)
_SCANS = MappingProxyType(
    {
        ScanVerdict.EXHIBIT: marked("{code} is on the list."),
        ScanVerdict.PLACE: marked("Place {code} is chosen."),
        ScanVerdict.TWICE: marked("{code} is on the list already. Nothing was added."),
        ScanVerdict.MISREAD: marked(
            "{code} was read wrong: its check characters do not fit. Scan it again; the keyboard has to be set to "
            "English letters."
        ),
        ScanVerdict.FOREIGN: marked("{code} is no label of this laboratory. Nothing was added."),
        ScanVerdict.UNKNOWN: marked("{code} is a whole label, but nothing on record here has that number."),
    }
)


def holder_words(t: Translator, holder: Holder, names: Names) -> str:
    """Say where something is, people by their names."""
    name = names.get(holder.name, holder.name) if holder.kind is HolderKind.PERSON else holder.name
    return t(_HOLDERS[holder.kind], name=name or t("somebody unknown"))


def event_words(t: Translator, kind: EventKind) -> str:
    """Say what happened."""
    return t(_EVENTS[kind])


def condition_words(t: Translator, condition: SealCondition) -> str:
    """Say how a seal was found."""
    return t(_CONDITIONS[condition])


def transfer_words(t: Translator, kind: TransferKind) -> str:
    """Name what is done with a list."""
    return t(_TRANSFERS[kind])


def scan_words(t: Translator, scan: Scan) -> str:
    """Say what a code was."""
    named = scan.exhibit or scan.place
    return t(_SCANS[scan.verdict], code=named.number if named else scan.text or t("An empty code"))


def span_words(t: Translator, span: Span, names: Names) -> str:
    """Say who had an exhibit from when to when."""
    until = t.moment(span.until) if span.until else t("now")
    words = f"{t.moment(span.since)} - {until}: {holder_words(t, span.holder, names)}"
    return f"{words} ({t('in exhibit {name}', name=', '.join(span.via))})" if span.via else words


def gap_words(t: Translator, gap: CustodyBreak) -> str:
    """Name a gap, with the words of the record."""
    return t("Gap, {kind}: {words}.", kind=t(_GAPS[gap.kind]), words=fault_words(t, gap.words))
