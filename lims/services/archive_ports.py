"""What the watch needs of the store beside its records: lists of components, and their spectra, which are no record."""

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, Self

import numpy as np

from lims.domain.watch import Trigger
from lims.errors import RawStoreError
from spectra.search.packed import PackedSpectra

_MAGIC = b"aqspec1\n"
_HEAD = struct.Struct("<8sdqq")
"""Magic, lowest m/z, spectra, peaks; then starts (i8), m/z and intensity (f8), all little-endian and deflated."""
_FAST = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminedLine:
    """One examination of the archive."""

    number: str
    run_number: str
    exhibit_number: str
    examiner: str
    release: str
    """That the examination searched."""
    components: int
    opened: int
    """The ledger entry that opened it: the order in which components were first seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentLine:
    """One component of the archive, as the expert speaks of it now."""

    examination_number: str
    component_number: int
    decision: str
    identity_key: str
    """InChIKey of what was identified; empty for nothing, or none known."""
    identity_name: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KeptSpectra:
    """The spectra of one examination's components, in the order of their numbers."""

    examination_number: str
    lowest_mz: float
    """Lowest nominal mass of the run: where its scans began."""
    spectra: PackedSpectra = field(repr=False)

    def to_bytes(self) -> bytes:
        """Give everything but the number as bytes; float64 as they are."""
        packed = self.spectra
        head = _HEAD.pack(_MAGIC, self.lowest_mz, len(packed), len(packed.mz))
        arrays = (packed.starts.astype("<i8"), packed.mz.astype("<f8"), packed.intensity.astype("<f8"))
        return zlib.compress(head + b"".join(array.tobytes() for array in arrays), _FAST)

    @classmethod
    def from_bytes(cls, examination_number: str, data: bytes) -> Self:
        """Read them back.

        Raises
        ------
        RawStoreError
            If the bytes are not what ``to_bytes`` gives: the archive is to be made again.
        """
        try:
            plain = zlib.decompress(data)
            magic, lowest_mz, spectra, peaks = _HEAD.unpack_from(plain)
            starts, mz, intensity = (
                np.frombuffer(plain, kind, count, offset)
                for kind, count, offset in (
                    ("<i8", spectra + 1, _HEAD.size),
                    ("<f8", peaks, _HEAD.size + 8 * (spectra + 1)),
                    ("<f8", peaks, _HEAD.size + 8 * (spectra + 1 + peaks)),
                )
            )
        except (zlib.error, struct.error, ValueError) as error:
            raise RawStoreError(f"archived spectra of {examination_number} are damaged ({error})") from error
        if magic != _MAGIC:
            raise RawStoreError(f"archived spectra of {examination_number} begin with {magic!r}, expected {_MAGIC!r}")
        packed = PackedSpectra(starts=starts, mz=mz, intensity=intensity, precursor_mz=np.full(spectra, np.nan))
        return cls(examination_number=examination_number, lowest_mz=lowest_mz, spectra=packed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """Which cluster a component is in: that of the component that founded it."""

    examination_number: str
    component_number: int
    place: int
    """In the order in which components came, from 1."""
    founder_examination: str
    founder_component: int


Founder = tuple[str, int]
"""Number of the examination, and of the component in it, that founded a cluster."""


class Archive(Protocol):
    """Components of all examinations, in the laboratory's database."""

    def examined(self, numbers: Sequence[str] | None = None) -> tuple[ExaminedLine, ...]:
        """Give examinations that have components, in the order in which they were opened: all, or those named."""
        ...

    def components(self, examinations: Sequence[str]) -> tuple[ComponentLine, ...]:
        """Give the components of named examinations."""
        ...

    def watched(self, trigger: Trigger) -> Mapping[str, frozenset[str]]:
        """Say for which causes each subject was looked at again: examinations, or determinations."""
        ...

    def kept(self) -> frozenset[str]:
        """Name the examinations whose spectra are kept."""
        ...

    def keep(self, spectra: KeptSpectra) -> None:
        """Keep spectra; what another worker kept meanwhile stays."""
        ...

    def spectra(self, examinations: Sequence[str]) -> tuple[KeptSpectra, ...]:
        """Give the spectra of named examinations in the order of the names; of one that is not there, none.

        Raises
        ------
        RawStoreError
            If they are damaged.
        """
        ...

    def packed(self, examinations: Sequence[str]) -> Mapping[str, bytes]:
        """Give the same as they are kept, to be read by a worker."""
        ...

    def forget(self) -> None:
        """Throw away spectra and clusters: both are made again."""
        ...

    def memberships(self) -> tuple[Membership, ...]:
        """Give all memberships in their order."""
        ...

    def join(self, memberships: Sequence[Membership]) -> None:
        """Keep further memberships; one that is there already stays."""
        ...

    def widest(self, *, least: int, limit: int, offset: int = 0) -> tuple[Founder, ...]:
        """Give the founders of clusters whose components without an identity are of so many exhibits or more.

        Those of the most exhibits come first, then the oldest.
        """
        ...

    def members(self, founders: Sequence[Founder]) -> tuple[Membership, ...]:
        """Give the members of named clusters, in the order in which they came."""
        ...
