"""One form for each thing that is done with a whole list of exhibits: facts, then the dialog that records them."""

from collections.abc import Callable, Sequence
from datetime import datetime

import streamlit as st

from lims.domain.custody import SealCondition
from lims.domain.inventory import InventoryStatus
from lims.domain.place import Place
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import StaffMember
from lims.domain.transfer import Transfer, TransferKind
from lims.errors import StaleVersionError
from lims.services.custody import TransferFacts
from lims.services.ports import ListedRecord
from lims.services.sealing import NewSeal, SealOpening
from lims.translation import TIME_ZONE
from lims.ui import scan_list
from lims.ui.custody_words import Names, condition_words, transfer_words
from lims.ui.intake_photographs import photographs
from lims.ui.label_links import link_to_labels
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.session import Visit
from lims.ui.signing import require_session
from lims.ui.transfer_dialog import Confirmed, TransferRequest, ask, say


def hand_over(visit: Visit, takers: Sequence[StaffMember]) -> None:
    """Offer the list to another person, who takes it at the own browser."""
    t = visit.t
    others = [one for one in takers if one.number != visit.person.number]
    with st.form("hand-over"):
        to = st.selectbox(t("To whom"), others, format_func=_person, key=_key("hand-over-to"))
        purpose = st.text_input(t("Purpose"), key=_key("hand-over-purpose"))
        back = st.date_input(
            t("Back by, if they come back"), value=None, format="DD.MM.YYYY", key=_key("hand-over-back")
        )
        earlier = _earlier(visit, key=_key("hand-over-at"))
        if not st.form_submit_button(t("Hand over"), type="primary"):
            return
    facts = TransferFacts(
        kind=TransferKind.HAND_OVER,
        occurred_at=earlier,
        exhibit_numbers=_numbers(),
        purpose=purpose,
        to=_number_of(to),
        expected_return=back,
    )
    custody = visit.laboratory.custody
    _prepare(
        visit,
        facts,
        own=SignatureMeaning.GIVER,
        said=t("The list is offered. It changes hands when the other person takes it."),
        act=lambda transfer, confirmed: custody.offer(transfer, actor=visit.person, confirmation=confirmed.by_actor),
    )


def store(visit: Visit, places: Sequence[Place], witnesses: Sequence[StaffMember]) -> None:
    """Put the list in a place."""
    t, custody = visit.t, visit.laboratory.custody
    with st.form("store"):
        place = _place(visit, places, key=_key("store-place"))
        purpose = st.text_input(t("Purpose"), key=_key("store-purpose"))
        witness = _witness(visit, witnesses, key=_key("store-witness"))
        earlier = _earlier(visit, key=_key("store-at"))
        if not st.form_submit_button(t("Put in"), type="primary"):
            return
    facts = TransferFacts(
        kind=TransferKind.STORING,
        occurred_at=earlier,
        exhibit_numbers=_numbers(),
        purpose=purpose,
        to=place,
        witness=witness,
    )
    _prepare(
        visit,
        facts,
        said=t("The exhibits are in their place."),
        act=lambda transfer, confirmed: custody.store_in_place(
            transfer, actor=visit.person, witnessed=confirmed.witness
        ),
    )


def take_out(visit: Visit, witnesses: Sequence[StaffMember]) -> None:
    """Take the list out of its places into the own hands."""
    t, custody = visit.t, visit.laboratory.custody
    with st.form("take-out"):
        purpose = st.text_input(t("Purpose"), key=_key("take-out-purpose"))
        back = st.date_input(
            t("Back by, if they come back"), value=None, format="DD.MM.YYYY", key=_key("take-out-back")
        )
        witness = _witness(visit, witnesses, key=_key("take-out-witness"))
        earlier = _earlier(visit, key=_key("take-out-at"))
        if not st.form_submit_button(t("Take out"), type="primary"):
            return
    facts = TransferFacts(
        kind=TransferKind.TAKING_OUT,
        occurred_at=earlier,
        exhibit_numbers=_numbers(),
        purpose=purpose,
        expected_return=back,
        witness=witness,
    )
    _prepare(
        visit,
        facts,
        said=t("The exhibits are in your hands."),
        act=lambda transfer, confirmed: custody.take_out(transfer, actor=visit.person, witnessed=confirmed.witness),
    )


def give_away(visit: Visit, witnesses: Sequence[StaffMember], *, destroyed: bool) -> None:
    """Return the list to somebody outside, or destroy it; two people sign."""
    t, custody = visit.t, visit.laboratory.custody
    kind = TransferKind.DESTRUCTION if destroyed else TransferKind.RETURN
    with st.form("give-away"):
        to = "" if destroyed else st.text_input(t("Who gets them"), key=_key("away-to"))
        purpose = st.text_input(t("Purpose"), key=_key("away-purpose"))
        permission = st.text_input(t("Who permitted it, and under which number"), key=_key("away-permission"))
        act_number = st.text_input(t("Number of the act"), key=_key("away-act"))
        protocol = st.text_input(t("Number of the protocol"), key=_key("away-protocol"))
        witness = _witness(visit, witnesses, key=_key("away-witness"))
        earlier = _earlier(visit, key=_key("away-at"))
        st.warning(t("After that the laboratory does not have these exhibits any more. This cannot be taken back."))
        if not st.form_submit_button(transfer_words(t, kind)):
            return
    facts = TransferFacts(
        kind=kind,
        occurred_at=earlier,
        exhibit_numbers=_numbers(),
        purpose=purpose,
        to=to,
        permission_reference=permission,
        act_number=act_number,
        protocol_number=protocol,
        witness=witness,
    )
    step = custody.destroy if destroyed else custody.give_back
    _prepare(
        visit,
        facts,
        own=SignatureMeaning.GIVER,
        said=t("Recorded. The laboratory does not have these exhibits any more."),
        act=lambda transfer, confirmed: step(
            transfer, actor=visit.person, confirmation=confirmed.by_both[0], witnessed=confirmed.by_both[1]
        ),
    )


def open_seals(visit: Visit) -> None:
    """Record the seal that was found on each exhibit of the list, all in one go."""
    t = visit.t
    _new_photographs(visit)
    conditions = tuple(SealCondition)
    openings = []
    with st.form("open-seals", enter_to_submit=False):
        for number in _numbers():
            seal, condition, photograph = st.columns([3, 2, 3])
            openings.append(
                SealOpening(
                    exhibit_number=number,
                    seal=seal.text_input(t("Seal found on {number}", number=number), key=_key(f"opened-{number}")),
                    condition=condition.selectbox(
                        t("Condition"),
                        conditions,
                        format_func=lambda one: condition_words(t, one),
                        key=_key(f"condition-{number}-{t.language}"),
                    ),
                    photograph=_photograph(visit, photograph, number, needed=True),
                    version=scan_list.seen_version(number),
                )
            )
        if not st.form_submit_button(t("Record all as opened"), type="primary"):
            return
    record(
        visit,
        lambda: visit.laboratory.sealing.open_seals(openings, actor=visit.person),
        said=t("{count} seals are recorded as opened.", count=len(openings)),
    )


def close_seals(visit: Visit) -> None:
    """Close each exhibit of the list with a new seal, all in one go."""
    t = visit.t
    _new_photographs(visit)
    seals = []
    with st.form("close-seals", enter_to_submit=False):
        for number in _numbers():
            seal, photograph = st.columns([4, 4])
            seals.append(
                NewSeal(
                    exhibit_number=number,
                    seal=seal.text_input(t("New seal of {number}", number=number), key=_key(f"closed-{number}")),
                    photograph=_photograph(visit, photograph, number, needed=False),
                    version=scan_list.seen_version(number),
                )
            )
        if not st.form_submit_button(t("Record all as closed"), type="primary"):
            return
    record(
        visit,
        lambda: visit.laboratory.sealing.close_seals(seals, actor=visit.person),
        said=t("{count} exhibits are closed with new seals.", count=len(seals)),
    )


def count(visit: Visit, places: Sequence[Place], names: Names) -> None:
    """Record what was scanned in a place; the second count is another person's, and blind."""
    t, storing = visit.t, visit.laboratory.storing
    waiting = [one for one in storing.inventories() if one.state == InventoryStatus.COUNTED.value]
    with st.form("count"):
        place = _place(visit, places, key=_key("count-place"))
        st.caption(t("A first count tells nobody what it found. Another person scans the same place again."))
        if st.form_submit_button(t("Record the first count"), type="primary"):
            record(
                visit,
                lambda: storing.count(place, _numbers(), actor=visit.person),
                said=t("The first count is recorded."),
            )
    if not waiting:
        return
    with st.form("count-again"):
        number = st.selectbox(
            t("Second count of"), [one.number for one in waiting], format_func=_titles(waiting), key="count-again"
        )
        if st.form_submit_button(t("Record the second count")):
            record(visit, lambda: _count_again(visit, str(number), names), said="")


def labels(visit: Visit) -> None:
    """Offer the labels of the list as a document."""
    link_to_labels(visit, _numbers())


def _count_again(visit: Visit, number: str, names: Names) -> None:
    t = visit.t
    again = visit.laboratory.storing.count_again(number, _numbers(), actor=visit.person)
    found = [one for one in (again.first, again.second) if one is not None]
    say(
        " ".join(
            t(
                "Counted by {name}: missing {missing}; unexpected {unexpected}.",
                name=names.get(one.by, one.by),
                missing=", ".join(one.missing) or t("nothing"),
                unexpected=", ".join(one.unexpected) or t("nothing"),
            )
            for one in found
        )
    )


def _prepare(
    visit: Visit,
    facts: TransferFacts,
    *,
    said: str,
    act: Callable[[Transfer, Confirmed], object],
    own: SignatureMeaning | None = None,
) -> None:
    """Make the list and open the dialog that shows it, or say why there is none."""
    try:
        transfer = visit.laboratory.custody.prepare(facts, actor=visit.person)
    except REFUSALS as error:
        show_refusal(error)
        return
    ask(
        TransferRequest(
            transfer=transfer,
            own=own,
            said=said,
            act=lambda confirmed: act(transfer, confirmed),
            done=scan_list.clear,
        )
    )


def record(visit: Visit, act: Callable[[], object], *, said: str) -> None:
    """Do what needs no second look, and begin a new list; where somebody was faster, say so over the newest."""
    try:
        require_session(visit)
        act()
    except StaleVersionError as error:
        scan_list.refuse(error)
        st.rerun()
    except REFUSALS as error:
        show_refusal(error)
        return
    scan_list.clear()
    if said:
        say(said)
    st.rerun()


def _earlier(visit: Visit, *, key: str) -> datetime | None:
    """Let the person say that it happened before it is recorded (rule CC-5); None for now."""
    at: datetime | None = st.datetime_input(
        visit.t("If it happened earlier: when"),
        None,
        format="DD.MM.YYYY",
        step=60,
        key=key,
        help=visit.t(
            "Leave it empty for now. What is recorded later than it happened is marked as late; say why under Purpose."
        ),
    )
    return None if at is None else at.replace(tzinfo=TIME_ZONE)


def _key(name: str) -> str:
    """Name a field of the list that is being made."""
    return f"{name}-{scan_list.ordinal()}"


def _numbers() -> tuple[str, ...]:
    return tuple(one.number for one in scan_list.scanned())


def _number_of(person: StaffMember | None) -> str:
    return "" if person is None else person.number


def _person(person: StaffMember) -> str:
    return f"{person.name} ({person.number})"


def _witness(visit: Visit, witnesses: Sequence[StaffMember], *, key: str) -> str:
    """Let the person name a witness, who confirms in the dialog; a vault, a return and a destruction need one."""
    others = [None, *(one for one in witnesses if one.number != visit.person.number)]
    chosen = st.selectbox(
        visit.t("Witness"),
        others,
        format_func=lambda one: _person(one) if one else visit.t("nobody"),
        key=f"{key}-{visit.t.language}",
        help=visit.t("A vault, a return and a destruction need a second person, who confirms here."),
    )
    return _number_of(chosen)


def _place(visit: Visit, places: Sequence[Place], *, key: str) -> str:
    """Let the person choose a place; the one whose label was scanned last stands first."""
    scanned = scan_list.scanned_place()
    numbers = sorted((one.number for one in places), key=lambda number: number != scanned)
    titles = {one.number: f"{one.number}  {one.name}" for one in places}
    return str(st.selectbox(visit.t("Place"), numbers, format_func=titles.__getitem__, key=f"{key}-{scanned}") or "")


def _new_photographs(visit: Visit) -> None:
    """Let the person photograph the seals of the list here: a file, or the camera."""
    numbers = dict.fromkeys(one.custody.exhibit_number for one in scan_list.scanned())
    if numbers:
        with st.expander(visit.t("Photograph a seal")):
            photographs(visit, [visit.laboratory.accessioning.exhibit(one) for one in numbers])


def _photograph(visit: Visit, column: st.delta_generator.DeltaGenerator, number: str, *, needed: bool) -> str:
    """Let the person choose a photograph of the exhibit, of an aliquot one of its exhibit, the newest first."""
    t = visit.t
    exhibit = visit.laboratory.custody.custody(number).exhibit_number
    known = [one.number for one in reversed(visit.laboratory.photographing.of_exhibit(exhibit))]
    offered = known if needed and known else [*known, ""] if needed else ["", *known]
    return str(
        column.selectbox(
            t("Photograph of {number}", number=number),
            offered,
            format_func=lambda one: one or t("none"),
            key=_key(f"photograph-{needed}-{number}-{t.language}"),
        )
        or ""
    )


def _titles(lines: Sequence[ListedRecord]) -> Callable[[str], str]:
    return {one.number: f"{one.number}  {one.parent}" for one in lines}.__getitem__
