"""From a run to candidates: components, each searched in a release. Pure; used by casework and by scripts alike."""

from dataclasses import dataclass, field

from spectra import (
    GC_EI_DETECTION,
    SIMPLE_EI,
    Component,
    ComponentDetection,
    ExhaustiveSearch,
    Hit,
    LibraryEntry,
    MatchFactorPreset,
    Run,
    find_components,
)
from substance_library import LibraryRelease, ReferenceSpectrum


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedCandidate:
    """One line of a component's hit list."""

    rank: int
    reference: ReferenceSpectrum = field(repr=False)
    hit: Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchedComponent:
    """A component and the compounds most like it."""

    component: Component
    candidates: tuple[RankedCandidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchedRun:
    """All reported components of a run."""

    components: tuple[SearchedComponent, ...]
    below_limit: tuple[Component, ...]
    """Detected, but below the reporting limit: not searched."""


class RunSearch:
    """A release made ready for runs whose scans begin at one m/z.

    Parameters
    ----------
    release : LibraryRelease
        At least one spectrum.
    preset, detection
        All choices that can change a result.
    """

    def __init__(
        self,
        release: LibraryRelease,
        *,
        preset: MatchFactorPreset = SIMPLE_EI,
        detection: ComponentDetection = GC_EI_DETECTION,
    ) -> None:
        """Keep the release; what is prepared depends on the first run."""
        self.release = release
        self.preset = preset
        self.detection = detection
        self._references = {reference.accession: reference for reference in release.spectra}
        self._prepared: dict[float, ExhaustiveSearch] = {}

    def search(self, run: Run, *, top: int) -> SearchedRun:
        """Find the components of a run and the ``top`` best compounds for each.

        Raises
        ------
        InvalidSpectrumError
            If no scan holds a peak.
        InvalidSettingError
            If ``top`` is below 1.
        """
        found = find_components(run, detection=self.detection)
        index = self._index(run)
        return SearchedRun(
            components=tuple(self._search_component(component, index, top) for component in found.components),
            below_limit=found.below_limit,
        )

    def _search_component(self, component: Component, index: ExhaustiveSearch, top: int) -> SearchedComponent:
        hits = index.query(component.spectrum, top=top).hits
        return SearchedComponent(
            component=component,
            candidates=tuple(
                RankedCandidate(rank=rank, reference=self._references[hit.identifier], hit=hit)
                for rank, hit in enumerate(hits, start=1)
            ),
        )

    def _index(self, run: Run) -> ExhaustiveSearch:
        lowest = float(self.detection.unit_mass.nominal(run.mz.min(keepdims=True))[0])
        if lowest not in self._prepared:
            self._prepared[lowest] = ExhaustiveSearch(
                [
                    LibraryEntry(identifier=r.accession, group=r.compound_key, spectrum=r.spectrum)
                    for r in self.release.spectra
                ],
                preset=self.preset,
                lowest_mz=lowest,
            )
        return self._prepared[lowest]


def detection_in_words(detection: ComponentDetection) -> str:
    """Say what counts as a reported component."""
    percent = f"{detection.minimum_area_fraction * 100:g}"
    return (
        f"peaks of the total ion current with a signal-to-noise ratio of at least "
        f"{detection.picking.minimum_signal_to_noise:g} and an area of at least {percent} % of the largest"
    )
