"""Isomer groups of a release: computed from its own spectra, confirmed or rejected by the curator (ID-6, L-3)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from lims.domain.isomer_group import GroupDecision, GroupMember, IsomerGroup, MemberPair
from lims.domain.permissions import Act, require_role
from lims.domain.staff import StaffMember
from lims.domain.wording import clean_text, require_text
from lims.errors import InvalidRecordError, NotFoundError
from lims.services.curating import CuratingService
from lims.services.isomers import Structures
from lims.services.ports import Clock, Store
from substance_library import LibraryRelease
from substance_library.alike_spectra import (
    REPLICATES_5,
    AlikePreset,
    ComparedPair,
    LibraryCompound,
    compare_formulas,
    compounds_of,
    replicates,
)
from substance_library.provenance import IonTechnique

TECHNIQUES = (IonTechnique.EI, IonTechnique.MSMS)
"""Those whose spectra can be compared; each by itself."""
_PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class IsomerCuratingService:
    """Keeps the isomer groups of releases."""

    store: Store = field(repr=False)
    curating: CuratingService = field(repr=False)
    clock: Clock = field(repr=False)
    preset: AlikePreset = REPLICATES_5

    def propose(
        self, release_name: str, *, actor: StaffMember, formulas: Sequence[str] = ()
    ) -> tuple[IsomerGroup, ...]:
        """Compare all substances of one formula in a release, and propose what its spectra do not tell apart.

        Parameters
        ----------
        formulas : sequence of str
            None: of all substances of the release.

        Returns
        -------
        tuple of IsomerGroup
            Those that are new, one entry each, all in one transaction; a formula that was compared before stays.

        Raises
        ------
        NotPermittedError
            If the actor is no curator.
        NotFoundError
            If there is no such release, or it holds no two substances of such a formula.
        InvalidRecordError
            If nothing may be identified with the release.
        """
        require_role(actor, Act.ISOMERS_PROPOSED)
        release = self.curating.release(release_name)
        if release.purpose:
            raise InvalidRecordError(f"release {release_name} is marked: {release.purpose}; it tells nothing apart")
        found = self._compared(release, formulas, actor=actor)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            known = {one.number for one in work.children(IsomerGroup, release_name)}
            dated = (replace(one, proposed_by=actor.number, proposed_at=now) for one in found)
            proposed = tuple(one for one in dated if one.number not in known)
            for group in proposed:
                work.record(group, act=Act.ISOMERS_PROPOSED, actor=actor, at=now)
            if proposed:
                work.commit()
        return proposed

    def confirm(self, number: str, *, reason: str, actor: StaffMember) -> IsomerGroup:
        """Confirm what was computed: identifications go by it from now on.

        Raises
        ------
        NotFoundError, NotPermittedError
            If there is no such group, or the actor is no curator.
        TransitionError
            If it is confirmed already.
        InvalidRecordError
            If there is no reason.
        """
        return self._decide(number, reason, actor, Act.ISOMERS_CONFIRMED, confirmed=True)

    def reject(self, number: str, *, reason: str, actor: StaffMember) -> IsomerGroup:
        """Reject what was computed: no identification goes by it.

        Raises
        ------
        NotFoundError, NotPermittedError, TransitionError, InvalidRecordError
            As ``confirm``.
        """
        return self._decide(number, reason, actor, Act.ISOMERS_REJECTED, confirmed=False)

    def get(self, number: str) -> IsomerGroup:
        """Give one group.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return work.load(IsomerGroup, number)

    def of_release(self, release_name: str) -> tuple[IsomerGroup, ...]:
        """Give all groups of a release, oldest first."""
        with self.store.reading() as work:
            return work.children(IsomerGroup, release_name)

    def _decide(self, number: str, reason: str, actor: StaffMember, act: Act, *, confirmed: bool) -> IsomerGroup:
        require_role(actor, act)
        said = clean_text("reason", reason)
        require_text("reason", said)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            decision = GroupDecision(confirmed=confirmed, reason=said, decided_by=actor.number, decided_at=now)
            decided = work.load(IsomerGroup, number).decide(decision)
            work.record(decided, act=act, actor=actor, at=now)
            work.commit()
        return decided

    def _compared(self, release: LibraryRelease, formulas: Sequence[str], *, actor: StaffMember) -> list[IsomerGroup]:
        structures = Structures.of([release], self.curating.known_substances(release.name))
        found = [
            group
            for technique in TECHNIQUES
            for group in self._by_technique(release, technique, formulas, structures=structures, actor=actor)
        ]
        missing = sorted(set(formulas) - {one.formula for one in found})
        if missing:
            raise NotFoundError("two substances of the formula", f"{', '.join(missing)} in {release.name}")
        return found

    def _by_technique(
        self,
        release: LibraryRelease,
        technique: IonTechnique,
        formulas: Sequence[str],
        *,
        structures: Structures,
        actor: StaffMember,
    ) -> Iterator[IsomerGroup]:
        compounds = compounds_of(release.spectra, technique)
        wanted = [one for one in compounds if not formulas or one.formula in formulas]
        repeated = replicates(compounds)
        by_key = {one.key: one for one in wanted}
        for pairs in compare_formulas(wanted, repeated=repeated, preset=self.preset).values():
            members = [by_key[key] for key in _keys(pairs)]
            yield IsomerGroup(
                number=f"{release.name} {technique.value} {members[0].formula}",
                release=release.name,
                release_sha256=release.sha256,
                formula=members[0].formula,
                technique=technique.value,
                members=tuple(map(_member, members)),
                pairs=tuple(_pair(one, structures) for one in pairs),
                criterion=_words(self.preset),
                repetitions=len(repeated.likeness),
                proposed_by=actor.number,
                proposed_at=self.clock.now(),
            )


def _keys(pairs: Sequence[ComparedPair]) -> Iterator[str]:
    return iter(dict.fromkeys(key for pair in pairs for key in (pair.first, pair.second)))


def _pair(pair: ComparedPair, structures: Structures) -> MemberPair:
    return MemberPair(
        first=pair.first,
        second=pair.second,
        relation=structures.relation(pair.first, pair.second),
        likeness=_decimal(pair.likeness),
        share=_decimal(pair.share),
        told_apart=pair.told_apart,
    )


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(value).quantize(_PLACES)


def _member(compound: LibraryCompound) -> GroupMember:
    return GroupMember(inchikey=compound.key, names=compound.names, spectra=len(compound.spectra))


def _words(preset: AlikePreset) -> str:
    return f"{preset.name} {preset.version}, level {preset.level:g}; {preset.score}"
