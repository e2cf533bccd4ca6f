"""Each automatic check finds the faults that are planted for it, and leaves sound records alone."""

import dataclasses

import pytest

from spectra import MassSpectrum, Precursor
from substance_library import InChIKey, IonTechnique, KnownSubstance, ReferenceSpectrum, SpectrumProvenance
from substance_library.checks.checking import CHECKS, check_spectra
from substance_library.checks.double_check import check_doubles
from substance_library.checks.finding import Check, Severity
from substance_library.checks.mass_check import check_isotopes, check_molecular_ions
from substance_library.checks.name_check import check_names
from substance_library.checks.replicate_check import check_replicates
from substance_library.checks.structure_check import check_structures

CAFFEINE, ETHANOL = "RYYVLZVUVIJVGH-UHFFFAOYSA-N", "LFQSCWFLJHTTHZ-UHFFFAOYSA-N"
CAFFEINE_SMILES = "Cn1cnc2c1c(=O)n(C)c(=O)n2C"
IONS = {55: 200, 67: 300, 82: 250, 109: 500, 110: 40, 136: 30, 137: 20, 165: 30, 193: 80, 194: 999, 195: 95, 196: 8}
EI = SpectrumProvenance(technique=IonTechnique.EI, source="s")


def one(accession="1", *, ions=None, smiles=None, provenance=EI, precursor=None, **facts):
    ions = ions or IONS
    fields = (("SMILES", smiles),) if smiles else ()
    usual = {"name": "Caffeine", "inchikey": InChIKey(CAFFEINE), "formula": "C8H10N4O2", "fields": fields}
    spectrum = MassSpectrum(mz=list(map(float, ions)), intensity=list(map(float, ions.values())), precursor=precursor)
    return ReferenceSpectrum(accession=accession, spectrum=spectrum, provenance=provenance, **{**usual, **facts})


def said(checked):
    return [(finding.accession, finding.severity, finding.words) for finding in checked.findings]


def test_sound_records_pass_every_check():
    report = check_spectra([one(smiles=CAFFEINE_SMILES), one("2", ions={**IONS, 67: 301})])
    assert report.findings == ()
    assert report.complained == frozenset()
    assert [count.check for count in report.counts] == list(Check) == [Check.STRUCTURE, *CHECKS]
    assert {count.check: count.looked_at for count in report.counts} == {
        Check.STRUCTURE: 1,
        Check.MOLECULAR_ION: 2,
        Check.ISOTOPES: 2,
        Check.DUPLICATE: 2,
        Check.REPLICATES: 2,
        Check.NAME: 2,
    }


def test_a_record_without_facts_is_not_looked_at():
    bare = one(inchikey=None, formula=None, provenance=None)
    report = check_spectra([bare])
    assert {count.check: count.looked_at for count in report.counts if count.looked_at} == {
        Check.DUPLICATE: 1,
        Check.NAME: 1,
    }


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"smiles": "CCO"}, "in its skeleton"),
        ({"smiles": "C[C@H](N)O", "inchikey": InChIKey("UJPKMTDFFFTSLV-UHFFFAOYSA-N"), "formula": None}, None),
        ({"smiles": CAFFEINE_SMILES, "formula": "C8H10N4O3"}, "states formula C8H10N4O3"),
        ({"smiles": "C(("}, "cannot be used"),
        ({"smiles": "C1CC1" * 200}, "cannot be used"),
    ],
)
def test_a_structure_that_is_not_what_stands_beside_it_is_a_complaint(facts, words):
    checked = check_structures([one(**facts)])
    assert checked.looked_at == 1
    assert words is None or words in checked.findings[0].words
    assert {finding.severity for finding in checked.findings} <= {Severity.COMPLAINT}


def test_a_key_alone_is_looked_at_with_the_structure_that_came_beside_it():
    known = KnownSubstance(inchikey=InChIKey(CAFFEINE), smiles=CAFFEINE_SMILES)
    report = check_spectra([one("1"), one("2", formula="C8H10N4O3"), one("3", inchikey=None)], [known])
    wrong = [finding.accession for finding in report.findings if finding.check is Check.STRUCTURE]
    assert wrong == ["2"]
    assert report.counts[0].looked_at == 2


def test_another_hand_is_a_complaint_of_its_own_words():
    """Dextromethorphan under the key of its mirror image, as in MassBank."""
    levo = "MKXZASYAUGDDCJ-CGTJXYLNSA-N"
    dextro = "CN1CC[C@]23CCCC[C@@H]2[C@@H]1Cc1ccc(OC)cc13"
    (finding,) = check_structures([one(smiles=dextro, inchikey=InChIKey(levo), formula=None)]).findings
    assert "in stereochemistry, isotopes or charge" in finding.words


@pytest.mark.parametrize("formula", ["C8H7D3N4O2", "C8H10N4O2"])
def test_deuterium_counts_as_hydrogen_in_formulas(formula):
    labelled = "[2H]C([2H])([2H])n1cnc2c1c(=O)n(C)c(=O)n2C"
    found = check_structures([one(smiles=labelled, inchikey=None, formula=formula)]).findings
    assert found == ()


def test_a_formula_of_an_ion_is_not_compared():
    assert check_structures([one(smiles=CAFFEINE_SMILES, formula="[C8H10N4O2]+")]).findings == ()


def test_a_structure_without_hydrogen_is_compared_too():
    tetrachloromethane = one(smiles="ClC(Cl)(Cl)Cl", inchikey=None, formula="CCl4")
    assert check_structures([tetrachloromethane]).findings == ()


MOL = """made by hand

  for tests
  3  2  0  0  0  0  0  0  0  0999 V2000
    0.0000    0.0000    0.0000 C   0  0
    1.0000    0.0000    0.0000 C   0  0
    2.0000    0.0000    0.0000 O   0  0
  1  2  1  0
  2  3  1  0
M  END"""
EMPTY = "\n\n\n  0  0  0  0  0  0  0  0  0  0999 V2000\nM  END"
IMPOSSIBLE = MOL.replace("2  3  1", "2  3  3").replace(" O ", " F ")


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (MOL, None),
        ("no mol block", "cannot read"),
        (EMPTY, "0 heavy atoms"),
        (IMPOSSIBLE, "without a possible structure"),
        ("x" * 200_001, "200001 characters"),
    ],
)
def test_a_mol_block_is_read_as_a_structure(block, words):
    record = dataclasses.replace(one(inchikey=InChIKey(ETHANOL), formula="C2H6O"), fields=(("MOLBLOCK", block),))
    checked = check_structures([record])
    assert checked.looked_at == 1
    assert (
        [finding.words for finding in checked.findings] == [] if words is None else words in checked.findings[0].words
    )


def test_an_ion_above_the_molecule_is_a_complaint():
    derivative = {**IONS, 266: 400}
    assert said(check_molecular_ions([one(ions=derivative)])) == [
        (
            "1",
            Severity.COMPLAINT,
            "ion at m/z 266 with 40% of the base peak, above the molecule of mass 194 (C8H10N4O2)",
        )
    ]
    assert said(check_molecular_ions([one(ions={**IONS, 266: 10})])) == []


def test_isotopes_of_chlorine_are_not_above_the_molecule():
    chloroform = {83: 999, 85: 640, 87: 105, 118: 30, 120: 30, 122: 10, 124: 40}
    assert said(check_molecular_ions([one(ions=chloroform, formula="CHCl3")])) == []


MSMS = SpectrumProvenance(technique=IonTechnique.MSMS, source="s")


@pytest.mark.parametrize(
    ("mz", "adduct", "severity"),
    [
        (195.0877, "[M+H]+", None),
        (217.0696, "[M+Na]+", None),
        (212.1142, "[M+NH4]+", None),
        (177.0771, "[M-H2O+H]+", None),
        (389.1681, "[2M+H]+", None),
        (98.0475, "[M+2H]2+", None),
        (194.0798, "[M]+*", None),
        (193.0731, "[M-H]-", None),
        (195.15, "[M+H]+", Severity.NOTE),
        (213.10, "[M+H]+", Severity.COMPLAINT),
        (195.0877, "[M+Na]+", Severity.COMPLAINT),
    ],
)
def test_a_precursor_is_that_of_formula_and_adduct(mz, adduct, severity):
    checked = check_molecular_ions([one(provenance=MSMS, precursor=Precursor(mz=mz, adduct=adduct))])
    assert checked.looked_at == 1
    assert [finding.severity for finding in checked.findings] == ([severity] if severity else [])


@pytest.mark.parametrize("adduct", [None, "M+H", "[M+Xy]+"])
def test_an_adduct_that_is_not_understood_says_nothing(adduct):
    checked = check_molecular_ions([one(provenance=MSMS, precursor=Precursor(mz=195.0, adduct=adduct))])
    assert (checked.looked_at, checked.findings) == (0, ())


def test_a_labelled_molecule_has_its_own_mass():
    precursor = Precursor(mz=198.1065, adduct="[M+H]+")
    assert said(check_molecular_ions([one(provenance=MSMS, precursor=precursor, formula="C8H7D3N4O2")])) == []


@pytest.mark.parametrize(
    ("changes", "formula", "words"),
    [
        ({195: 300}, "C8H10N4O2", "M+1 has 30.0% of M"),
        ({195: 20}, "C8H10N4O2", "M+1 has 2.0% of M"),
        ({196: 330}, "C8H10N4O2", "without chlorine and bromine"),
        ({}, "C9H7ClN2O", "chlorine and bromine of the formula give"),
        ({}, "C8H10N4O2", None),
    ],
)
def test_the_isotope_pattern_is_that_of_the_formula(changes, formula, words):
    checked = check_isotopes([one(ions={**IONS, **changes}, formula=formula)])
    assert checked.looked_at == 1
    assert [words in finding.words for finding in checked.findings] == ([True] if words else [])


@pytest.mark.parametrize(
    "facts",
    [
        {"ions": {**IONS, 193: 900}},
        {"ions": {**IONS, 194: 20}},
        {"ions": {55: 999, 194: 300}},
        {"provenance": MSMS},
        {"formula": "no formula"},
        {"formula": None},
    ],
)
def test_a_pattern_that_cannot_be_seen_is_not_looked_at(facts):
    assert check_isotopes([one(**facts)]).looked_at == 0


def test_an_ion_without_carbon_has_no_share_of_m1():
    arsine = {76: 400, 78: 999, 79: 3, 80: 1}
    assert check_isotopes([one(ions=arsine, formula="AsH3")]).findings == ()


def test_the_same_spectrum_twice_is_a_note_and_under_two_identities_a_complaint():
    other = {"inchikey": InChIKey(ETHANOL), "name": "Ethanol"}
    double = {mz: height * 2 for mz, height in IONS.items()}
    checked = check_doubles([one("1"), one("2"), one("3", ions=double, **other)])
    assert [(f.accession, f.severity, f.others) for f in checked.findings] == [
        ("2", Severity.NOTE, ("1",)),
        ("3", Severity.COMPLAINT, ("1",)),
    ]
    assert "which is Caffeine" in checked.findings[1].words


def test_nearly_the_same_spectrum_of_another_substance_is_a_note():
    near = {**IONS, 67: 303}
    other = {"inchikey": None, "name": "Something"}
    (finding,) = check_doubles([one("1"), one("2", ions=near, **other)]).findings
    assert finding.severity is Severity.NOTE
    assert "no InChIKey" in finding.words
    assert check_doubles([one("1"), one("2", ions=near)]).findings == ()


def test_a_family_of_alike_spectra_makes_one_finding_each():
    family = [
        one(str(place), ions={**IONS, 67: 300 + place / 50}, inchikey=None, name=f"x{place}", formula=None)
        for place in range(40)
    ]
    findings = check_doubles(family).findings
    assert sorted(finding.accession for finding in findings) == sorted(str(place) for place in range(1, 40))
    last = next(finding for finding in findings if finding.accession == "39")
    assert last.others == tuple(str(place) for place in range(38, 28, -1))
    assert last.words.endswith("and as 38 others of another identity")


def test_spectra_of_few_ions_are_alike_by_chance():
    few = {40: 100, 41: 999}
    checked = check_doubles([one("1", ions=few), one("2", ions={40: 101, 41: 999}, inchikey=None, name="x")])
    assert checked.findings == ()


def test_msms_spectra_are_compared_within_their_precursor():
    def msms(accession, mz, **facts):
        precursor = Precursor(mz=mz, adduct="[M+H]+")
        return one(accession, provenance=MSMS, precursor=precursor, **facts)

    near = {**IONS, 67: 303}
    other = {"inchikey": None, "name": "x"}
    assert len(check_doubles([msms("1", 200.0), msms("2", 200.001, ions=near, **other)]).findings) == 1
    assert check_doubles([msms("1", 200.0), msms("2", 201.0, ions=near, **other)]).findings == ()
    soft = SpectrumProvenance(technique=IonTechnique.MS1, source="s")
    assert check_doubles([one("1", provenance=soft), one("2", ions=near, provenance=soft, **other)]).findings == ()


APART = {39: 100, 51: 120, 63: 90, 65: 300, 77: 50, 91: 999}


def test_a_spectrum_apart_from_replicates_that_agree_is_a_complaint():
    checked = check_replicates([one("1"), one("2"), one("3", ions={**IONS, 67: 250}), one("4", ions=APART)])
    assert [(f.accession, f.severity) for f in checked.findings] == [("4", Severity.COMPLAINT)]
    assert checked.looked_at == 4


def test_of_two_that_differ_nobody_can_say_which_is_wrong():
    checked = check_replicates([one("1"), one("2", ions=APART)])
    assert [(f.accession, f.severity, f.others) for f in checked.findings] == [
        ("1", Severity.NOTE, ("2",)),
        ("2", Severity.NOTE, ("1",)),
    ]


def test_replicates_that_all_differ_are_no_outliers():
    third = {120: 999, 130: 500, 140: 300}
    assert check_replicates([one("1"), one("2", ions=APART), one("3", ions=third)]).findings == ()


def test_spectra_of_other_ways_are_no_replicates():
    energy = dataclasses.replace(MSMS, collision_energy="40 eV")
    precursor = Precursor(mz=195.0877, adduct="[M+H]+")
    spectra = [
        one("1", provenance=MSMS, precursor=precursor),
        one("2", provenance=energy, precursor=precursor, ions=APART),
        one("3", inchikey=None, ions=APART),
    ]
    assert check_replicates(spectra).looked_at == 0


def test_a_word_of_two_scripts_is_noted():
    (finding,) = check_names([one(name="Сocaine base")]).findings
    assert (finding.severity, finding.accession) == (Severity.NOTE, "1")
    assert "\\u0421" in finding.words
    assert check_names([one(name="кокаин base"), one("2", name="2-аминоиндан")]).findings == ()


def test_a_report_counts_records_and_not_findings():
    two_wrong = one(smiles="CCO")
    report = check_spectra([two_wrong])
    (count,) = [count for count in report.counts if count.check is Check.STRUCTURE]
    assert len(report.findings) == 2
    assert (count.looked_at, count.complaints, count.notes) == (1, 1, 0)
    assert report.complained == {"1"}
