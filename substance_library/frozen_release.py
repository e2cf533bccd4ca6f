"""A release as files that never change: NumPy arrays that can be mapped into memory, and a manifest that names them.

Each part is one ``.npy`` file (format 1.0, little-endian), so that NumPy alone reads it, today and years later:

===================  ==============  ==========================================================================
part                 dtype, shape    holds
===================  ==============  ==========================================================================
``mz``               f8, (peaks,)    m/z of all spectra, one after another
``intensity``        f8, (peaks,)    their intensities
``offsets``          i8, (n + 1,)    spectrum ``i`` has the peaks ``offsets[i]`` to ``offsets[i + 1]``
``records``          u1, (bytes,)    one canonical JSON object a record: everything but the peaks
``record_offsets``   i8, (n + 1,)    record ``i`` has the bytes ``record_offsets[i]`` to ``record_offsets[i + 1]``
``digests``          u1, (n, 32)     content of each record, as ``content_digest`` gives it
``substances``       u1, (bytes,)    a JSON list of what is known of the substances: structures, names, classes
===================  ==============  ==========================================================================

The digest of a release is that of its manifest, which holds those of the parts.
"""

import hashlib
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt

from spectra.spectrum import FloatArray
from substance_library.errors import InvalidReleaseError, quoted
from substance_library.known_substance import KnownSubstance
from substance_library.record_json import (
    content_json,
    record_from_json,
    record_json,
    substance_from_json,
    substance_json,
)
from substance_library.reference_spectrum import ReferenceSpectrum
from substance_library.release import LibraryRelease

FORMAT = "aigaq-library-release/1"
_PARTS = ("mz", "intensity", "offsets", "records", "record_offsets", "digests", "substances")
_KINDS = {"mz": "<f8", "intensity": "<f8", "offsets": "<i8", "record_offsets": "<i8"}
_DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenPart:
    """One file of a frozen release."""

    name: str
    sha256: str
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenManifest:
    """What a frozen release is made of; its canonical bytes are what the digest of the release is of."""

    name: str
    purpose: str
    spectra: int
    parts: tuple[FrozenPart, ...]

    @property
    def canonical_bytes(self) -> bytes:
        """Give the manifest as canonical JSON: names sorted, no blanks, one line."""
        parts = [{"name": one.name, "sha256": one.sha256, "size": one.size} for one in self.parts]
        facts = {"format": FORMAT, "name": self.name, "parts": parts, "purpose": self.purpose, "spectra": self.spectra}
        return _canonical(facts)

    @property
    def sha256(self) -> str:
        """The digest of the release."""
        return hashlib.sha256(self.canonical_bytes).hexdigest()

    @classmethod
    def from_bytes(cls, data: bytes) -> "FrozenManifest":
        """Read a manifest back.

        Raises
        ------
        InvalidReleaseError
            If it is no manifest of this format, or not in the form in which it is written.
        """
        try:
            facts = json.loads(data)
            manifest = cls(
                name=facts["name"],
                purpose=facts["purpose"],
                spectra=facts["spectra"],
                parts=tuple(FrozenPart(**part) for part in facts["parts"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidReleaseError(
                "manifest of a release", found=str(error), expected=f"JSON of {FORMAT}"
            ) from error
        if manifest.canonical_bytes != data or tuple(one.name for one in manifest.parts) != _PARTS:
            raise InvalidReleaseError(
                "manifest of a release",
                found=quoted(data[:40].decode("utf-8", "replace")),
                expected=f"the form of {FORMAT}",
            )
        return manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedRelease:
    """A release as bytes to be kept."""

    manifest: FrozenManifest
    parts: Mapping[str, bytes] = field(repr=False)
    """By name, each a whole ``.npy`` file."""


def pack_release(
    name: str,
    *,
    purpose: str,
    spectra: Sequence[ReferenceSpectrum],
    substances: Sequence[KnownSubstance] = (),
) -> PackedRelease:
    """Write reference spectra and substances as the files of a frozen release; the same input gives the same bytes.

    Raises
    ------
    InvalidReleaseError
        If the name is blank, there is no spectrum, or two share an accession.
    """
    LibraryRelease(name=name, sha256="0" * 64, purpose=purpose, spectra=tuple(spectra))  # refuses what cannot be named
    texts = [record_json(one) for one in spectra]
    arrays = {
        "mz": _joined([one.spectrum.mz for one in spectra]),
        "intensity": _joined([one.spectrum.intensity for one in spectra]),
        "offsets": _offsets(len(one.spectrum) for one in spectra),
        "records": np.frombuffer(b"".join(texts), dtype=np.uint8),
        "record_offsets": _offsets(map(len, texts)),
        "digests": _digests(spectra),
        "substances": np.frombuffer(_canonical([substance_json(one) for one in substances]), dtype=np.uint8),
    }
    parts = {part: _npy(arrays[part]) for part in _PARTS}
    named = [
        FrozenPart(name=part, sha256=hashlib.sha256(data).hexdigest(), size=len(data)) for part, data in parts.items()
    ]
    manifest = FrozenManifest(name=name, purpose=purpose, spectra=len(spectra), parts=tuple(named))
    return PackedRelease(manifest=manifest, parts=parts)


@dataclass(frozen=True, kw_only=True)
class MappedRelease:
    """A frozen release read where it lies: arrays over mapped files, records made when they are asked for.

    Raises
    ------
    InvalidReleaseError
        If a part is missing or is not the array that the format says.
    """

    manifest: FrozenManifest
    views: Mapping[str, memoryview] = field(repr=False)
    """Each part's whole file by its name; whoever opens them checks their digests against the manifest."""

    def __post_init__(self) -> None:
        """Refuse parts that do not belong together."""
        if set(self.views) != set(_PARTS):
            raise self._refusal(f"parts {sorted(self.views)}", f"{sorted(_PARTS)}")
        peaks, count = len(self.mz), self.manifest.spectra
        for offsets, last in ((self.offsets, peaks), (self.record_offsets, len(self.records))):
            if len(offsets) != count + 1 or offsets[0] != 0 or offsets[-1] != last or np.any(np.diff(offsets) < 0):
                raise self._refusal("offsets that do not fit", f"{count + 1} rising ones that end at {last}")
        if len(self.intensity) != peaks or self.digests.shape != (count, _DIGEST_BYTES):
            raise self._refusal("arrays of other lengths", f"those of {count} spectra with {peaks} peaks")

    def __len__(self) -> int:
        """Count the spectra."""
        return self.manifest.spectra

    @cached_property
    def mz(self) -> FloatArray:
        """The m/z of all spectra, shape (peaks,), read-only."""
        return self._array("mz")

    @cached_property
    def intensity(self) -> FloatArray:
        """The intensities of all spectra, shape (peaks,), read-only."""
        return self._array("intensity")

    @cached_property
    def offsets(self) -> npt.NDArray[np.int64]:
        """Where each spectrum's peaks begin, shape (n + 1,)."""
        return self._array("offsets")

    @cached_property
    def record_offsets(self) -> npt.NDArray[np.int64]:
        """Where each record's JSON begins, shape (n + 1,)."""
        return self._array("record_offsets")

    @cached_property
    def records(self) -> npt.NDArray[np.uint8]:
        """The JSON of all records, one after the other, shape (bytes,)."""
        return self._array("records")

    @cached_property
    def digests(self) -> npt.NDArray[np.uint8]:
        """The content of each record, shape (n, 32): records with equal digests say the same, in whatever release."""
        return self._array("digests")

    @cached_property
    def substances(self) -> tuple[KnownSubstance, ...]:
        """What the release knows of substances."""
        return tuple(substance_from_json(one) for one in json.loads(self._array("substances").tobytes()))

    def reference(self, index: int) -> ReferenceSpectrum:
        """Make the reference spectrum of one place, 0 to n - 1."""
        first, last = self.record_offsets[index : index + 2]
        text = self.records[first:last].tobytes()
        begin, end = self.offsets[index : index + 2]
        return record_from_json(text, mz=self.mz[begin:end], intensity=self.intensity[begin:end])

    def release(self) -> LibraryRelease:
        """Make the release with all its spectra, for everything that searches."""
        return LibraryRelease(
            name=self.manifest.name,
            sha256=self.manifest.sha256,
            purpose=self.manifest.purpose,
            spectra=tuple(map(self.reference, range(len(self)))),
        )

    def _array(self, name: str) -> npt.NDArray[Any]:
        try:
            array = _array_in(self.views[name])
        except ValueError as error:
            raise self._refusal(f"{name}: {error}", "a file of NumPy, format 1.0") from error
        if array.dtype.str != _KINDS.get(name, "|u1"):
            raise self._refusal(f"{name} of {array.dtype.str}", _KINDS.get(name, "|u1"))
        return array

    def _refusal(self, found: str, expected: str) -> InvalidReleaseError:
        return InvalidReleaseError(f"files of release {quoted(self.manifest.name)}", found=found, expected=expected)


def open_mapped(manifest: bytes, fetch: Callable[[str], memoryview]) -> MappedRelease:
    """Open a frozen release.

    Parameters
    ----------
    manifest : bytes
        As it was kept.
    fetch : callable
        Gives the checked bytes, or a map, of a part by its SHA-256.

    Raises
    ------
    InvalidReleaseError
        If manifest or parts are not of the format.
    """
    read = FrozenManifest.from_bytes(manifest)
    return MappedRelease(manifest=read, views={part.name: fetch(part.sha256) for part in read.parts})


def content_digest(reference: ReferenceSpectrum) -> bytes:
    """Give the SHA-256 of what the source says in a record: name, identifiers, all fields, and every peak.

    Accession and provenance are left out: by these the laboratory names the record, and they differ from import to
    import. m/z and intensities count as little-endian float64.
    """
    digest = hashlib.sha256(content_json(reference))
    for values in (reference.spectrum.mz, reference.spectrum.intensity):
        digest.update(values.astype("<f8", copy=False).tobytes())
    return digest.digest()


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _joined(arrays: list[FloatArray]) -> npt.NDArray[Any]:
    return np.concatenate(arrays).astype("<f8", copy=False)


def _offsets(lengths: Iterable[int]) -> npt.NDArray[Any]:
    return np.array([0, *accumulate(lengths)], dtype="<i8")


def _digests(spectra: Sequence[ReferenceSpectrum]) -> npt.NDArray[Any]:
    return np.frombuffer(b"".join(map(content_digest, spectra)), dtype=np.uint8).reshape(-1, _DIGEST_BYTES)


def _npy(array: npt.NDArray[Any]) -> bytes:
    out = io.BytesIO()
    np.lib.format.write_array(out, array, version=(1, 0), allow_pickle=False)
    return out.getvalue()


def _array_in(view: memoryview) -> npt.NDArray[Any]:
    """Give the array of a ``.npy`` file without copying it."""
    head = io.BytesIO(bytes(view[:4096]))
    if np.lib.format.read_magic(head) != (1, 0):
        raise ValueError("another version of the format")
    shape, fortran_order, dtype = np.lib.format.read_array_header_1_0(head)
    if fortran_order or dtype.hasobject:
        raise ValueError("an array of another order or of objects")
    array = np.frombuffer(view, dtype=dtype, offset=head.tell())
    if array.size != int(np.prod(shape, dtype=np.int64)):
        raise ValueError(f"{array.size} values for the shape {shape}")
    array.flags.writeable = False
    return array.reshape(shape)
