"""Disclosure packets: made, read by a program that knows BagIt alone, checked, and tampered with."""

import hashlib
import json
import resource
import shutil
from dataclasses import replace

import pytest

from lims.bootstrap import open_laboratory
from lims.domain.permissions import Act
from lims.domain.receipt import Receipt, check_receipt
from lims.domain.report import Report
from lims.errors import NotPermittedError, TransitionError
from lims.ledger import LedgerEntry
from lims.ledger.checkpoint import VerifierKey
from lims.persistence.engine import open_engine
from lims.reporting.bag import BagFacts, PacketNotPlacedError, PacketNotWrittenError, bag_faults, written_bag
from lims.settings import load_settings
from spectra.formats.msp import read_msp
from tests.builders.checkpointing import signed
from tests.builders.devices import enrol
from tests.builders.laboratories import EXPERT, HEAD, REPORT, Bench
from tests.integration.test_staff_command import aigaq, told


@pytest.fixture(scope="module")
def home(tmp_path_factory, states, training_file):
    """Give a laboratory with one issued report, and the packet of it."""
    folder = tmp_path_factory.mktemp("disclosed")
    engine = open_engine(f"sqlite:///{folder / 'aigaq.sqlite'}")
    bench = Bench(engine, folder, states)
    bench.hire()
    bench.issued(training_file)
    engine.dispose()
    authentication = open_laboratory(load_settings({}, home=folder)).authentication
    enrol(authentication, HEAD.number)
    enrol(authentication, EXPERT.number)
    said = told(aigaq("report", "packet", REPORT, "--to", folder / "packet", "--by", HEAD.number, home=folder))
    assert f"packet of {REPORT} in {folder / 'packet'}" in said
    return folder


@pytest.fixture
def packet(home, tmp_path):
    return shutil.copytree(home / "packet", tmp_path / "packet")


def verified(packet, home, *more):
    done = aigaq("report", "verify", packet, "--json", *more, home=home, typed="")
    return json.loads(done.said), done.code


def reasons(packet, home):
    found, code = verified(packet, home)
    assert (found["verdict"], code) == ("ALTERED", 4)
    return "\n".join(found["reasons"])


def manifest(packet, name):
    lines = (packet / name).read_text("utf-8").splitlines()
    return {path: digest for digest, path in (line.split("  ", 1) for line in lines)}


def remade(packet):
    """Make the manifests anew, as somebody would who wants to hide a change."""
    payload = {path.relative_to(packet).as_posix(): path for path in (packet / "data").rglob("*") if path.is_file()}
    (packet / "manifest-sha256.txt").write_text(
        "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n" for name, path in sorted(payload.items()))
    )
    tags = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt")
    (packet / "tagmanifest-sha256.txt").write_text(
        "".join(f"{hashlib.sha256((packet / name).read_bytes()).hexdigest()}  {name}\n" for name in tags)
    )


def test_a_program_that_knows_bagit_alone_accepts_a_packet(home):
    """RFC 8493 read again here, with hashlib alone."""
    packet = home / "packet"
    assert (packet / "bagit.txt").read_bytes() == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    named = manifest(packet, "manifest-sha256.txt")
    lying = {path.relative_to(packet).as_posix() for path in (packet / "data").rglob("*") if path.is_file()}
    assert set(named) == lying
    tags = manifest(packet, "tagmanifest-sha256.txt")
    assert set(tags) == {"bag-info.txt", "bagit.txt", "manifest-sha256.txt"}
    for path, digest in (named | tags).items():
        assert hashlib.sha256((packet / path).read_bytes()).hexdigest() == digest
    size = sum((packet / path).stat().st_size for path in named)
    assert f"Payload-Oxum: {size}.{len(named)}\n" in (packet / "bag-info.txt").read_text()


def test_a_packet_is_valid_with_the_laboratory_and_says_what_it_cannot_say_without(home, tmp_path):
    found, code = verified(home / "packet", home)
    assert (found["verdict"], code) == ("CANNOT SAY", 6)  # of this bench's document nobody knows the signers
    assert any(f"The ledger knows this packet: made of {REPORT}" in reason for reason in found["reasons"])
    alone, code = verified(home / "packet", tmp_path / "nowhere")
    assert (alone["verdict"], code) == ("CANNOT SAY", 6)
    assert any("hold that key against one from elsewhere" in reason for reason in alone["reasons"])


def test_a_packet_holds_every_entry_of_the_case_and_every_raw_file(home, training_file):
    data = home / "packet" / "data"
    entries = [LedgerEntry.from_bytes(line) for line in (data / "ledger/entries.jsonl").read_bytes().splitlines()]
    kinds = {entry.kind for entry in entries}
    assert {"case", "exhibit", "run", "examination", "report", "competence", "release"} <= kinds
    assert not kinds & {"account", "session", "staff"}
    store = open_laboratory(load_settings({}, home=home)).reporting.store
    every = [LedgerEntry.from_bytes(stored.data) for stored in store.entries()]
    of_the_case = {"case", "exhibit", "run", "examination", "custody"}
    assert [one for one in entries if one.kind in of_the_case] == [one for one in every if one.kind in of_the_case]
    (run,) = (path for path in (data / "raw/runs").rglob("*") if path.is_file())
    assert run.read_bytes() == training_file.read_bytes()
    assert (data / "report" / f"{REPORT}.pdf").is_file()
    (library,) = (data / "library").glob("*.msp")
    assert {"Ketamine", "Fentanyl", "JWH-018"} <= {record.name for record in read_msp(library).records}
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (data / "raw/objects").iterdir()]
    assert sorted(digests) == sorted(path.name for path in (data / "raw/objects").iterdir())
    assert hashlib.sha256(run.read_bytes()).hexdigest() not in digests
    for language in ("en", "kk", "ru"):
        assert "sha256sum" in (data / f"README-{language}.txt").read_text("utf-8")


def test_the_ledger_says_that_a_packet_was_made_and_which(home):
    store = open_laboratory(load_settings({}, home=home)).reporting.store
    disclosed = (stored.data for stored in store.entries() if b"report.disclosed" in stored.data)
    last = LedgerEntry.from_bytes(next(disclosed))
    digest = hashlib.sha256((home / "packet/tagmanifest-sha256.txt").read_bytes()).hexdigest()
    assert (last.act, last.actor) == (Act.REPORT_DISCLOSED, HEAD.number)
    assert last.body["disclosures"][0]["bag_sha256"] == digest


def test_each_file_altered_removed_or_added_is_named(packet):
    names = sorted(path.relative_to(packet).as_posix() for path in packet.rglob("*") if path.is_file())
    assert len(names) > 12
    for name in names:
        path = packet / name
        before = path.read_bytes()
        path.write_bytes(bytes([before[0] ^ 1]) + before[1:])
        faults = bag_faults(packet)
        assert any(name in fault for fault in faults) or (faults and name == "tagmanifest-sha256.txt"), name
        path.unlink()
        if name != "bagit.txt":
            assert any(fault.startswith(f"{name}: missing") for fault in bag_faults(packet)), name
        path.write_bytes(before)
    assert bag_faults(packet) == ()
    (packet / "data" / "added.txt").write_text("x")
    assert bag_faults(packet) == ("data/added.txt: no manifest names it, it was added",)


def test_a_link_in_a_packet_is_no_file(home, packet):
    document = packet / "data/report" / f"{REPORT}.pdf"
    document.unlink()
    document.symlink_to(home / "packet/data/report" / f"{REPORT}.pdf")
    assert f"data/report/{REPORT}.pdf: a link, not a file" in reasons(packet, home)


def test_who_makes_the_manifests_anew_is_found_by_the_ledger_and_by_the_proofs(home, packet):
    entries = packet / "data/ledger/entries.jsonl"
    lines = entries.read_bytes().splitlines(keepends=True)
    place = next(n for n, line in enumerate(lines) if b'"exhibit.registered"' in line)
    lines[place] = lines[place].replace(b"a card", b"a coat")
    entries.write_bytes(b"".join(lines))
    remade(packet)
    said = reasons(packet, home)
    sequence = LedgerEntry.from_bytes(lines[place].strip()).sequence
    assert f"entry {sequence} is not in the ledger of the checkpoint" in said
    assert "data/records/exhibit.json: says something else than the entries" in said
    assert "the ledger knows no packet" in said


def test_raw_data_and_document_are_held_against_the_entries(home, packet):
    (run,) = (path for path in (packet / "data/raw/runs").rglob("*") if path.is_file())
    run.write_bytes(run.read_bytes() + b"\n")
    (packet / "data/report" / f"{REPORT}.pdf").write_bytes(b"%PDF-1.7 another")
    remade(packet)
    said = reasons(packet, home)
    assert f"data/{run.relative_to(packet / 'data').as_posix()}: SHA-256" in said
    assert f"data/report/{REPORT}.pdf: SHA-256" in said


def test_the_packet_holds_the_receipt_of_the_report(packet, home):
    receipt = packet / "data/report/receipt.json"
    read = Receipt.from_bytes(receipt.read_bytes())
    assert (read.report, len(read.entries), read.consistency) == (REPORT, 1, None)
    receipt.write_bytes(replace(read, report="2026-0001-P2").to_bytes())
    remade(packet)
    assert "data/report/receipt.json: entry" in reasons(packet, home)
    receipt.write_bytes(b"{}")
    remade(packet)
    assert "ReceiptError: expected format" in reasons(packet, home)


def test_a_receipt_of_another_report_does_not_belong_to_the_document(packet, home):
    document = packet / "data/report" / f"{REPORT}.pdf"
    document.write_bytes(document.read_bytes() + b"\n")
    remade(packet)
    assert f"data/report/receipt.json: it is of report {REPORT} with SHA-256" in reasons(packet, home)


def test_a_packet_from_before_receipts_is_whole_without_one(packet, home):
    (packet / "data/report/receipt.json").unlink()
    remade(packet)
    assert reasons(packet, home).startswith("the ledger knows no packet")


def test_receipt_and_trust_file_are_written_and_never_over_another_file(home, tmp_path):
    make = ("report", "receipt", REPORT, "--to", tmp_path, "--by", HEAD.number)
    said = told(aigaq(*make, home=home))
    path = tmp_path / f"{REPORT}.receipt.json"
    assert f"receipt of {REPORT} in {path}: 1 entries, checkpoint over " in said
    trust = tmp_path / "trust.pem"
    assert "1 keys of the ledger" in told(aigaq("report", "trust", "--to", trust, home=home, typed=""))
    keys = [VerifierKey.from_text(line) for line in trust.read_text().splitlines() if line.count("+") > 1]
    assert check_receipt(Receipt.from_bytes(path.read_bytes()), keys=keys).believed
    before = path.read_bytes()
    assert "exists" in told(aigaq(*make, home=home), code=2)
    assert "exists" in told(aigaq("report", "trust", "--to", trust, home=home, typed=""), code=2)
    assert path.read_bytes() == before


def test_a_proof_that_is_gone_and_a_checkpoint_of_another_key_are_named(home, packet):
    proofs = packet / "data/ledger/proofs.jsonl"
    lines = proofs.read_bytes().splitlines(keepends=True)
    proofs.write_bytes(b"".join(lines[1:]))
    checkpoint = packet / "data/ledger/checkpoint.txt"
    checkpoint.write_bytes(checkpoint.read_bytes().replace(b"+", b"/", 1))
    remade(packet)
    said = reasons(packet, home)
    assert "proofs for" in said or "checkpoint" in said


def test_a_folder_that_is_no_packet_is_refused(home, tmp_path):
    said = told(aigaq("report", "verify", tmp_path, home=home, typed=""), code=2)
    assert "no disclosure packet" in said


def test_who_may_not_makes_none_and_an_existing_folder_is_kept(home, tmp_path):
    make = ("report", "packet", REPORT, "--to", tmp_path / "new")
    assert "whole ledger" in told(aigaq(*make, "--by", EXPERT.number, home=home), code=2)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "new").mkdir()
    assert "exists already" in told(aigaq(*make, "--by", HEAD.number, home=home), code=2)
    assert list((tmp_path / "new").iterdir()) == []


@pytest.fixture
def laboratory(bench, training_file):
    bench.hire()
    bench.issued(training_file)
    return signed(bench)


def gathered(laboratory, number=REPORT):
    note = laboratory.checkpointing.make()
    return laboratory.disclosing.gather(number, signed=note, keys=laboratory.checkpointing.identity().keys)


def written(packet, to, laboratory):
    facts = BagFacts(identifier=REPORT, origin=packet.origin, made_on=laboratory.clock.now().date())
    with written_bag(packet.files, to, facts) as bag:
        bag.put_in_place()
    return bag.sha256


def test_the_same_report_and_ledger_give_the_same_packet(laboratory, tmp_path):
    first = written(gathered(laboratory), tmp_path / "first", laboratory)
    assert written(gathered(laboratory), tmp_path / "second", laboratory) == first


def test_the_act_is_recorded_with_the_digest_and_by_head_or_quality_manager_alone(laboratory):
    packet = gathered(laboratory)
    with pytest.raises(NotPermittedError):
        laboratory.disclosing.record(packet, bag_sha256="0" * 64, actor=EXPERT)
    laboratory.disclosing.record(packet, bag_sha256="0" * 64, actor=HEAD)
    with laboratory.store.reading() as work:
        (disclosure,) = work.load(Report, REPORT).disclosures
    assert (disclosure.bag_sha256, disclosure.made_by, disclosure.entries) == ("0" * 64, HEAD.number, packet.entries)


def test_a_packet_is_made_only_of_a_report_that_left_the_laboratory(bench, training_file):
    bench.hire()
    bench.cleared(training_file)
    with pytest.raises(TransitionError, match="did not leave"):
        gathered(signed(bench))


def test_another_case_is_not_in_the_packet(laboratory):
    other = laboratory.exhibit()
    packet = gathered(laboratory)
    (entries,) = (one.read() for one in packet.files if one.path == "ledger/entries.jsonl")
    found = [LedgerEntry.from_bytes(line) for line in entries.splitlines()]
    assert other.number not in {entry.number for entry in found}
    assert {entry.number for entry in found if entry.kind == "case"} == {packet.case_number}


def test_a_disk_that_is_full_leaves_nothing_behind(laboratory, tmp_path):
    packet = gathered(laboratory)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, before[1]))
    try:
        with pytest.raises(PacketNotWrittenError):
            written(packet, tmp_path / "packet", laboratory)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not [path for path in tmp_path.iterdir() if "packet" in path.name]


def _refused_its_name():
    return pytest.raises(PacketNotPlacedError, match="not renamed")


def test_a_recorded_packet_whose_name_was_taken_meanwhile_stays_whole(laboratory, tmp_path):
    packet = gathered(laboratory)
    facts = BagFacts(identifier=REPORT, origin=packet.origin, made_on=laboratory.clock.now().date())
    with _refused_its_name(), written_bag(packet.files, tmp_path / "packet", facts) as bag:
        laboratory.disclosing.record(packet, bag_sha256=bag.sha256, actor=HEAD)
        (tmp_path / "packet").write_text("somebody else's")
        bag.put_in_place()
    assert bag_faults(bag.folder) == ()
    assert (tmp_path / "packet").read_text() == "somebody else's"


def test_what_fails_before_the_record_leaves_nothing_behind(laboratory, tmp_path):
    packet = gathered(laboratory)
    facts = BagFacts(identifier=REPORT, origin=packet.origin, made_on=laboratory.clock.now().date())
    with pytest.raises(NotPermittedError), written_bag(packet.files, tmp_path / "packet", facts) as bag:
        laboratory.disclosing.record(packet, bag_sha256=bag.sha256, actor=EXPERT)
    assert not [path for path in tmp_path.iterdir() if "packet" in path.name]
