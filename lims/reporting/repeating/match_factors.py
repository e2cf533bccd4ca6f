"""Match factors, from the two spectra of each component that a report names."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from lims.domain.report_content import (
    CandidateSection,
    ComponentSection,
    IdentitySection,
    Peak,
    ReportContent,
    RunSection,
)
from lims.reporting.repeating.checks import CheckName, RepeatedCheck, Tally
from lims.translation import Translator
from spectra import SIMPLE_EI, MassSpectrum, MatchFactorPreset
from spectra.errors import SpectraError
from spectra.scores.match_factor import MatchFactors, match_factors

PRESETS: Mapping[tuple[str, int], MatchFactorPreset] = MappingProxyType(
    {(SIMPLE_EI.name, SIMPLE_EI.version): SIMPLE_EI}
)
"""Every way of comparing that a report may name."""
LARGEST_DIFFERENCE = 1.5
"""Half of a unit because match factors are printed whole, one because spectra are printed with one decimal.

Of 3000 made-up pairs the spectra's rounding moved no match factor by more than 0.75.
"""
_LOWEST_MZ = 1.0
"""The spectra of a report are cut already where the scans began."""


def repeat_match_factors(content: ReportContent, *, t: Translator) -> RepeatedCheck:
    """Compare the measured with the reference spectrum of every named component again."""
    tally = Tally(name=CheckName.MATCH_FACTORS, t=t)
    preset = PRESETS.get((content.method.preset, content.method.preset_version))
    for run in content.runs:
        for component in run.components:
            if component.identity is not None and preset is not None:
                _repeat_one(tally, run, component, component.identity, preset)
    if preset is None:
        unknown = t(
            "The preset {preset}, version {version}, is not known to this program.",
            preset=content.method.preset,
            version=content.method.preset_version,
        )
        tally.lacking.append(unknown)
    said = t("Components whose match factors follow from the embedded spectra: {count}.", count=tally.equal)
    return tally.result(said_of_equal=said, nothing=t("The report names no component."))


def _repeat_one(
    tally: Tally, run: RunSection, component: ComponentSection, identity: IdentitySection, preset: MatchFactorPreset
) -> None:
    t = tally.t
    place = t(
        "Run {run}, component {component}, {name}", run=run.number, component=component.number, name=identity.name
    )
    candidate = _candidate(component.candidates, identity)
    if candidate is None:
        tally.lacking.append(t("{place}: it stands in no hit list of the report.", place=place))
        return
    try:
        found = match_factors(
            _spectrum(identity.measured), _spectrum(identity.reference), preset=preset, lowest_mz=_LOWEST_MZ
        )
    except (SpectraError, ArithmeticError, ValueError):
        tally.differing.append(t("{place}: its spectra are none.", place=place))
        return
    if _agree(found, candidate):
        tally.equal += 1
        return
    tally.differing.append(
        t(
            "{place}: the report says match factor {match} and reverse {reverse}; its spectra give {found} and "
            "{found_reverse}.",
            place=place,
            match=candidate.match_factor,
            reverse=candidate.reverse_match_factor,
            found=round(found.match_factor),
            found_reverse=round(found.reverse_match_factor),
        )
    )


def _candidate(candidates: Sequence[CandidateSection], identity: IdentitySection) -> CandidateSection | None:
    """Find the line of the hit list that was chosen: a hit list has each name with its structure once."""
    return next((one for one in candidates if (one.name, one.inchikey) == (identity.name, identity.inchikey)), None)


def _spectrum(peaks: Sequence[Peak]) -> MassSpectrum:
    heights = np.array([float(peak.intensity) for peak in peaks])
    return MassSpectrum(mz=np.array([float(peak.mz) for peak in peaks]), intensity=heights)


def _agree(found: MatchFactors, said: CandidateSection) -> bool:
    pairs = (
        (found.match_factor, said.match_factor),
        (found.reverse_match_factor, said.reverse_match_factor),
    )
    return all(abs(one - other) <= LARGEST_DIFFERENCE for one, other in pairs)
