import numpy as np
import pytest

from spectra import InvalidSettingError, InvalidSpectrumError, MassSpectrum, Precursor
from spectra.scores import (
    COMBINED_EI,
    COMBINED_MSMS_IDENTITY,
    COMBINED_MSMS_OPEN,
    NIST_IDENTITY_EI,
    CandidateCompound,
    CombinedPreset,
    identity_match_factors,
    rank_compounds_ei,
    rank_compounds_msms,
)
from spectra.scores.combined import rank_by_evidence
from spectra.scores.combined_msms import MSMS_EVIDENCE
from spectra.scores.ei_evidence import EI_EVIDENCE, ei_evidence


def ei(peaks):
    return MassSpectrum(mz=np.array(list(peaks), dtype=float), intensity=np.array(list(peaks.values()), dtype=float))


def msms(peaks, precursor=300.0):
    ion = Precursor(mz=precursor)
    return MassSpectrum(mz=np.array(list(peaks)), intensity=np.array(list(peaks.values())), precursor=ion)


def candidate(group, *spectra):
    return CandidateCompound(group=group, spectra=spectra)


def preset(*names):
    return CombinedPreset(
        name="x", version=1, coefficients=tuple((name, 1.0) for name in names), provenance="test", source="test"
    )


QUERY = ei({58: 999, 77: 50, 91: 200, 119: 100})
NEAR = ei({58: 999, 77: 60, 91: 180, 119: 90})
FAR = ei({58: 999, 77: 300, 105: 200, 134: 100})


def test_the_nearer_compound_comes_first_whatever_the_order():
    for order in ([0, 1], [1, 0]):
        compounds = [candidate("near", FAR, NEAR), candidate("far", FAR)]
        found = rank_compounds_ei(QUERY, [compounds[i] for i in order], preset=COMBINED_EI, lowest_mz=40.0)
        assert [compound.group for compound in found] == ["near", "far"]
        assert found[0].score > found[1].score


def test_the_evidence_explains_the_score():
    first, *_ = rank_compounds_ei(QUERY, [candidate("near", NEAR)], preset=COMBINED_EI, lowest_mz=40.0)
    weights = dict(COMBINED_EI.coefficients)
    assert first.score == pytest.approx(sum(weights[name] * value for name, value in first.evidence))


def test_no_candidates_no_ranking():
    assert rank_compounds_ei(QUERY, [], preset=COMBINED_EI, lowest_mz=40.0) == ()
    assert rank_compounds_msms(msms({58.0: 1.0}), [], preset=COMBINED_MSMS_OPEN) == ()


def test_ions_below_the_scanned_range_do_not_matter():
    without = rank_compounds_ei(QUERY, [candidate("a", NEAR)], preset=COMBINED_EI, lowest_mz=40.0)
    low = MassSpectrum(mz=np.concatenate([[28.0], NEAR.mz]), intensity=np.concatenate([[9e3], NEAR.intensity]))
    assert rank_compounds_ei(QUERY, [candidate("a", low)], preset=COMBINED_EI, lowest_mz=40.0) == without


def test_an_empty_query_is_refused():
    with pytest.raises(InvalidSpectrumError, match="no peak"):
        rank_compounds_ei(ei({28: 5}), [candidate("a", NEAR)], preset=COMBINED_EI, lowest_mz=40.0)
    with pytest.raises(InvalidSpectrumError, match="no fragment"):
        rank_compounds_msms(msms({299.5: 1.0}), [candidate("a", msms({58.0: 1.0}))], preset=COMBINED_MSMS_OPEN)


def test_an_empty_candidate_has_no_evidence():
    found = rank_compounds_ei(QUERY, [candidate("a", ei({}))], preset=COMBINED_EI, lowest_mz=40.0)
    assert [value for _, value in found[0].evidence] == [0.0] * 4


def test_the_identity_inside_is_the_identity_outside():
    masses = np.union1d(QUERY.mz, FAR.mz)
    rows = []
    for spectrum in (QUERY, NEAR, FAR):
        row = np.zeros(len(masses))
        row[np.searchsorted(masses, spectrum.mz)] = spectrum.intensity
        rows.append(row)
    evidence = ei_evidence(masses, rows[0], np.array(rows[1:]))
    for values, reference in zip(evidence, (NEAR, FAR), strict=True):
        outside = identity_match_factors(QUERY, reference, preset=NIST_IDENTITY_EI)
        assert values[EI_EVIDENCE.index("identity")] * 1000 - 0.5 == pytest.approx(outside.match_factor)
        reverse = values[EI_EVIDENCE.index("identity, reverse")]
        assert reverse * 1000 - 0.5 == pytest.approx(outside.reverse_match_factor)


def test_all_ei_evidence_is_a_fraction():
    found = rank_compounds_ei(
        QUERY, [candidate("a", NEAR), candidate("b", FAR)], preset=preset(*EI_EVIDENCE), lowest_mz=40.0
    )
    assert all(0.0 <= value <= 1.0 for compound in found for _, value in compound.evidence)


def test_a_query_between_two_energies_fits_both_together():
    low, high = msms({58.0: 10.0, 182.0: 90.0}), msms({58.0: 90.0, 182.0: 10.0})
    found = rank_compounds_msms(
        msms({58.0: 50.0, 182.0: 50.0}), [candidate("a", low, high)], preset=preset(*MSMS_EVIDENCE)
    )
    evidence = dict(found[0].evidence)
    assert evidence["entropy similarity with the best two spectra"] == pytest.approx(1.0)
    assert evidence["entropy similarity with all spectra"] == pytest.approx(1.0)
    assert evidence["weighted entropy similarity"] < 0.98
    assert evidence["query explained by the best spectrum"] == pytest.approx(1.0)


@pytest.mark.parametrize("chosen", [COMBINED_MSMS_IDENTITY, COMBINED_MSMS_OPEN])
def test_the_better_msms_compound_comes_first(chosen):
    query = msms({58.0: 50.0, 91.0: 20.0, 182.0: 50.0})
    near, far = msms({58.0: 40.0, 91.0: 30.0, 182.0: 50.0}), msms({58.0: 40.0, 105.0: 99.0})
    found = rank_compounds_msms(query, [candidate("far", far), candidate("near", near)], preset=chosen)
    assert [compound.group for compound in found] == ["near", "far"]


def test_only_the_identity_preset_looks_at_the_precursor():
    assert "precursor distance in mDa" not in dict(COMBINED_MSMS_OPEN.coefficients)
    assert dict(COMBINED_MSMS_IDENTITY.coefficients)["precursor distance in mDa"] < 0


def test_a_candidate_has_a_spectrum():
    with pytest.raises(InvalidSettingError, match="no spectrum"):
        candidate("a")


def test_presets_are_sound():
    with pytest.raises(InvalidSettingError, match="at least one"):
        preset()
    with pytest.raises(InvalidSettingError, match="named once"):
        preset("a", "a")
    with pytest.raises(InvalidSettingError, match="finite"):
        CombinedPreset(name="x", version=1, coefficients=(("a", float("nan")),), provenance="", source="")


def test_evidence_must_fit():
    with pytest.raises(InvalidSettingError, match="shape"):
        rank_by_evidence("ab", np.zeros((1, 1)), ["a"], preset=preset("a"))
    with pytest.raises(InvalidSettingError, match=r"\['b'\]"):
        rank_by_evidence("a", np.zeros((1, 1)), ["a"], preset=preset("b"))
