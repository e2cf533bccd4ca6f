"""The arithmetic of a report done again from its attachments: what is right repeats, what was changed is named."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import fictitious_circumstances as full
import fictitious_law
import fictitious_ledger as ledger
import fictitious_reports as fictitious
import pytest

from lims.domain.error_rate import error_rate_interval
from lims.domain.report_circumstances import WeightSection
from lims.domain.report_confidence import Confidence, StatedRate
from lims.domain.report_content import ReportContent
from lims.domain.sampling_statement import StatementKind
from lims.domain.unit_draw import GENERATOR
from lims.domain.weighing import WeighingPurpose, state_mass
from lims.domain.weight_uncertainty import BalanceBudget
from lims.ledger.canonical import canonical_bytes, parse_canonical
from lims.ledger.checkpoint import VerifierKey
from lims.reporting.content import content_json
from lims.reporting.repeating.attachments import Attachments
from lims.reporting.repeating.checks import CheckName, CheckState, RepeatedCheck
from lims.reporting.repeating.repetition import repeat
from lims.reporting.repeating.sampling import LARGEST_REPEATED
from lims.reporting.spectra_file import spectra_msp
from lims.translation import LANGUAGES, Translator
from substance_library.thresholds import SizeResult, ThresholdDecision

ENGLISH = Translator("en")
EQUAL, DIFFERS, NOT_POSSIBLE = CheckState.EQUAL, CheckState.DIFFERS, CheckState.NOT_POSSIBLE
BUDGET = BalanceBudget(
    readability_g=Decimal("0.0001"),
    repeatability_g=Decimal("0.00015"),
    linearity_g=Decimal("0.0003"),
    calibration_u_g=Decimal("0.0004"),
)


def attached(content: ReportContent, **files: bytes | None) -> Attachments:
    made = Attachments(data=content_json(content), spectra=spectra_msp(content).encode())
    return replace(made, **files)


def check(content: ReportContent, name: CheckName, **files: bytes | None) -> RepeatedCheck:
    found = repeat(attached(content, **files), t=ENGLISH)
    return next(one for one in found.checks if one.name is name)


def with_circumstances(**facts: object) -> ReportContent:
    content = full.full_report()
    return replace(content, circumstances=replace(content.circumstances, **facts))


def weight(*, tare: str | None = "2.0000", **facts: object) -> WeightSection:
    """Give a weight with its readings, as a report of now carries it."""
    gross = Decimal("3.2345")
    readings = 1 if tare is None else 2
    net = gross - Decimal(tare or 0)
    stated = state_mass(net, u_g=2 * BUDGET.combined(readings=readings), k=Decimal(2))
    made = replace(
        full.weight(1, "1", "0.1", purpose=WeighingPurpose.BEFORE),
        mass_g=stated.mass_g,
        u_g=stated.u_g,
        gross_g=gross,
        tare_g=None if tare is None else Decimal(tare),
        budget=BUDGET,
    )
    return replace(made, **facts)


def rated(**facts: object) -> ReportContent:
    interval = error_rate_interval(2, 300, confidence=0.95)
    rate = StatedRate.of(interval, study="a study of examples", validated_on=date(2026, 1, 1))
    return replace(fictitious.report(), confidence=Confidence(rate=replace(rate, **facts)))


def changed_component(change: Callable[[object], object]) -> ReportContent:
    content = fictitious.report()
    first, *others = content.runs[0].components
    run = replace(content.runs[0], components=(change(first), *others))
    return replace(content, runs=(run,))


class TestEverything:
    def test_a_report_repeats_without_a_contradiction(self) -> None:
        found = repeat(attached(fictitious_law.golden_report("en")), t=ENGLISH)
        assert [one.name for one in found.checks] == list(CheckName)
        assert found.contradictions == ()
        states = {one.name: one.state for one in found.checks}
        assert states[CheckName.MATCH_FACTORS] is states[CheckName.SAMPLING] is states[CheckName.THRESHOLD] is EQUAL

    def test_every_check_says_what_it_did_in_every_language(self) -> None:
        content = fictitious_law.golden_report("en")
        said = [{one.words for one in repeat(attached(content), t=Translator(each)).checks} for each in LANGUAGES]
        assert all(words for language in said for words in language)
        assert not said[0] & said[1] | said[0] & said[2] | said[1] & said[2]

    def test_a_file_without_data_has_no_checks(self) -> None:
        found = repeat(Attachments(), t=ENGLISH)
        assert (found.content, found.checks) == (None, ())

    @pytest.mark.parametrize(
        "data", [b"", b"{}", b"null", b"[" * 100_000, b"\xff", b'{"number":"9"}', b'{"number":NaN}', b"1" * 5000]
    )
    def test_data_that_are_none_are_said_to_be_none(self, data: bytes) -> None:
        found = repeat(Attachments(data=data), t=ENGLISH)
        assert found.content is None
        assert {one.state for one in found.checks} == {NOT_POSSIBLE}

    def test_data_of_a_later_version_are_not_guessed_at(self) -> None:
        values = parse_canonical(content_json(fictitious.report()))
        assert isinstance(values, dict)
        found = repeat(Attachments(data=canonical_bytes({**values, "later": "x"})), t=ENGLISH)
        assert found.content is None
        assert "a version that this program does not know" in found.checks[0].words


STRANGE = ("1E+999999", "1E-999999", "-1", "0", "", "x", "9" * 50, None, 0, -5, 2**53 - 1, True, [], {}, "\0")


def places(value: object, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Give the way to each value of a report that is no list and has no names."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*way, key))
    if not isinstance(value, dict | list):
        yield way


@pytest.mark.parametrize("changes", [25, pytest.param(3_000, marks=pytest.mark.nightly)])
def test_no_value_of_a_report_ends_the_program(changes: int) -> None:
    content = fictitious_law.golden_report("en")
    content = replace(content, runs=tuple(replace(run, chromatogram=()) for run in content.runs))
    told, chance = content_json(content), random.Random(20261123)  # noqa: S311 - the same changes every time
    ways = [way for way in places(json.loads(told)) if way[0] in {"circumstances", "runs", "method", "quantitations"}]
    for _ in range(changes):
        values = json.loads(told)
        *way, last = chance.choice(ways)
        inner = values
        for key in way:
            inner = inner[key]
        inner[last] = chance.choice(STRANGE)
        found = repeat(Attachments(data=canonical_bytes(values)), t=ENGLISH)
        assert [one.name for one in found.checks] == list(CheckName)


class TestData:
    def test_the_file_of_spectra_must_hold_the_spectra_of_the_data(self) -> None:
        content = fictitious.report()
        assert check(content, CheckName.DATA).state is EQUAL
        other = spectra_msp(content).replace("999", "998").encode()
        assert check(content, CheckName.DATA, spectra=other).state is DIFFERS
        assert check(content, CheckName.DATA, spectra=None).state is DIFFERS

    def test_the_digest_must_be_the_recorded_one(self) -> None:
        content = fictitious.report()
        found = repeat(attached(content), recorded=fictitious.digest("others"), t=ENGLISH)
        assert found.checks[0].state is DIFFERS

    def test_a_file_attached_twice_under_one_name_is_named(self) -> None:
        made = replace(attached(fictitious.report()), ambiguous=("report-data.json",))
        found = repeat(made, t=ENGLISH).checks[0]
        assert (found.state, "report-data.json" in found.words) == (DIFFERS, True)


class TestMatchFactors:
    def test_a_changed_match_factor_is_named_with_what_the_spectra_give(self) -> None:
        def raised(component):
            first, *others = component.candidates
            return replace(component, candidates=(replace(first, match_factor=975), *others))

        found = check(changed_component(raised), CheckName.MATCH_FACTORS)
        assert found.state is DIFFERS
        assert "component 1, Etizolam: the report says match factor 975" in found.words
        assert "give 941 and 995" in found.words

    def test_a_changed_spectrum_is_noticed(self) -> None:
        def swapped(component):
            identity = component.identity
            return replace(component, identity=replace(identity, reference=fictitious.spectrum(seed=5)))

        assert check(changed_component(swapped), CheckName.MATCH_FACTORS).state is DIFFERS

    def test_spectra_that_are_none_are_no_error(self) -> None:
        def emptied(component):
            peaks = component.identity.measured
            return replace(component, identity=replace(component.identity, measured=tuple(reversed(peaks))))

        assert "its spectra are none" in check(changed_component(emptied), CheckName.MATCH_FACTORS).words

    def test_a_name_that_no_hit_list_has_cannot_be_repeated(self) -> None:
        def renamed(component):
            return replace(component, identity=replace(component.identity, name="Somethingelse"))

        found = check(changed_component(renamed), CheckName.MATCH_FACTORS)
        assert (found.state, "in no hit list" in found.words) == (NOT_POSSIBLE, True)

    def test_an_unknown_preset_cannot_be_repeated(self) -> None:
        content = fictitious.report()
        content = replace(content, method=replace(content.method, preset_version=9))
        found = check(content, CheckName.MATCH_FACTORS)
        assert (found.state, "version 9, is not known" in found.words) == (NOT_POSSIBLE, True)


class TestSampling:
    def changed(self, *, plan: dict[str, object] | None = None, **facts: object) -> RepeatedCheck:
        made = full.sampling()
        made = replace(made, statement=replace(made.statement, **facts), **(plan or {}))
        return check(with_circumstances(sampling=(made,)), CheckName.SAMPLING)

    def test_sa_5_a_larger_claim_is_named(self) -> None:
        found = self.changed(at_least=7)
        assert found.state is DIFFERS
        assert "at least 7 units are positive; its figures give 6" in found.words

    def test_sa_3_fewer_units_than_the_plan_asks_for_are_named(self) -> None:
        assert "2 units were to be tested; its figures give 3" in self.changed(to_test=2).words

    def test_sa_4_a_sentence_that_the_results_do_not_support_is_named(self) -> None:
        mixed = self.changed(substances=("Etizolam", "another"))
        assert "do not support the sentence" in mixed.words
        assert "at least 6 units are positive; its figures give none" in mixed.words
        assert self.changed(kind=StatementKind.TESTED_ONLY, at_least=None).state is DIFFERS

    def test_sa_2_units_that_the_seed_does_not_give_are_named(self) -> None:
        found = self.changed(plan={"units": (1, 2, 3)})
        assert "the seed does not give the units" in found.words
        beyond = replace(full.sampling().draws[0], seed=-1, generator=GENERATOR)
        assert self.changed(plan={"draws": (beyond,)}).state is DIFFERS

    def test_too_large_a_population_is_not_counted(self) -> None:
        found = self.changed(population=LARGEST_REPEATED + 1)
        assert (found.state, "too large" in found.words) == (NOT_POSSIBLE, True)

    @pytest.mark.parametrize("proportion", ["1E+999999999", "1E-999999999", "-1", "2"])
    def test_numbers_that_would_fill_the_memory_are_no_error(self, proportion: str) -> None:
        found = self.changed(design=replace(full.DESIGN, proportion=Decimal(proportion)))
        assert "cannot be computed with" in found.words


class TestWeights:
    def of(self, *weights: WeightSection) -> RepeatedCheck:
        return check(with_circumstances(weights=weights), CheckName.WEIGHTS)

    def test_wu_5_mass_and_uncertainty_follow_from_readings_and_balance(self) -> None:
        found = self.of(weight(), weight(tare=None))
        assert (found.state, found.words) == (EQUAL, "Masses that follow from the readings and the balance: 2.")

    @pytest.mark.parametrize("facts", [{"mass_g": Decimal("1.23")}, {"u_g": Decimal("0.0001")}])
    def test_wu_4_a_changed_mass_or_uncertainty_is_named(self, facts: dict[str, object]) -> None:
        found = self.of(weight(), weight(**facts))
        assert found.state is DIFFERS
        assert "readings and balance give 1.2345 g" in found.words

    def test_a_coverage_that_k_does_not_give_is_named(self) -> None:
        assert self.of(weight(coverage_percent=Decimal("99.73"))).state is DIFFERS

    def test_a_report_from_before_readings_were_kept_cannot_be_repeated(self) -> None:
        found = self.of(weight(gross_g=None))
        assert (found.state, "its readings are not in the data" in found.words) == (NOT_POSSIBLE, True)

    def test_numbers_beyond_all_weights_are_no_error(self) -> None:
        found = self.of(weight(gross_g=Decimal("1E+999999")))
        assert "cannot be computed with" in found.words
        endless = self.of(weight(mass_g=Decimal("1E+999999")))
        assert "the report says 1.000000E+999999 g" in endless.words


class TestThresholds:
    def test_wu_6_a_decision_that_does_not_follow_is_named(self) -> None:
        wrong = replace(full.threshold("50.04"), decision=ThresholdDecision.EXCEEDED)
        found = check(with_circumstances(thresholds=(wrong,)), CheckName.THRESHOLD)
        assert found.state is DIFFERS
        assert "an example; no threshold of any law: the decision does not follow" in found.words

    @pytest.mark.parametrize(
        "facts", [{"result": SizeResult.LARGE, "readings": ()}, {"readings": (SizeResult.LARGE, SizeResult.SMALL)}]
    )
    def test_wu_6_a_size_class_that_does_not_follow_is_named(self, facts: dict[str, object]) -> None:
        size = replace(fictitious_law.STRADDLING, **facts)
        section = replace(fictitious_law.SECTION, on_seizure=replace(fictitious_law.ON_SEIZURE, sizes=(size,)))
        found = check(with_circumstances(thresholds=(), legal=(section,)), CheckName.THRESHOLD)
        assert (found.state, "2026-9001/3-L1, Fictitious act ZZ-1" in found.words) == (DIFFERS, True)

    def test_an_amount_that_is_not_the_weighed_one_is_named(self) -> None:
        section = replace(fictitious_law.SECTION, weighing_number=f"{full.EXHIBIT}-W2")
        found = check(with_circumstances(thresholds=(), legal=(section,)), CheckName.THRESHOLD)
        assert (found.state, "is not that of weighing" in found.words) == (DIFFERS, True)

    def test_an_amount_that_is_not_in_the_data_cannot_be_repeated(self) -> None:
        section = replace(fictitious_law.SECTION, weighed=None)
        found = check(with_circumstances(thresholds=(), legal=(section,)), CheckName.THRESHOLD)
        assert (found.state, "its amount is not in the data" in found.words) == (NOT_POSSIBLE, True)


class TestConfidence:
    def test_the_interval_follows_from_errors_and_trials(self) -> None:
        assert check(rated(), CheckName.CONFIDENCE).state is EQUAL

    @pytest.mark.parametrize(
        "facts", [{"low_percent": Decimal("0.00")}, {"high_percent": Decimal("1.00")}, {"errors": 1}, {"trials": 3000}]
    )
    def test_a_changed_rate_is_named(self, facts: dict[str, object]) -> None:
        found = check(rated(**facts), CheckName.CONFIDENCE)
        assert (found.state, "The report says" in found.words) == (DIFFERS, True)


class TestLedger:
    CONTENT, EXTRACT = ledger.with_ledger(fictitious.report())

    def of(
        self, content: ReportContent | None = None, *, keys: tuple[VerifierKey, ...] = (ledger.KEY,), **files: bytes
    ) -> dict[CheckName, RepeatedCheck]:
        extract = replace(self.EXTRACT, **files)
        made = attached(
            content or self.CONTENT,
            entries=extract.entries,
            proofs=extract.proofs,
            checkpoint=extract.checkpoint,
            keys=extract.keys,
        )
        return {one.name: one for one in repeat(made, trusted=keys, t=ENGLISH).checks}

    def test_entries_are_proved_and_a_trusted_key_signed(self) -> None:
        found = self.of()
        assert found[CheckName.PROOFS].state is found[CheckName.CHECKPOINT].state is EQUAL
        assert found[CheckName.PROOFS].words.endswith(": 2.")

    def test_a_key_that_only_the_file_names_proves_nothing(self) -> None:
        found = self.of(keys=())[CheckName.CHECKPOINT]
        assert (found.state, "only the file itself names" in found.words) == (NOT_POSSIBLE, True)

    @pytest.mark.parametrize("place", [b'"actor":"E-07"', b'"act":"report.intended"'])
    def test_a_changed_entry_is_named(self, place: bytes) -> None:
        changed = self.EXTRACT.entries.replace(place, place[:-2] + b'X"', 1)
        found = self.of(entries=changed)[CheckName.PROOFS]
        assert (found.state, "Entry 1 of the extract is not proved" in found.words) == (DIFFERS, True)

    def test_an_entry_without_its_proof_is_noticed(self) -> None:
        found = self.of(proofs=self.EXTRACT.proofs.split(b"\n")[0])[CheckName.PROOFS]
        assert "2 entries and 1 proofs" in found.words

    def test_a_changed_checkpoint_is_noticed(self) -> None:
        changed = self.EXTRACT.checkpoint.replace(b"\n1206\n", b"\n1207\n")
        found = self.of(checkpoint=changed)
        assert found[CheckName.CHECKPOINT].state is found[CheckName.PROOFS].state is DIFFERS
        found = self.of(checkpoint=b"nothing")
        assert found[CheckName.CHECKPOINT].words == "The checkpoint in the file cannot be read."

    def test_a_checkpoint_that_nobody_signed_is_noticed(self) -> None:
        lines = self.EXTRACT.checkpoint.splitlines(keepends=True)
        unsigned = b"".join(lines[:-1]) + lines[-1][:-8] + b"AAAAAA=\n"
        found = self.of(checkpoint=unsigned)[CheckName.CHECKPOINT]
        assert (found.state, found.words) == (DIFFERS, "The signature of the checkpoint does not hold.")

    def test_the_extract_of_another_report_is_noticed(self) -> None:
        other, _ = ledger.with_ledger(replace(fictitious.report(), number="2026-9001/3-R7"))
        assert self.of(other)[CheckName.PROOFS].state is DIFFERS

    def test_files_of_a_ledger_that_the_data_do_not_name_are_noticed(self) -> None:
        found = self.of(fictitious.report())
        assert found[CheckName.PROOFS].state is found[CheckName.CHECKPOINT].state is DIFFERS

    def test_files_of_a_ledger_that_are_missing_are_noticed(self) -> None:
        found = {one.name: one.state for one in repeat(attached(self.CONTENT), t=ENGLISH).checks}
        assert found[CheckName.PROOFS] is found[CheckName.CHECKPOINT] is DIFFERS

    def test_an_entry_of_the_extract_that_names_another_digest_is_noticed(self) -> None:
        found = repeat(attached(self.CONTENT), recorded="ab" * 32, t=ENGLISH).checks[0]
        assert found.state is DIFFERS
