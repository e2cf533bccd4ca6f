"""Storage places, what lies in them, and inventories."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lims.custody_errors import PlaceFullError
from lims.domain.custody import HolderKind
from lims.domain.inventory import Count, Inventory, counted
from lims.domain.permissions import Act, require_role
from lims.domain.place import Place, PlaceKind
from lims.domain.staff import StaffMember
from lims.domain.wording import clean_text
from lims.errors import NotFoundError, TransitionError
from lims.services.custody_items import item_in
from lims.services.ports import Clock, ListedRecord, Store, UnitOfWork
from lims.services.versions import require_seen

_MAX_LISTED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFill:
    """A place in the tree of places, and how full it is."""

    place: Place
    depth: int
    """How many places it is in."""
    here: int
    """Exhibits that lie in it, without those in the places in it."""
    inside: int
    """Exhibits that lie in it and in the places in it."""

    @property
    def full(self) -> bool:
        """Whether it takes no more."""
        return self.place.capacity is not None and self.inside >= self.place.capacity


@dataclass(frozen=True, slots=True, kw_only=True)
class StoringService:
    """Keeps the places, and counts what lies in them."""

    store: Store = field(repr=False)
    clock: Clock = field(repr=False)

    def add(
        self,
        name: str,
        *,
        kind: PlaceKind,
        inside: str = "",
        capacity: int | None = None,
        vault: bool = False,
        actor: StaffMember,
    ) -> Place:
        """Add a place under the next number.

        Raises
        ------
        NotPermittedError
            If the actor keeps no places.
        NotFoundError
            If the place that it is in does not exist.
        InvalidRecordError
            If it is not smaller than that one, or has no name.
        """
        require_role(actor, Act.PLACE_ADDED)
        with self.store.unit_of_work() as work:
            place = Place(
                number=f"PL-{work.count(Place) + 1:04d}",
                name=clean_text("name of the place", name),
                kind=kind,
                inside=inside,
                capacity=capacity,
                vault=vault,
                added_by=actor.number,
            )
            if inside:
                place.require_inside(work.load(Place, inside))
            work.record(place, act=Act.PLACE_ADDED, actor=actor, at=self.clock.now())
            work.commit()
        return place

    def close(self, number: str, *, actor: StaffMember, version: int | None = None) -> Place:
        """Take an empty place out of use.

        Parameters
        ----------
        version : int, optional
            Of the place that the person saw.

        Raises
        ------
        NotPermittedError
            If the actor keeps no places.
        TransitionError
            If it is closed, something lies in it, or a place in it is in use.
        StaleVersionError
            If somebody changed it since it was read.
        """
        require_role(actor, Act.PLACE_CLOSED)
        with self.store.unit_of_work() as work:
            place = work.load(Place, number)
            require_seen(place, version)
            closed = place.close()
            there = contents(work, number)
            if there:
                raise TransitionError(f"place {number} holds {len(there)} exhibit(s), first {there[0]}; empty it first")
            open_inside = [one.number for one in work.children(Place, number) if one.state != closed.state]
            if open_inside:
                raise TransitionError(f"place {number} has {open_inside[0]} in it, which is in use")
            work.record(closed, act=Act.PLACE_CLOSED, actor=actor, at=self.clock.now())
            work.commit()
        return closed

    def count(self, place_number: str, found: Sequence[str], *, actor: StaffMember) -> Inventory:
        """Record the first count of a place: what was scanned there (rule CC-8).

        Raises
        ------
        NotPermittedError
            If the actor may not count.
        NotFoundError
            If there is no such place, or no such exhibit.
        """
        require_role(actor, Act.INVENTORY_COUNTED)
        now = self.clock.now()
        with self.store.unit_of_work() as work:
            first = self._count(work, work.load(Place, place_number).number, found, actor)
            inventory = Inventory(
                number=f"I{now.year}-{work.count(Inventory, prefix=f'I{now.year}-') + 1:04d}",
                place_number=place_number,
                first=first,
            )
            work.record(inventory, act=Act.INVENTORY_COUNTED, actor=actor, at=now)
            work.commit()
        return inventory

    def count_again(self, number: str, found: Sequence[str], *, actor: StaffMember) -> Inventory:
        """Record the blind second count, by another person.

        Raises
        ------
        NotPermittedError
            If the actor may not count.
        TransitionError
            If the actor counted first, or it was counted twice.
        NotFoundError
            If there is no such inventory, or no such exhibit.
        """
        require_role(actor, Act.INVENTORY_COUNTED_AGAIN)
        with self.store.unit_of_work() as work:
            inventory = work.load(Inventory, number)
            again = inventory.count_again(self._count(work, inventory.place_number, found, actor))
            work.record(again, act=Act.INVENTORY_COUNTED_AGAIN, actor=actor, at=self.clock.now())
            work.commit()
        return again

    # reading

    def place(self, number: str) -> Place:
        """Give one place.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return work.load(Place, number)

    def places(self) -> tuple[Place, ...]:
        """Give all places, each before those in it."""
        with self.store.reading() as work:
            return tuple(_tree(work, ""))

    def contents(self, number: str) -> tuple[str, ...]:
        """Name the exhibits in a place and in the places in it."""
        with self.store.reading() as work:
            return contents(work, number)

    def lying_in(self, number: str, *, limit: int, offset: int = 0) -> tuple[str, ...]:
        """Name one page of the exhibits that lie in a place itself, in the order of their numbers."""
        with self.store.reading() as work:
            return work.held_in(HolderKind.PLACE, number, limit=limit, offset=offset)

    def tree(self) -> tuple[PlaceFill, ...]:
        """Give all places, each before those in it, with how full they are."""
        with self.store.reading() as work:
            counts = work.count_held(HolderKind.PLACE)
            return tuple(_filled(tuple(_tree(work, "")), counts))

    def inventory(self, number: str) -> Inventory:
        """Give one inventory; of one that was counted once nothing is to be shown to the second person.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return work.load(Inventory, number)

    def inventories(self, *, limit: int = _MAX_LISTED) -> tuple[ListedRecord, ...]:
        """Give all inventories, newest first."""
        with self.store.reading() as work:
            return work.listed(Inventory, limit=limit)

    def _count(self, work: UnitOfWork, place_number: str, found: Sequence[str], actor: StaffMember) -> Count:
        for number in found:
            item_in(work, number)
        return counted(actor.number, self.clock.now(), expected=contents(work, place_number), found=found)


def contents(work: UnitOfWork, place_number: str) -> tuple[str, ...]:
    """Name the exhibits in a place and in the places in it; what lies in a container is not named by itself."""
    inside = (contents(work, one.number) for one in work.children(Place, place_number))
    return tuple(sorted((*work.held_in(HolderKind.PLACE, place_number), *(n for each in inside for n in each))))


def is_vault(work: UnitOfWork, place: Place) -> bool:
    """Tell whether a place is a vault, or lies in one."""
    return any(one.vault for one in _outward(work, place))


def require_room(work: UnitOfWork, place_number: str, more: int) -> None:
    """Refuse a place that is closed or full, or lies in one that is.

    Raises
    ------
    NotFoundError
        If there is no such place.
    TransitionError
        If it is closed.
    PlaceFullError
        If it, or a place that it is in, takes no more.
    """
    for place in _outward(work, work.load(Place, place_number)):
        place.require_in_use()
        if place.capacity is None:
            continue
        there = len(contents(work, place.number))
        if there + more > place.capacity:
            raise PlaceFullError(place.number, capacity=place.capacity, there=there, more=more)


def _outward(work: UnitOfWork, place: Place) -> Iterator[Place]:
    yield place
    while place.inside:
        try:
            place = work.load(Place, place.inside)
        except NotFoundError:
            return
        yield place


def _filled(places: Sequence[Place], counts: Mapping[str, int]) -> Iterator[PlaceFill]:
    inside = {one.number: counts.get(one.number, 0) for one in places}
    for one in reversed(places):
        if one.inside in inside:
            inside[one.inside] += inside[one.number]
    depths: dict[str, int] = {}
    for one in places:
        depths[one.number] = depths.get(one.inside, -1) + 1
        yield PlaceFill(place=one, depth=depths[one.number], here=counts.get(one.number, 0), inside=inside[one.number])


def _tree(work: UnitOfWork, inside: str) -> Iterator[Place]:
    for place in work.children(Place, inside):
        yield place
        yield from _tree(work, place.number)
