"""From a file to a frozen release: two persons, decisions where checks complain, and the same hit list years later."""

import dataclasses
import hashlib
import json
from decimal import Decimal

import numpy as np
import pytest

from lims.domain.grounds import Name
from lims.domain.library import SearchMode
from lims.domain.library_import import ImportState, Verdict
from lims.domain.permissions import Act
from lims.domain.reagent import LotStatus
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import Role, StaffMember
from lims.errors import (
    AlteredRawError,
    InvalidRecordError,
    MissingRawError,
    NotFoundError,
    NotPermittedError,
    NotUsableError,
    RawStoreError,
    SignatureRefusedError,
    StaleVersionError,
    TransitionError,
)
from lims.services.collecting import CollectionFacts, StandardMeasured
from lims.services.library_drawings import structures_of
from lims.services.library_files import open_kept
from lims.services.library_findings import findings_of
from lims.services.library_search import LibrarySearch
from lims.services.stocking import StandardFacts
from lims.services.vetting import ReleasePlan
from lims.work_errors import DecisionsOpenError, SecondPersonNeededError
from spectra import Dalton, MassSpectrum, NamedSpectrum
from substance_library import IonTechnique, UnknownAccessionError
from substance_library.difference import release_difference
from tests.builders.laboratories import ADMIN, EXPERT, HEAD, REVIEWER, TECHNICIAN
from tests.builders.small_library import ALPHA, BETA, GAMMA, PEAKS, earlier, later, msp, record, written

FACTS = CollectionFacts(name="Simulated collection 1", technique=IonTechnique.EI, licence="none")
WRONG = "InChIKey: RYYVLZVUVIJVGH-UHFFFAOYSA-N\nSMILES: CCO\n"
"""The key of caffeine beside the structure of ethanol: a planted fault."""


@pytest.fixture
def lab(bench):
    bench.hire()
    return bench


def imported(lab, text, *, name="library.msp", actor=ADMIN, facts=FACTS, tables=()):
    return lab.collecting.import_file(written(lab.folder, text, name), facts, actor=actor, tables=tables)


def checked(lab, number, *, actor=REVIEWER, drawings=True):
    confirmed = lab.confirmed(actor, SignatureMeaning.APPROVER, lab.collecting.get(number))
    return lab.vetting.check(number, structures_confirmed=drawings, actor=actor, confirmation=confirmed)


def released(lab, name, *imports, actor=ADMIN, **plan):
    prepared = lab.vetting.prepare(ReleasePlan(name=name, imports=imports, **plan), actor=actor)
    confirmed = lab.confirmed(actor, SignatureMeaning.RELEASER, prepared)
    return lab.vetting.publish(prepared, actor=actor, confirmation=confirmed)


def curated(lab, name, text):
    made = imported(lab, text, name=f"{name}.msp")
    checked(lab, made.number)
    return released(lab, name, made.number)


def newest_entry(lab):
    return list(lab.store.entries())[-1].data.decode()


def test_id_8_a_library_file_becomes_a_release_of_known_origin_by_two_persons(lab):
    before = lab.entries
    made = imported(lab, earlier())
    assert (made.number, made.state) == ("LI-0001", "proposed")
    assert (made.counts.read, made.counts.taken, made.counts.refused) == (2, 2, 0)
    assert lab.entries == before + 1
    passed = checked(lab, made.number)
    assert (passed.status, passed.checked_by) == (ImportState.CHECKED, REVIEWER.number)
    release = released(lab, "S 1", made.number)
    assert lab.entries == before + 3
    assert lab.curating.recorded("S 1") == release
    found = lab.curating.release("S 1")
    assert (found.sha256, len(found.spectra)) == (release.sha256, 2)
    alpha = found.reference("LI-0001/000001")
    assert (alpha.name, alpha.provenance.checked_by, alpha.provenance.source) == (ALPHA, REVIEWER.number, FACTS.name)
    assert ("Synon", "Simulated-A") in alpha.fields
    assert lab.curating.release("S 1") == found


def test_the_entry_of_a_release_is_signed_and_names_every_file(lab):
    release = curated(lab, "S 1", earlier())
    entry = json.loads(newest_entry(lab))
    assert entry["act"] == "release.published"
    assert entry["signature"]["meaning"] == "releaser"
    assert entry["signature"]["record_sha256"]
    assert entry["raw"] == list(release.digests)
    assert hashlib.sha256(lab.raw_store.get(release.sha256)).hexdigest() == release.sha256


def test_a_release_is_mapped_where_it_lies(lab):
    curated(lab, "S 1", earlier())
    mapped = lab.curating.mapped("S 1")
    assert len(mapped) == 2
    assert mapped.reference(1).name == BETA
    assert mapped.mz[: mapped.offsets[1]].tolist() == [float(mz) for mz in PEAKS[ALPHA]]
    assert not mapped.mz.flags.owndata


def test_faults_of_a_file_are_reported_with_their_place(lab):
    broken, keyless = "Name: Broken\nNum Peaks: 2\n1 1", record(BETA, number=3, extra="InChIKey: X\n")
    text = msp(record(ALPHA, number=1), broken, keyless)
    made = imported(lab, text)
    assert (made.counts.read, made.counts.taken, made.counts.refused) == (3, 1, 2)
    findings = lab.collecting.findings(made.number)
    assert [(one.place, one.name) for one in findings.refused] == [("line 8", ""), ("line 11", BETA)]


def test_a_complaint_waits_for_a_decision_and_goes_with_the_record(lab):
    made = imported(lab, msp(record(ALPHA, number=1, extra=WRONG), record(BETA, number=2)))
    assert (made.counts.complained, made.counts.structures) == (1, 1)
    with pytest.raises(DecisionsOpenError, match="1 records with a complaint"):
        checked(lab, made.number)
    one = f"{made.number}/000001"
    lab.vetting.decide(made.number, [one], verdict=Verdict.TAKE, reason="the key is that of the sender", actor=EXPERT)
    with pytest.raises(DecisionsOpenError, match="drawings of 1"):
        checked(lab, made.number, drawings=False)
    assert checked(lab, made.number).structures_confirmed == 1
    released(lab, "S 1", made.number)
    marks = lab.curating.release("S 1").reference(one).provenance.marks
    assert any("states InChIKey" in words for words in marks)
    assert marks[-1] == "taken all the same: the key is that of the sender"


def test_a_record_that_is_left_out_is_in_no_release(lab):
    made = imported(lab, msp(record(ALPHA, number=1, extra=WRONG), record(BETA, number=2)))
    one = f"{made.number}/000001"
    lab.vetting.decide(made.number, [one], verdict=Verdict.LEAVE_OUT, reason="wrong", actor=ADMIN)
    checked(lab, made.number)
    released(lab, "S 1", made.number)
    found = lab.curating.release("S 1")
    assert [reference.name for reference in found.spectra] == [BETA]
    with pytest.raises(UnknownAccessionError):
        found.reference(one)


def test_four_eyes_on_every_import(lab):
    made = imported(lab, earlier())
    with pytest.raises(SecondPersonNeededError):
        checked(lab, made.number, actor=ADMIN)
    with pytest.raises(SecondPersonNeededError):
        lab.vetting.refuse(made.number, reason="r", actor=ADMIN)
    with pytest.raises(TransitionError, match="not checked by a second person"):
        lab.vetting.prepare(ReleasePlan(name="S 1", imports=(made.number,)), actor=ADMIN)
    refused = lab.vetting.refuse(made.number, reason="another version", actor=REVIEWER)
    assert refused.status is ImportState.REFUSED
    with pytest.raises(TransitionError):
        lab.vetting.prepare(ReleasePlan(name="S 1", imports=(made.number,)), actor=ADMIN)


def test_a_check_and_a_release_need_the_signature_of_that_very_record(lab):
    made = imported(lab, earlier())
    other = imported(lab, later(), name="other.msp")
    wrong = lab.confirmed(REVIEWER, SignatureMeaning.APPROVER, other)
    with pytest.raises(SignatureRefusedError):
        lab.vetting.check(made.number, structures_confirmed=True, actor=REVIEWER, confirmation=wrong)
    checked(lab, made.number)
    prepared = lab.vetting.prepare(ReleasePlan(name="S 1", imports=(made.number,)), actor=ADMIN)
    confirmed = lab.confirmed(ADMIN, SignatureMeaning.RELEASER, prepared)
    altered = dataclasses.replace(prepared, spectra=7)
    with pytest.raises(SignatureRefusedError):
        lab.vetting.publish(altered, actor=ADMIN, confirmation=confirmed)
    one_factor = dataclasses.replace(confirmed, factors=("password",))
    with pytest.raises(SignatureRefusedError, match="two components"):
        lab.vetting.publish(prepared, actor=ADMIN, confirmation=one_factor)
    assert lab.curating.releases() == ()


def test_a_release_whose_files_are_gone_or_altered_is_not_published(lab):
    made = imported(lab, earlier())
    checked(lab, made.number)
    prepared = lab.vetting.prepare(ReleasePlan(name="S 1", imports=(made.number,)), actor=ADMIN)
    confirmed = lab.confirmed(ADMIN, SignatureMeaning.RELEASER, prepared)
    digest = prepared.parts[0].sha256
    path = lab.folder / "raw" / digest[:2] / digest
    data = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(AlteredRawError):
        lab.vetting.publish(prepared, actor=ADMIN, confirmation=confirmed)
    path.unlink()
    with pytest.raises(MissingRawError):
        lab.vetting.publish(prepared, actor=ADMIN, confirmation=confirmed)


def test_a_name_stands_for_one_release_for_good(lab):
    curated(lab, "S 1", earlier())
    made = imported(lab, later(), name="later.msp")
    checked(lab, made.number)
    with pytest.raises(InvalidRecordError, match="never replaced"):
        released(lab, "S 1", made.number)


def test_a_release_may_continue_another_and_leave_records_out(lab):
    curated(lab, "S 1", earlier())
    made = imported(lab, msp(record(GAMMA, number=9)), name="gamma.msp")
    checked(lab, made.number)
    with pytest.raises(InvalidRecordError, match="no record LI-0009/000001"):
        released(lab, "S 2", made.number, base="S 1", left_out=("LI-0009/000001",))
    release = released(lab, "S 2", made.number, base="S 1", left_out=("LI-0001/000002",))
    assert (release.base, release.imports, release.left_out) == ("S 1", ("LI-0002",), ("LI-0001/000002",))
    assert [one.name for one in lab.curating.release("S 2").spectra] == [ALPHA, GAMMA]


def test_id_8_records_that_nobody_checked_get_into_no_curated_release(lab):
    lab.curating.add_release(written(lab.folder, earlier(), "old.msp"), actor=ADMIN, name="old")
    assert lab.curating.known_substances("old") == ()
    with pytest.raises(InvalidRecordError, match="not a curated one"):
        lab.curating.mapped("old")
    made = imported(lab, msp(record(GAMMA, number=9)), name="gamma.msp")
    checked(lab, made.number)
    for imports in ((), (made.number,)):
        with pytest.raises(InvalidRecordError, match="release old is not curated"):
            released(lab, "S 2", *imports, base="old")


def test_id_8_a_release_for_training_becomes_none_for_casework(lab):
    training = lab.curating.add_training_release(actor=ADMIN)
    assert training.purpose
    with pytest.raises(InvalidRecordError, match="is not curated"):
        released(lab, "S 2", base=training.number)


def test_what_is_published_is_held_to_the_same_as_what_was_prepared(lab):
    lab.curating.add_release(written(lab.folder, earlier(), "old.msp"), actor=ADMIN, name="old")
    made = imported(lab, msp(record(GAMMA, number=9)), name="gamma.msp")
    checked(lab, made.number)
    prepared = lab.vetting.prepare(ReleasePlan(name="S 2", imports=(made.number,)), actor=ADMIN)
    altered = dataclasses.replace(prepared, base="old")
    confirmed = lab.confirmed(ADMIN, SignatureMeaning.RELEASER, altered)
    with pytest.raises(InvalidRecordError, match="release old is not curated"):
        lab.vetting.publish(altered, actor=ADMIN, confirmation=confirmed)


@pytest.mark.parametrize("plan", [{"imports": ()}, {"imports": (), "name": " "}])
def test_a_release_of_nothing_is_none(lab, plan):
    with pytest.raises(InvalidRecordError):
        lab.vetting.prepare(ReleasePlan(**{"name": "S 1", **plan}), actor=ADMIN)


def test_what_is_not_there_is_not_found(lab):
    made = imported(lab, earlier())
    for call in (
        lambda: lab.collecting.get("LI-0099"),
        lambda: lab.vetting.decide(made.number, ["LI-0001/9"], verdict=Verdict.TAKE, reason="r", actor=ADMIN),
        lambda: lab.vetting.prepare(ReleasePlan(name="S", imports=("LI-0099",)), actor=ADMIN),
        lambda: lab.curating.mapped("S"),
    ):
        with pytest.raises(NotFoundError):
            call()
    with pytest.raises(InvalidRecordError, match="no record is named"):
        lab.vetting.decide(made.number, [], verdict=Verdict.TAKE, reason="r", actor=ADMIN)
    with pytest.raises(InvalidRecordError, match="collection: empty"):
        imported(lab, earlier(), facts=CollectionFacts(name=" "))


def test_a_refused_file_leaves_nothing(lab):
    before, objects = lab.entries, len(lab.raw_objects)
    with pytest.raises(Exception, match="0 sound records"):
        imported(lab, "Name: x\nNum Peaks: 2\n1 1\n")
    assert (lab.entries, len(lab.raw_objects)) == (before, objects)


def test_who_may_not_import_leaves_nothing(lab):
    before, objects = lab.entries, len(lab.raw_objects)
    forged = StaffMember(number=HEAD.number, name="x", post="x", roles=tuple(Role))
    for actor in (TECHNICIAN, forged):
        with pytest.raises(NotPermittedError):
            imported(lab, earlier(), actor=actor)
    assert (lab.entries, len(lab.raw_objects)) == (before, objects)


def test_tables_bring_structures_and_names(lab):
    ethanol = "LFQSCWFLJHTTHZ-UHFFFAOYSA-N"
    structures = written(lab.folder, f"inchikey,smiles\n{ethanol},CCO\n{ethanol},CCC\n", "structures.csv")
    names = written(lab.folder, f"inchikey,name,language,source\n{ethanol},этанол,ru,an edition\n", "names.csv")
    text = msp(record(ALPHA, number=1, extra=f"InChIKey: {ethanol}\n"))
    made = imported(lab, text, tables=(structures, names))
    assert (made.counts.substances, made.counts.substance_lines_refused, made.counts.structures) == (1, 1, 1)
    assert [one.file_name for one in made.tables] == ["structures.csv", "names.csv"]
    assert lab.collecting.findings(made.number).refused[0].place == "structures.csv, line 3"
    checked(lab, made.number)
    released(lab, "S 1", made.number)
    library = lab.curating.library("S 1")
    (hit,) = library.search_name("Этанол")
    assert library.substance(hit.key).smiles == "CCO"
    with pytest.raises(InvalidRecordError, match="columns"):
        imported(lab, text, tables=(written(lab.folder, "a,b\n", "wrong.csv"),))


def test_a_folder_of_records_is_kept_whole(lab):
    folder = lab.folder / "tree"
    folder.mkdir()
    written(folder, earlier(), "one.msp")
    written(folder, "read me", "README.md")
    made = lab.collecting.import_file(folder, FACTS, actor=ADMIN)
    assert (made.raw.is_folder, made.counts.other_files) == (True, 1)
    assert len(lab.raw_store.files_of_run(made.raw.sha256)) == 2


def test_a_file_that_changes_while_it_is_read_is_refused(lab):
    path = written(lab.folder, earlier(), "x.msp")
    real = lab.collecting.reader

    class Changing:
        def records(self, which):
            reading = real.records(which)
            path.write_text(later())
            return reading

    collecting = dataclasses.replace(lab.collecting, reader=Changing())
    with pytest.raises(RawStoreError, match="changed while it was read"):
        collecting.import_file(path, FACTS, actor=ADMIN)


class Meanwhile:
    """Reads a file while somebody else does something."""

    def __init__(self, reader, what):
        self._reader, self._what = reader, what

    def records(self, path):
        self._what()
        return self._reader.records(path)


@pytest.mark.both_databases
def test_of_two_imports_at_once_each_has_its_own_number(lab):
    second = written(lab.folder, later(), "later.msp")
    reader = Meanwhile(lab.collecting.reader, lambda: imported(lab, earlier()))
    collecting = dataclasses.replace(lab.collecting, reader=reader)
    with pytest.raises(StaleVersionError):
        collecting.import_file(second, FACTS, actor=ADMIN)
    assert lab.collecting.get("LI-0001").counts.read == 2
    assert lab.collecting.import_file(second, FACTS, actor=ADMIN).number == "LI-0002"


@pytest.mark.both_databases
def test_of_two_releases_of_one_name_the_first_stands(lab):
    made = imported(lab, earlier())
    checked(lab, made.number)
    first, second = (
        lab.vetting.prepare(ReleasePlan(name="S 1", imports=(made.number,)), actor=ADMIN) for _ in range(2)
    )
    for one in (first, second):
        confirmed = lab.confirmed(ADMIN, SignatureMeaning.RELEASER, one)
        if one is first:
            lab.vetting.publish(one, actor=ADMIN, confirmation=confirmed)
        else:
            with pytest.raises(InvalidRecordError, match="never replaced"):
                lab.vetting.publish(one, actor=ADMIN, confirmation=confirmed)
    assert lab.curating.recorded("S 1") == first


def test_imports_are_listed_with_what_they_are(lab):
    imported(lab, earlier())
    made = imported(lab, later(), name="later.msp", facts=dataclasses.replace(FACTS, name="Simulated collection 2"))
    assert [(one.number, one.state, one.title) for one in lab.collecting.imports()] == [
        ("LI-0002", "proposed", "Simulated collection 2: 3 of 3"),
        ("LI-0001", "proposed", "Simulated collection 1: 2 of 2"),
    ]
    assert len(lab.collecting.records(made.number)) == 3


def test_findings_that_are_none_are_told():
    for data in (b"{}", b"[]", b"\xff", b'{"refused": [], "looked_at": {"x": 1}, "findings": []}'):
        with pytest.raises(RawStoreError):
            findings_of(data)


def test_a_manifest_that_is_none_is_told(lab):
    with pytest.raises(RawStoreError, match="manifest"):
        open_kept(lab.raw_store, lab.raw_store.put(b"no manifest"))


# in-house standards


def standard(lab, **changes):
    facts = StandardFacts(
        number="RS-1",
        substance="ethanol",
        producer="a producer",
        lot="L7",
        certificate="C-1",
        received_on=lab.clock.now().date(),
        received_mg=Decimal(10),
        reweigh_tolerance_mg=Decimal("0.1"),
        inchikey="LFQSCWFLJHTTHZ-UHFFFAOYSA-N",
        purity=Decimal("0.985"),
        purity_u=Decimal("0.005"),
        purity_k=Decimal(2),
    )
    made = lab.stocking.add_standard(dataclasses.replace(facts, **changes), actor=EXPERT)
    lab.stocking.release_standard(made.number, reason="certificate seen", actor=REVIEWER)
    return made.number


def test_id_8_a_reference_spectrum_names_lot_purity_run_and_who_checked_it(lab, training_file):
    number, run = standard(lab), lab.run(training_file)
    facts = StandardMeasured(standard=number, run=run.number, retention_time_s=Decimal(260), smiles="CCO")
    made = lab.collecting.import_standard(facts, actor=EXPERT)
    assert (made.form, made.standard, made.run, made.raw) == ("run", "RS-1", run.number, run.raw)
    assert any(abs(one.retention_time_s - 260) < 1 for one in lab.collecting.components(run.number))
    assert made.counts.complained == 1  # the simulated spectrum is not that of ethanol, and the check sees it
    one = f"{made.number}/000001"
    lab.vetting.decide(made.number, [one], verdict=Verdict.TAKE, reason="a simulation", actor=EXPERT)
    checked(lab, made.number)
    released(lab, "S 1", made.number)
    (one,) = lab.curating.release("S 1").spectra
    origin = one.provenance.origin
    assert (origin.lot, origin.purity, origin.certificate) == ("L7", Decimal("0.985"), "C-1")
    assert (origin.run, origin.raw_sha256, origin.method) == (run.number, run.raw.sha256, run.method)
    assert abs(origin.retention_time_s - 260) < Decimal("0.5")
    assert (one.provenance.measured_by, one.provenance.checked_by) == (TECHNICIAN.number, REVIEWER.number)
    assert one.provenance.source == "Laboratory of the tests"
    assert run.simulation_statement in one.provenance.marks
    assert one.formula == "C2H6O"


def test_17025_7_10_a_release_is_found_by_the_lot_that_it_rests_on(lab, training_file):
    number, run = standard(lab), lab.run(training_file)
    facts = StandardMeasured(standard=number, run=run.number, retention_time_s=Decimal(260))
    made = lab.collecting.import_standard(facts, actor=EXPERT)
    checked(lab, made.number)
    released(lab, "S 1", made.number)
    with lab.store.reading() as work:
        of_lot = {one.record for one in work.resting_on((Name(kind="lot", number="RS-1"),))}
        of_import = {one.record for one in work.resting_on((Name(kind="library import", number=made.number),))}
    assert Name(kind="library import", number=made.number) in of_lot
    assert of_import == {Name(kind="release", number="S 1")}


def test_a_standard_that_must_not_be_used_is_refused(lab, training_file):
    number, run = standard(lab), lab.run(training_file)
    facts = StandardMeasured(standard=number, run=run.number, retention_time_s=Decimal(260))
    lab.stocking.block_standard(number, status=LotStatus.QUARANTINE, reason="doubt", actor=EXPERT)
    with pytest.raises(NotUsableError):
        lab.collecting.import_standard(facts, actor=EXPERT)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"retention_time_s": Decimal(1)}, "0 components within 2 s of 1 s; the run has 260.010"),
        ({"smiles": "C(("}, "SMILES"),
    ],
)
def test_a_component_or_structure_that_is_not_there_is_told(lab, training_file, change, words):
    facts = StandardMeasured(standard=standard(lab), run=lab.run(training_file).number, retention_time_s=Decimal(260))
    with pytest.raises(InvalidRecordError, match=words):
        lab.collecting.import_standard(dataclasses.replace(facts, **change), actor=EXPERT)


# frozen


def hit_list(release, query):
    search = LibrarySearch(release, mode=SearchMode.SIMILARITY, tolerance=Dalton(0.5), precursor_tolerance=Dalton(0.5))
    return [
        (hit.reference.accession, hit.reference.name, hit.match_factor.hex(), hit.reverse_match_factor.hex())
        for hit in search.query(query, top=10)
    ]


def noisy(name, seed=20261123):
    ions = PEAKS[name]
    factor = np.random.default_rng(seed).uniform(0.8, 1.2, len(ions))
    spectrum = MassSpectrum(mz=list(map(float, ions)), intensity=factor * list(ions.values()))
    return NamedSpectrum(name="unknown", inchikey=None, formula=None, spectrum=spectrum)


def test_a_hit_list_is_the_same_bit_for_bit_after_the_next_release(lab):
    first = curated(lab, "S 1", earlier())
    before = {name: hit_list(lab.curating.release("S 1"), noisy(name)) for name in PEAKS}
    lab.clock.advance(days=400)
    second = curated(lab, "S 2", later())
    after = {name: hit_list(lab.curating.release("S 1"), noisy(name)) for name in PEAKS}
    assert after == before
    assert lab.curating.recorded("S 1") == first
    assert hit_list(lab.curating.release("S 2"), noisy(GAMMA))[0][1] == GAMMA
    assert [before[name][0][1] for name in (ALPHA, BETA)] == [ALPHA, BETA]
    assert GAMMA not in {hit[1] for hit in before[GAMMA]}
    assert (first.sha256 == second.sha256) is False


def test_the_difference_of_recorded_releases_is_by_content(lab):
    curated(lab, "S 1", earlier())
    curated(lab, "S 2", later())
    found = release_difference(lab.curating.release("S 1"), lab.curating.release("S 2"))
    assert [one.name for one in found.came] == [GAMMA]
    assert [(one.before.name, one.after.name, one.changed) for one in found.changed] == [
        (ALPHA, ALPHA, ("ID",)),
        (BETA, "Simulated beta (corrected)", ("ID", "Name")),
    ]
    assert found.went == ()


def test_equal_content_has_equal_digests_in_both_releases(lab):
    curated(lab, "S 1", earlier())
    curated(lab, "S 2", msp(record(GAMMA, number=7), record(BETA, number=2)))
    first, second = lab.curating.mapped("S 1").digests, lab.curating.mapped("S 2").digests
    assert {row.tobytes() for row in first} & {row.tobytes() for row in second} == {first[1].tobytes()}


def test_acts_are_those_of_the_table(lab):
    curated(lab, "S 1", earlier())
    acts = [json.loads(entry.data)["act"] for entry in lab.store.entries()][-3:]
    assert acts == [Act.LIBRARY_IMPORTED, Act.LIBRARY_CHECKED, Act.RELEASE_PUBLISHED]


def test_every_object_of_an_import_and_a_release_is_named_by_the_ledger(lab):
    """What no entry names, a sweep would set aside."""
    names = written(lab.folder, "inchikey,name,language,source\nLFQSCWFLJHTTHZ-UHFFFAOYSA-N,x,en,s\n", "names.csv")
    made = imported(lab, earlier(), tables=(names,))
    checked(lab, made.number)
    released(lab, "S 1", made.number)
    named = {digest for entry in lab.store.entries() for digest in json.loads(entry.data)["raw"]}
    assert {path.name for path in lab.raw_objects} == named


def test_the_structures_of_an_import_are_those_of_its_records_and_read_once(lab):
    """The quick way: what was read is kept by digest. The slow twin reads every record again."""
    text = msp(record(ALPHA, number=1, extra="SMILES: CCO\n"), record(BETA, number=2, extra="SMILES: CCO\n"))
    number = imported(lab, text).number
    found = lab.collecting.structures(number)
    assert [one.smiles for one in found] == ["CCO"]
    assert found[0].words.endswith(ALPHA)
    records = lab.collecting.records(number)
    assert found == structures_of(records)
    assert lab.collecting.structures(number) is found, "it was kept"
    kept = lab.collecting.drawn
    for place in range(4):
        kept.read(f"another {place}", records)
    assert kept.known(lab.collecting.get(number).records_sha256) is None, "the oldest makes room"
    assert lab.collecting.structures(number) == found
