"""From a run to candidates: components, each searched in a release. Pure; used by casework and by scripts alike."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from lims.domain.examination import Examination
from lims.errors import InvalidRecordError
from lims.translation import marked
from spectra import (
    EI_SEARCH,
    GC_EI_DECONVOLUTION,
    GC_EI_DETECTION,
    SIMPLE_EI,
    Component,
    Deconvolution,
    Detection,
    Hit,
    LibraryEntry,
    MassSpectrum,
    MatchFactorPreset,
    Run,
    SearchIndex,
    SearchMode,
    find_components,
)
from substance_library import LibraryRelease, ReferenceSpectrum

_MILLI = Decimal("0.001")

DETECTIONS: dict[str, Detection] = {
    marked(
        "components parted by deconvolution (gc-ei-deconvolution, version 1) with a signal-to-noise ratio of at least "
        "10 and an area of at least 0.5 % of the largest"
    ): GC_EI_DECONVOLUTION,
    marked(
        "peaks of the total ion current with a signal-to-noise ratio of at least 10 and an area of at least 0.5 % of "
        "the largest"
    ): GC_EI_DETECTION,
}
"""The ways that examinations may have been made in, by the words that they recorded: whole texts, to be translated."""


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
        detection: Detection = GC_EI_DECONVOLUTION,
    ) -> None:
        """Keep the release; what is prepared depends on the first run."""
        self.release = release
        self.preset = preset
        self.detection = detection
        self._references = {reference.accession: reference for reference in release.spectra}
        self._prepared: dict[float, SearchIndex] = {}

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
        lowest = lowest_mass(run, self.detection)
        return SearchedRun(
            components=tuple(self._search_component(component, lowest, top) for component in found.components),
            below_limit=found.below_limit,
        )

    def rank(self, spectrum: MassSpectrum, *, lowest_mz: float, top: int) -> tuple[RankedCandidate, ...]:
        """Give the ``top`` best compounds for one spectrum of a run whose scans begin at ``lowest_mz``.

        Raises
        ------
        InvalidSpectrumError
            If nothing of it is left after cleaning.
        InvalidSettingError
            If ``top`` is below 1.
        """
        hits = self._index(lowest_mz).query(spectrum, mode=SearchMode.IDENTITY, top=top).hits
        return tuple(
            RankedCandidate(rank=rank, reference=self._references[hit.identifier], hit=hit)
            for rank, hit in enumerate(hits, start=1)
        )

    def _search_component(self, component: Component, lowest: float, top: int) -> SearchedComponent:
        candidates = self.rank(component.spectrum, lowest_mz=lowest, top=top)
        return SearchedComponent(component=component, candidates=candidates)

    def _index(self, lowest: float) -> SearchIndex:
        if lowest not in self._prepared:
            self._prepared[lowest] = SearchIndex.build(
                [
                    # One key may stand for several named compounds (stereoisomers drawn flat): each name is listed.
                    LibraryEntry(identifier=r.accession, group=(r.compound_key, r.name.casefold()), spectrum=r.spectrum)
                    for r in self.release.spectra
                ],
                settings=replace(EI_SEARCH, match_factor=self.preset, lowest_mz=lowest),
                modes={SearchMode.IDENTITY},
            )
        return self._prepared[lowest]


def lowest_mass(run: Run, detection: Detection) -> float:
    """Give the lowest nominal mass of a run: where its scans began, as far as the run tells."""
    return float(detection.unit_mass.nominal(run.mz.min(keepdims=True))[0])


def components_again(examination: Examination, run: Run) -> tuple[Component, ...]:
    """Find the components of an examined run again, spectra and all, in the way that the examination recorded.

    Raises
    ------
    InvalidRecordError
        If the way is not known, or they are not the ones that the examination recorded: no spectrum is shown beside
        a decision that was made about another.
    """
    found = find_components(run, detection=recorded_detection(examination)).components
    recorded = [component.retention_time_s for component in examination.components]
    again = [retention_time(component) for component in found]
    if recorded != again:
        raise InvalidRecordError(
            f"{examination.number} recorded components at {recorded}, the run now gives {again}; examine it again"
        )
    return found


def retention_time(component: Component) -> Decimal:
    """Give a retention time as records keep it: seconds with three decimals."""
    return Decimal(component.retention_time_s).quantize(_MILLI)


def recorded_detection(examination: Examination) -> Detection:
    """Give the way of detection whose words an examination recorded.

    Raises
    ------
    InvalidRecordError
        If no preset of this version has these words.
    """
    words = examination.basis.detection
    if words not in DETECTIONS:
        raise InvalidRecordError(
            f"{examination.number} recorded {words!r} as its component detection, which this version does not have; "
            f"it has {' and '.join(repr(known) for known in DETECTIONS)}"
        )
    return DETECTIONS[words]


def detection_in_words(detection: Detection) -> str:
    """Say what counts as a reported component."""
    percent = f"{detection.minimum_area_fraction * 100:g}"
    if isinstance(detection, Deconvolution):
        what = f"components parted by deconvolution ({detection.name}, version {detection.version})"
        ratio = detection.minimum_signal_to_noise
    else:
        what, ratio = "peaks of the total ion current", detection.picking.minimum_signal_to_noise
    return (
        f"{what} with a signal-to-noise ratio of at least {ratio:g} and an area of at least {percent} % of the largest"
    )
