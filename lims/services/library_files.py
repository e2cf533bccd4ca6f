"""Frozen sets of reference spectra in the raw store: kept part by part, opened where they lie."""

from lims.domain.library import ReleasePart
from lims.errors import RawStoreError
from lims.services.ports import RawStore
from substance_library.errors import InvalidReleaseError
from substance_library.frozen_release import FrozenManifest, MappedRelease, PackedRelease, open_mapped


def keep_packed(raw_store: RawStore, packed: PackedRelease) -> tuple[str, ...]:
    """Keep every part, then the manifest that names them; give their digests, the manifest's first.

    Raises
    ------
    RawStoreError
        If they cannot be kept.
    """
    parts = tuple(raw_store.put(packed.parts[one.name]) for one in packed.manifest.parts)
    return (raw_store.put(packed.manifest.canonical_bytes), *parts)


def open_kept(raw_store: RawStore, manifest_sha256: str) -> MappedRelease:
    """Open what was kept, every part checked against its digest and mapped where it lies.

    Raises
    ------
    RawStoreError
        If a part is missing, altered or none.
    """
    manifest = raw_store.get(manifest_sha256)
    try:
        return open_mapped(manifest, raw_store.view)
    except InvalidReleaseError as error:
        raise RawStoreError(f"raw object {manifest_sha256}: {error}") from error


def parts_of(manifest: FrozenManifest) -> tuple[ReleasePart, ...]:
    """Give the parts as records name them."""
    return tuple(ReleasePart(name=one.name, sha256=one.sha256, size=one.size) for one in manifest.parts)
