"""``aigaq custody``, ``aigaq place`` and ``aigaq labels``: moving exhibits and finding them, from the console."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typer

from lims.cli.casework import ask_credentials, seat
from lims.cli.laboratories import require_laboratory
from lims.cli.output import print_json, say
from lims.custody_errors import ScanError
from lims.domain.custody import SealCondition
from lims.domain.custody_timeline import Span
from lims.domain.exhibit_code import SEPARATOR, CodeKind, ScannedCode, parse_scan
from lims.domain.place import PlaceKind
from lims.domain.record import Record, body_of
from lims.domain.signature import SignatureConfirmation, SignatureMeaning
from lims.domain.staff import StaffMember
from lims.domain.transfer import Transfer, TransferKind
from lims.errors import LimsError
from lims.label_sheet import SINGLE
from lims.services.custody import TransferFacts
from lims.services.laboratory import Laboratory

_BROKEN = 4
"""Exit code for a custody with a gap, as of every other broken thing."""


class FileThereError(LimsError):
    """A file that would be written over."""

    def __init__(self, path: Path) -> None:
        """Keep the path."""
        super().__init__(f"{path} exists")
        self.path = path

    def advice(self) -> str:
        """Name the way out."""
        return "Nothing was written. Give another name, or move the file away"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The laboratory as a person sees it who has not confirmed anything yet; each act asks for the confirmation."""

    whole: Laboratory
    laboratory: Laboratory
    person: StaffMember

    def confirm(self, meaning: SignatureMeaning, record: Record) -> SignatureConfirmation:
        """Ask this person to confirm a record."""
        return _confirmed(self.whole, self.person.number, meaning, record)


def run_show(number: str, *, as_json: bool, home: Path | None) -> None:
    """Print the timeline of an exhibit, and its gaps."""
    custody, exhibit = require_laboratory(home).custody, _exhibit(number)
    line, check = custody.timeline(exhibit), custody.check(exhibit)
    if as_json:
        breaks = [body_of(one) for one in check.breaks]
        print_json({"exhibit": exhibit, "spans": [body_of(span) for span in line.spans], "breaks": breaks})
    else:
        for span in line.spans:
            say(_span_words(span))
        for one in check.breaks:
            say(f"GAP ({one.kind}): {one.words}")
    if not check.intact:
        raise typer.Exit(_BROKEN)


def run_hand_over(
    numbers: Sequence[str],
    *,
    to: str,
    purpose: str,
    by: str,
    back_by: datetime | None,
    at: datetime | None,
    home: Path | None,
) -> None:
    """Let one person offer and the other take, both at this console."""
    laboratory = require_laboratory(home)
    giver, taker = _named(laboratory, by), _named(laboratory, to)
    facts = _facts(TransferKind.HAND_OVER, numbers, purpose=purpose, to=to, at=at, back_by=back_by)
    transfer = giver.laboratory.custody.prepare(facts, actor=giver.person)
    _say_list(transfer)
    confirmed = giver.confirm(SignatureMeaning.GIVER, transfer)
    offered = giver.laboratory.custody.offer(transfer, actor=giver.person, confirmation=confirmed)
    say(f"{offered.number} offered to {to}")
    confirmed = taker.confirm(SignatureMeaning.TAKER, offered)
    taken = taker.laboratory.custody.take(offered.number, actor=taker.person, confirmation=confirmed)
    say(f"{taken.number}: {len(taken.items)} exhibit(s) now {taken.taker.words}")


def run_withdraw(number: str, *, reason: str, by: str, home: Path | None) -> None:
    """Take an offer back."""
    here = seat(require_laboratory(home), by)
    here.laboratory.custody.withdraw(number, reason=reason, actor=here.person)
    say(f"{number} withdrawn")


def run_store(
    numbers: Sequence[str],
    *,
    to: str,
    purpose: str,
    by: str,
    witness: str,
    at: datetime | None,
    home: Path | None,
) -> None:
    """Put exhibits into a place."""
    laboratory = require_laboratory(home)
    here = seat(laboratory, by)
    place = _number(to, CodeKind.PLACE)
    facts = _facts(TransferKind.STORING, numbers, purpose=purpose, to=place, at=at, witness=witness)
    transfer = here.laboratory.custody.prepare(facts, actor=here.person)
    _say_list(transfer)
    here.laboratory.custody.store_in_place(transfer, actor=here.person, witnessed=_witnessed(laboratory, transfer))
    say(f"{transfer.number}: {len(transfer.items)} exhibit(s) now {transfer.taker.words}")


def run_take_out(
    numbers: Sequence[str],
    *,
    purpose: str,
    by: str,
    witness: str,
    back_by: datetime | None,
    at: datetime | None,
    home: Path | None,
) -> None:
    """Take exhibits out of their place."""
    laboratory = require_laboratory(home)
    here = seat(laboratory, by)
    facts = _facts(TransferKind.TAKING_OUT, numbers, purpose=purpose, at=at, back_by=back_by, witness=witness)
    transfer = here.laboratory.custody.prepare(facts, actor=here.person)
    _say_list(transfer)
    here.laboratory.custody.take_out(transfer, actor=here.person, witnessed=_witnessed(laboratory, transfer))
    say(f"{transfer.number}: {len(transfer.items)} exhibit(s) now {transfer.taker.words}")


def run_final(
    numbers: Sequence[str],
    *,
    to: str,
    papers: Mapping[str, str],
    purpose: str,
    witness: str,
    by: str,
    home: Path | None,
) -> None:
    """Return exhibits to somebody, or destroy them where nobody is named."""
    laboratory = require_laboratory(home)
    here = _named(laboratory, by)
    kind = TransferKind.RETURN if to else TransferKind.DESTRUCTION
    facts = _facts(kind, numbers, purpose=purpose, to=to, witness=witness, papers=papers)
    custody = here.laboratory.custody
    transfer = custody.prepare(facts, actor=here.person)
    _say_list(transfer)
    step = custody.give_back if to else custody.destroy
    confirmed = here.confirm(SignatureMeaning.GIVER, transfer)
    second = _confirmed(laboratory, witness, SignatureMeaning.WITNESS, transfer)
    step(transfer, actor=here.person, confirmation=confirmed, witnessed=second)
    say(f"{transfer.number}: {len(transfer.items)} exhibit(s) now {transfer.taker.words}")


def run_open_seal(
    number: str, *, seal: str, condition: SealCondition, photograph: str, by: str, home: Path | None
) -> None:
    """Record a seal that was opened."""
    here = seat(require_laboratory(home), by)
    opened = here.laboratory.sealing.open_seal(
        _exhibit(number), seal=seal, condition=condition, photograph=photograph, actor=here.person
    )
    say(f"exhibit {opened.number} is open")


def run_close_seal(number: str, *, seal: str, photograph: str, by: str, home: Path | None) -> None:
    """Close an exhibit with a new seal."""
    here = seat(require_laboratory(home), by)
    closed = here.laboratory.sealing.close_seal(_exhibit(number), seal=seal, photograph=photograph, actor=here.person)
    say(f"exhibit {closed.number} is closed with seal {closed.seal}")


def run_begin_late(number: str, *, reason: str, by: str, home: Path | None) -> None:
    """Begin the custody of an aliquot that has none."""
    here = seat(require_laboratory(home), by)
    begun = here.laboratory.sealing.begin_late(_exhibit(number), reason=reason, actor=here.person)
    say(f"aliquot {begun.number} is {begun.title} from now on")


def run_overdue(*, as_json: bool, home: Path | None) -> None:
    """List what should have been given back."""
    late = require_laboratory(home).custody.overdue()
    if as_json:
        print_json([{"exhibit": one.number, "with": one.title, "due": f"{one.expected_return}"} for one in late])
        return
    for one in late:
        say(f"{one.number}  due {one.expected_return}  {one.title}")
    say(f"{len(late)} overdue")


def run_count(where: str, *, found: Sequence[str], by: str, home: Path | None) -> None:
    """Count a place, or count it again where an inventory is named; of a first count nothing is told but its number."""
    here = seat(require_laboratory(home), by)
    storing, numbers = here.laboratory.storing, [_exhibit(one) for one in found]
    if where.startswith("I"):
        again = storing.count_again(where, numbers, actor=here.person)
        say(f"{again.number} {again.state}")
        for count in (again.first, again.second):
            if count is not None:
                say(f"{count.by}: missing {_listed(count.missing)}; unexpected {_listed(count.unexpected)}")
    else:
        first = storing.count(_number(where, CodeKind.PLACE), numbers, actor=here.person)
        say(f"{first.number} {first.state}; another person counts again: aigaq custody count {first.number}")


def run_add_place(
    name: str, *, kind: PlaceKind, inside: str, capacity: int | None, vault: bool, by: str, home: Path | None
) -> None:
    """Add a place."""
    here = seat(require_laboratory(home), by)
    added = here.laboratory.storing.add(
        name, kind=kind, inside=inside, capacity=capacity, vault=vault, actor=here.person
    )
    say(f"place {added.number} added: {added.title}")


def run_close_place(number: str, *, by: str, home: Path | None) -> None:
    """Take a place out of use."""
    here = seat(require_laboratory(home), by)
    here.laboratory.storing.close(number, actor=here.person)
    say(f"place {number} closed")


def run_places(*, as_json: bool, home: Path | None) -> None:
    """List all places."""
    storing = require_laboratory(home).storing
    found = [(one, storing.contents(one.number)) for one in storing.places()]
    if as_json:
        print_json([{**body_of(one), "exhibits": list(exhibits)} for one, exhibits in found])
        return
    for one, exhibits in found:
        room = f"{len(exhibits)}" if one.capacity is None else f"{len(exhibits)} of {one.capacity}"
        vault = ", vault" if one.vault else ""
        say(f"{one.number}  {one.title}  in {one.inside or '-'}  {one.state}{vault}  {room} exhibit(s)")


def run_labels(numbers: Sequence[str], *, to: Path, single: bool, skip: int, home: Path | None) -> None:
    """Write labels into a file that does not exist yet."""
    from lims.reporting.labels import Label, compose_labels  # noqa: PLC0415 - loads what sets pages
    from lims.translation import Translator  # noqa: PLC0415 - as above

    laboratory = require_laboratory(home)
    labels = []
    for number in numbers:
        if _code(number, CodeKind.EXHIBIT).kind is CodeKind.PLACE:
            labels.append(Label(number=number, words=laboratory.storing.place(number).title))
        else:
            labels.append(Label(number=number, seal=laboratory.custody.custody(number).seal))
    pdf = compose_labels(
        labels,
        laboratory=laboratory.settings.laboratory,
        sheet=SINGLE if single else laboratory.settings.labels,
        translator=Translator(laboratory.settings.language),
        at=laboratory.clock.now(),
        skip=skip,
    )
    try:
        with to.open("xb") as file:
            file.write(pdf)
    except FileExistsError as error:
        raise FileThereError(to) from error
    say(f"{to}: {len(labels)} label(s)")


def _facts(
    kind: TransferKind,
    numbers: Sequence[str],
    *,
    purpose: str,
    to: str = "",
    at: datetime | None = None,
    back_by: datetime | None = None,
    witness: str = "",
    papers: Mapping[str, str] | None = None,
) -> TransferFacts:
    return TransferFacts(
        kind=kind,
        exhibit_numbers=tuple(dict.fromkeys(_exhibit(number) for number in numbers)),
        purpose=purpose,
        to=to,
        occurred_at=at.astimezone(UTC) if at else None,
        expected_return=back_by.date() if back_by else None,
        witness=witness,
        **(papers or {}),
    )


def _named(laboratory: Laboratory, number: str) -> Named:
    person = laboratory.staffing.get(number)
    return Named(whole=laboratory, laboratory=laboratory.seen_by(person), person=person)


def _confirmed(laboratory: Laboratory, number: str, meaning: SignatureMeaning, record: Record) -> SignatureConfirmation:
    typed = ask_credentials(laboratory, number)
    return laboratory.authentication.confirm(
        number, password=typed.password, code=typed.code, meaning=meaning, record=record
    )


def _witnessed(laboratory: Laboratory, transfer: Transfer) -> SignatureConfirmation | None:
    if not transfer.witness:
        return None
    return _confirmed(laboratory, transfer.witness, SignatureMeaning.WITNESS, transfer)


def _exhibit(text: str) -> str:
    return _number(text, CodeKind.EXHIBIT)


def _number(text: str, kind: CodeKind) -> str:
    """Read a number as it is typed, or the label that says it.

    Raises
    ------
    ScanError
        If the label is of another kind, or was read wrong.
    """
    code = _code(text, kind)
    if code.kind is not kind:
        raise ScanError(f"{code.number} is the label of a {code.kind.value}; expected one of a {kind.value}")
    return code.number


def _code(text: str, kind: CodeKind) -> ScannedCode:
    if SEPARATOR in text:
        return parse_scan(text)
    return ScannedCode(kind=CodeKind.PLACE if text.startswith("PL-") else kind, number=text)


def _say_list(transfer: Transfer) -> None:
    say(f"{transfer.number}, {transfer.title}: {_listed(transfer.exhibit_numbers)}")


def _listed(numbers: Sequence[str]) -> str:
    return ", ".join(numbers) or "nothing"


def _span_words(span: Span) -> str:
    until = f"{span.until:%Y-%m-%d %H:%M} UTC" if span.until else "now"
    via = f", in {' in '.join(span.via)}" if span.via else ""
    return f"{span.since:%Y-%m-%d %H:%M} UTC - {until}  {span.holder.words}{via}"
