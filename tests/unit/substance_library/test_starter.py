import csv
import hashlib
import re
from collections import Counter
from decimal import Decimal
from importlib import resources

import pytest
from rdkit import Chem
from rdkit.Chem.Descriptors import MolWt

from spectra.spectrum import MassSpectrum
from substance_library import (
    TRAINING_PURPOSE,
    DatePrecision,
    InChIKey,
    InternationalStatus,
    PackageDataError,
    ReferenceSpectrum,
    Smiles,
    Stereo,
    identify_structure,
    principal_ions,
    release_from_msp,
    starter,
    starter_substances,
    structure_of,
    training_release,
    withheld_principal_ions,
)

DATA = resources.files("substance_library") / "data"
SUBSTANCE_BYTES = (DATA / "starter_substances.csv").read_bytes()
ION_BYTES = (DATA / "principal_ions.csv").read_bytes()
SOURCES = (DATA / "SOURCES.md").read_text("utf-8")
SUBSTANCES = starter_substances()
BY_NAME = {substance.preferred_name: substance for substance in SUBSTANCES}
FORMULAS = {substance.inchikey: substance.formula for substance in SUBSTANCES}


def each_substance(test):
    return pytest.mark.parametrize("substance", SUBSTANCES, ids=lambda substance: substance.preferred_name)(test)


def rows(data):
    return list(csv.DictReader(data.decode().splitlines()))


def written_back(substance):
    """Say in the words of the table what a substance holds: nothing of a row may be lost or changed."""
    fact = substance.schedule_facts[0] if substance.schedule_facts else None
    conventions = {InternationalStatus.UNKNOWN: "unknown", InternationalStatus.NOT_SCHEDULED: "none"}
    return {
        "name": substance.preferred_name,
        "aliases": ";".join(name.text for name in substance.names[1:]),
        "class": substance.substance_class,
        "smiles": str(substance.smiles),
        "inchikey": str(substance.inchikey),
        "formula": substance.formula,
        "exact_mass": str(substance.exact_mass_da),
        "avg_mass": str(substance.average_mass_da),
        "stereo": substance.stereo.value,
        "un_convention": fact.convention.value if fact else conventions[substance.international_status],
        "un_schedule": fact.schedule if fact else substance.international_status.value,
        "un_decision_date": fact.decided if fact else "",
        "un_date_precision": fact.date_precision.value if fact else "",
        "un_session": fact.session if fact else "",
        "kz_status": f"{substance.kazakhstan.text} - {substance.kazakhstan.reason}",
        "structure_verification": substance.structure_verification,
        "source": fact.source if fact else substance.not_scheduled_source,
    }


def test_everything_that_the_table_says_is_kept():
    assert [written_back(substance) for substance in SUBSTANCES] == rows(SUBSTANCE_BYTES)


def test_there_are_300_different_substances():
    assert len(SUBSTANCES) == 300
    assert len({substance.inchikey for substance in SUBSTANCES}) == 300
    skeletons = Counter(substance.inchikey.skeleton for substance in SUBSTANCES)
    shared = {s.preferred_name for s in SUBSTANCES if skeletons[s.inchikey.skeleton] > 1}
    assert shared == {"Dextromethorphan", "Levomethorphan", "Ephedrine", "Pseudoephedrine"}


@each_substance
def test_the_structure_yields_the_key_formula_and_masses_of_its_row(substance):
    structure = identify_structure(substance.smiles)
    assert structure.inchikey == substance.inchikey
    assert structure.formula == substance.formula
    assert f"{structure.exact_mass_da:.5f}" == str(substance.exact_mass_da)
    assert f"{MolWt(Chem.MolFromSmiles(str(substance.smiles))):.3f}" == str(substance.average_mass_da)


@each_substance
def test_the_stereo_statement_is_true_of_the_tetrahedral_centres(substance):
    molecule = Chem.MolFromSmiles(str(substance.smiles))
    centres = [s for s in Chem.FindPotentialStereo(molecule) if s.type == Chem.StereoType.Atom_Tetrahedral]
    open_centres = [centre for centre in centres if centre.specified == Chem.StereoSpecified.Unspecified]
    expected = Stereo.UNSPECIFIED_OR_PARTIAL if open_centres else Stereo.FULL if centres else Stereo.NONE
    assert substance.stereo is expected


def test_no_name_stands_for_two_substances():
    owners = Counter(name.text.casefold() for substance in SUBSTANCES for name in substance.names)
    assert [name for name, count in owners.items() if count > 1] == []


def test_names_say_their_language_as_far_as_it_is_known():
    heroin = BY_NAME["Heroin"]
    assert [(name.text, name.language, name.source) for name in heroin.names] == [
        ("Heroin", "en", "starter_substances.csv, name"),
        ("diamorphine", "und", "starter_substances.csv, aliases"),
        ("diacetylmorphine", "und", "starter_substances.csv, aliases"),
    ]


def test_statuses_are_counted_as_the_sources_page_says():
    counts = Counter(substance.international_status for substance in SUBSTANCES)
    assert counts == {
        InternationalStatus.SCHEDULED: 178,
        InternationalStatus.NOT_SCHEDULED: 20,
        InternationalStatus.UNKNOWN: 102,
    }
    precisions = Counter(fact.date_precision for substance in SUBSTANCES for fact in substance.schedule_facts)
    assert precisions == {
        DatePrecision.MONTH_OF_CND_DECISION: 97,
        DatePrecision.YEAR: 26,
        DatePrecision.BEFORE_1990: 36,
        DatePrecision.UNKNOWN: 19,
    }


def test_unknown_is_not_read_as_not_scheduled():
    assert BY_NAME["Mitragynine"].international_status is InternationalStatus.UNKNOWN
    assert BY_NAME["Caffeine"].international_status is InternationalStatus.NOT_SCHEDULED


def test_a_month_is_that_of_a_session_of_the_commission():
    for substance in SUBSTANCES:
        for fact in substance.schedule_facts:
            dated_to_the_month = fact.date_precision is DatePrecision.MONTH_OF_CND_DECISION
            assert bool(fact.session) == dated_to_the_month
            if dated_to_the_month:
                # The 58th session met in 2015 and there was one in each year since.
                assert fact.session.startswith(f"CND {int(fact.decided[:4]) - 1957}")


def test_nothing_is_said_about_kazakhstan():
    assert {(s.kazakhstan.text, s.kazakhstan.reason) for s in SUBSTANCES} == {("unknown", "load from Decree 470")}


def test_the_sources_of_the_statuses_are_counted_as_the_sources_page_says():
    stated = [row["source"] for row in rows(SUBSTANCE_BYTES) if row["source"]]
    general = [source for source in stated if source.startswith("general knowledge")]
    documents = [source for source in stated if not source.startswith("general knowledge")]
    partly = [source for source in documents if "general knowledge" in source]
    recommended = [source for source in documents if "adoption to be confirmed" in source]
    reported = len(documents) - len(partly) - len(recommended)
    assert (len(stated), len(general), len(partly), len(recommended), reported) == (198, 126, 10, 47, 15)


def test_the_structure_checks_are_counted_as_the_sources_page_says():
    checks = Counter(check for s in SUBSTANCES for check in s.structure_verification.partition(": ")[2].split(", "))
    assert checks == {
        "formula": 300,
        "MassBank (full InChIKey)": 90,
        "MassBank (skeleton only)": 1,
        "psymol (full InChIKey)": 125,
        "psymol (skeleton only)": 9,
        "systematic name converted with OPSIN": 154,
    }
    assert all(s.structure_verification.count(", ") >= 1 for s in SUBSTANCES)
    assert Counter(s.stereo for s in SUBSTANCES) == {
        Stereo.NONE: 138,
        Stereo.UNSPECIFIED_OR_PARTIAL: 130,
        Stereo.FULL: 32,
    }


def test_structures_are_found_by_the_whole_key():
    assert structure_of(InChIKey("PJMPHNIQZUBGLI-UHFFFAOYSA-N")) == Smiles("CCC(=O)N(c1ccccc1)C1CCN(CCc2ccccc2)CC1")
    assert structure_of(InChIKey("KWGRBVOPPLSCSI-WPRPVWTQSA-N")) == BY_NAME["Ephedrine"].smiles
    assert structure_of(InChIKey("KWGRBVOPPLSCSI-UHFFFAOYSA-N")) is None


def test_principal_ions_are_ten_whole_numbers_in_order():
    for spectrum in principal_ions():
        assert len(spectrum.spectrum) == 10
        assert (spectrum.spectrum.mz % 1 == 0).all()
        assert spectrum.spectrum.intensity.max() == 100
        assert len(set(spectrum.spectrum.mz)) == 10


def test_principal_ions_are_read_as_they_stand():
    morphine = principal_ions()[0]
    assert (morphine.accession, morphine.name, morphine.formula) == ("000001", "Morphine", "C17H19NO3")
    assert morphine.inchikey == BY_NAME["Morphine"].inchikey
    assert morphine.spectrum == MassSpectrum(
        mz=[42, 44, 70, 81, 115, 124, 162, 174, 215, 285], intensity=[75, 40, 25, 25, 45, 35, 80, 30, 35, 100]
    )
    assert morphine.fields[0] == ("name", "Morphine")
    assert dict(morphine.fields)["principal_ions_mz_colon_percent"].startswith("42:75 44:40 ")
    assert morphine.repairs == ()


def test_every_row_of_the_ion_table_is_given_out_or_withheld_with_a_reason():
    table = rows(ION_BYTES)
    assert (len(table), len(principal_ions()), len(withheld_principal_ions())) == (243, 238, 5)
    given = {spectrum.accession: spectrum.name for spectrum in principal_ions()}
    assert given == {f"{n:06d}": row["name"] for n, row in enumerate(table, 1) if not row["withheld"]}
    withheld = [(row["name"], row["inchikey"], row["withheld"]) for row in table if row["withheld"]]
    assert [(row.name, str(row.inchikey), row.reason) for row in withheld_principal_ions()] == withheld


def test_names_of_the_ion_table_are_those_of_the_substances():
    for row in rows(ION_BYTES):
        assert BY_NAME[row["name"]].inchikey == InChIKey(row["inchikey"])


def test_the_training_release_says_what_it_is_for():
    release = training_release()
    assert release.name == "principal-ions"
    assert release.purpose == TRAINING_PURPOSE
    assert release.sha256 == hashlib.sha256(ION_BYTES).hexdigest()
    assert release.spectra == principal_ions()
    assert release.reference("000001").name == "Morphine"


def test_what_is_loaded_is_loaded_once():
    assert starter_substances() is SUBSTANCES
    assert training_release() is training_release()


@pytest.mark.parametrize("table", ["starter_substances.csv", "principal_ions.csv", "counter_ions.csv"])
def test_the_sources_page_names_the_digest_and_rows_of_each_table(table):
    data = (DATA / table).read_bytes()
    line = f"| `{table}` | {len(rows(data))} | `{hashlib.sha256(data).hexdigest()}` |"
    assert line in SOURCES


def test_the_sources_page_names_every_withheld_row():
    for row in withheld_principal_ions():
        assert f"| {row.name} | " in SOURCES


def ten_strongest(spectrum):
    """Compute the rule by which the ion table was evidently made: rounded to 5 %, at least 1."""
    percent = 100 * spectrum.intensity / spectrum.intensity.max()
    return sorted((int(i), float(p)) for i, p in zip(spectrum.mz, percent, strict=True))


def fits(ions, spectrum):
    found = dict(ten_strongest(spectrum))
    if sorted(found.get(mz, 0.0) for mz in ions) != sorted(found.values())[-10:]:
        return False
    return all(percent == max(1, 5 * round(found[mz] / 5)) for mz, percent in ions.items())


@pytest.mark.real_data
def test_every_row_is_an_extract_of_swgdrug_and_the_withheld_ones_of_another_compound(real_file):
    by_skeleton = {}
    for reference in release_from_msp(real_file("swgdrug/swgdrug-3.4.msp.gz")).spectra:
        if reference.inchikey is not None:
            by_skeleton.setdefault(reference.inchikey.skeleton, []).append(reference)
    other_key, origins = 0, {}
    for row in rows(ION_BYTES):
        ions = {int(mz): int(p) for mz, p in re.findall(r"(\d+):(\d+)", row["principal_ions_mz_colon_percent"])}
        found = [r for r in by_skeleton[row["inchikey"][:14]] if fits(ions, r.spectrum)]
        assert found, row["name"]
        other_key += row["inchikey"] not in {str(r.inchikey) for r in found}
        same_formula = any(r.formula == FORMULAS[InChIKey(row["inchikey"])] for r in found)
        assert same_formula or row["withheld"], row["name"]
        origins[row["name"]] = [r.name for r in found]
    assert other_key == 44
    assert {row.name: origins[row.name] for row in withheld_principal_ions()} == {
        "Cyclopropylfentanyl": ["Cyclopropyl fentanyl-d5"],
        "Methoxyacetylfentanyl": ["Methoxyacetyl fentanyl-d5"],
        "U-47700": ["U-47700-d6"],
        "Cocaine": ["Pseudococaine"],
        "CP-47,497": ["3-epi CP 47,497"],
    }


def altered(data, old, new):
    assert data.count(old) >= 1
    return data.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (b"BQJCRHHNABKAKU-KBQPJGBKSA-N", b"BQJCRHHNABKAKU", "InChIKey: found 'BQJCRHHNABKAKU'"),
        (b"285.13649", b"285,13649", "18 values"),
        (b"285.13649", b"heavy", "ConversionSyntax"),
        (b",full,", b",complete,", "'complete' is not a valid Stereo"),
        (b"1961 Single Convention", b"1912 Opium Convention", "'1912 Opium Convention' is not a valid Convention"),
        (b"1961 Single Convention", b"unknown", "'unknown' is not a valid Convention"),
        (b"1961 Single Convention", b"none", "'none' is not a valid Convention"),
        (b"unknown - load", b"controlled - load", "kz_status: found 'controlled - load from Decree 470'"),
        (b"CN1CC[C@]23", b"CN1CC[C@]2", "SMILES: found"),
        (b"inchikey", b"inchi_key", "columns ['name', 'aliases', 'class', 'smiles', 'inchi_key'"),
        (b"Morphine", b"Morphine,", "18 values"),
        (b"Morphine", b"\xff", "can't decode byte 0xff"),
        (b"Morphine", b'"Morphine"x', "expected after"),
    ],
)
def test_a_damaged_substance_table_is_refused_as_a_whole(old, new, found):
    with pytest.raises(PackageDataError) as refusal:
        list(starter._substances(altered(SUBSTANCE_BYTES, old, new)))
    assert found in refusal.value.found
    assert refusal.value.what.startswith("starter_substances.csv")


def test_a_fault_names_its_row():
    with pytest.raises(PackageDataError) as refusal:
        list(starter._substances(altered(SUBSTANCE_BYTES, b"299.15214", b"-299.15214")))
    assert refusal.value.what == "starter_substances.csv, row 2"
    assert refusal.value.found == ("exact mass of 'Codeine': found -299.15214; expected a finite mass above 0 Da")


def test_an_empty_table_is_refused():
    with pytest.raises(PackageDataError, match=r"starter_substances\.csv"):
        list(starter._substances(b""))


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (b"42:75 ", b"", "principal ions: found '44:40 70:25"),
        (b"42:75 ", b"42:75 43:1 ", "principal ions: found '42:75 43:1 44:40"),
        (b"42:75 ", b"42:175 ", "principal ions: found '42:175"),
        (b"42:75 ", b"42:0 ", "principal ions: found '42:0"),
        (b"42:75 ", b"42.1:75 ", "principal ions: found '42.1:75"),
        (b"42:75 44:40", b"44:40 42:75", "m/z 42.0 stands after 44.0"),
        (b"BQJCRHHNABKAKU-KBQPJGBKSA-N", b"KDLHZDBZIXYQEI-UHFFFAOYSA-N", "found 'KDLHZDBZIXYQEI-UHFFFAOYSA-N'"),
        (b"BQJCRHHNABKAKU-KBQPJGBKSA-N", b"morphine", "InChIKey: found 'morphine'"),
    ],
)
def test_a_damaged_ion_table_is_refused_as_a_whole(old, new, found):
    with pytest.raises(PackageDataError) as refusal:
        list(starter._ions(altered(ION_BYTES, old, new), FORMULAS))
    assert refusal.value.what == "principal_ions.csv, row 1"
    assert found in refusal.value.found


def test_a_missing_table_is_a_damaged_installation():
    with pytest.raises(PackageDataError, match="expected a file of this package"):
        starter._table("absent.csv")


def test_masses_keep_the_digits_of_the_table():
    assert BY_NAME["Morphine"].average_mass_da == Decimal("285.343")
    assert str(BY_NAME["Codeine"].average_mass_da) == "299.370"


def test_principal_ions_are_reference_spectra_of_the_library():
    assert {type(spectrum) for spectrum in principal_ions()} == {ReferenceSpectrum}
