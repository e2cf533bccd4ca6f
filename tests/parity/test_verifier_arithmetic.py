"""The arithmetic of the one-file verifier against that of the program: two codes, one result."""

import importlib
import json
import re
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import assume, given
from hypothesis import strategies as st

from lims.domain.error_rate import error_rate_interval
from lims.domain.record import from_body
from lims.domain.report_confidence import StatedRate
from lims.domain.report_content import ReportContent
from lims.domain.sampling_plan import PlanDesign, SamplingMethod, units_to_test
from lims.domain.sampling_statement import at_least_positive
from lims.domain.unit_draw import GENERATOR, draw_units
from lims.domain.weighing import state_mass
from lims.domain.weight_uncertainty import BalanceBudget
from lims.errors import CanonicalFormError, CheckpointError, InvalidRecordError, SamplingPlanError
from lims.ledger.canonical import canonical_bytes
from lims.ledger.checkpoint import Checkpoint, SignedCheckpoint, VerifierKey, sign_checkpoint
from lims.ledger.extract import LedgerExtract
from lims.ledger.merkle import leaf_digest, prove_consistency, prove_inclusion, tree_root
from lims.reporting.content import content_json
from lims.reporting.keys import names_agree
from lims.reporting.repeating.attachments import Attachments
from lims.reporting.repeating.repetition import repeat
from lims.reporting.spectra_file import spectra_msp
from lims.translation import Translator
from lims.verifier import verify_report as own
from spectra import SIMPLE_EI, MassSpectrum
from spectra.scores.match_factor import match_factors
from substance_library.thresholds import (
    Basis,
    Dryness,
    Matter,
    SizeClass,
    Threshold,
    WeighedAmount,
    decide_threshold,
    size_of,
)
from tests.builders.examples import fewer
from tests.conftest import BY_NIGHT

SMALL = st.decimals(min_value="0.0001", max_value="5", places=4)


def hundredths(low: int, high: int) -> st.SearchStrategy[Decimal]:
    return st.integers(low, high).map(lambda number: Decimal(number).scaleb(-2))


@given(seed=st.integers(0, 2**53 - 1), population=st.integers(1, 60), data=st.data())
def test_sa_2_the_same_units_are_drawn_from_a_seed(seed: int, population: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, population))
    units = list(draw_units(tuple(range(1, population + 1)), count=count, seed=seed))
    plan = {"draws": [{"seed": seed, "generator": GENERATOR}], "units": units}
    assert own.GENERATOR == GENERATOR
    assert own.drawn_again(plan, population)
    other = [unit for unit in range(1, population + 1) if unit not in units]
    if other:
        assert not own.drawn_again(plan | {"units": sorted([*units[1:], other[0]])}, population)


def design_body(design: PlanDesign) -> dict[str, Any]:
    numbers = ("proportion", "confidence", "prior_positive", "prior_negative")
    return {
        "method": design.method.value,
        "expected_negatives": design.expected_negatives,
        "custom_units": design.custom_units,
        **{name: None if getattr(design, name) is None else str(getattr(design, name)) for name in numbers},
    }


@fewer(3)
@given(
    method=st.sampled_from([SamplingMethod.HYPERGEOMETRIC, SamplingMethod.BAYESIAN]),
    population=st.integers(1, 300) | st.integers(1001, 4000),
    proportion=hundredths(1, 100),
    confidence=hundredths(50, 99),
    expected=st.integers(0, 3),
    prior=st.tuples(hundredths(50, 400), hundredths(50, 400)),
    data=st.data(),
)
def test_sa_4_sizes_and_statements_of_sampling(
    method: SamplingMethod,
    population: int,
    proportion: Decimal,
    confidence: Decimal,
    expected: int,
    prior: tuple[Decimal, Decimal],
    data: st.DataObject,
) -> None:
    bayesian = method is SamplingMethod.BAYESIAN
    design = PlanDesign(
        method=method,
        testing="each",
        proportion=proportion,
        confidence=confidence,
        expected_negatives=expected,
        prior_positive=prior[0] if bayesian else None,
        prior_negative=prior[1] if bayesian else None,
    )
    try:
        wanted = units_to_test(population, design)
    except SamplingPlanError:
        with pytest.raises(own.ReadingError):
            own.units_to_test(population, design_body(design))
        return
    assert own.units_to_test(population, design_body(design)) == wanted
    negatives = data.draw(st.integers(0, min(wanted, 3)))
    told = at_least_positive(design, population=population, tested=wanted, negatives=negatives)
    assert own.most_supported(design_body(design), population, wanted, negatives) == told


@given(
    method=st.sampled_from([SamplingMethod.SQUARE_ROOT, SamplingMethod.FRANK, SamplingMethod.ALL]),
    population=st.integers(1, 5000),
)
def test_sizes_that_support_no_statement(method: SamplingMethod, population: int) -> None:
    design = PlanDesign(method=method, testing="each")
    assert own.units_to_test(population, design_body(design)) == units_to_test(population, design)


@given(
    gross=st.decimals(min_value="1", max_value="400", places=4),
    tare=st.none() | st.decimals(min_value="0", max_value="0.9", places=4),
    budget=st.builds(
        BalanceBudget,
        readability_g=SMALL,
        repeatability_g=SMALL,
        linearity_g=SMALL,
        calibration_u_g=SMALL,
        calibration_k=st.sampled_from([Decimal(2), Decimal("2.05")]),
    ),
    k=st.sampled_from([Decimal(2), Decimal(3)]),
)
def test_wu_4_masses_and_their_uncertainty(
    gross: Decimal, tare: Decimal | None, budget: BalanceBudget, k: Decimal
) -> None:
    readings = 1 if tare is None else 2
    told = state_mass(gross - (tare or 0), u_g=k * budget.combined(readings=readings), k=k)
    names = ("readability_g", "repeatability_g", "linearity_g", "calibration_u_g", "calibration_k")
    body = {"gross_g": str(gross), "tare_g": None if tare is None else str(tare), "k": str(k)}
    assert own.weighed(body, {name: str(getattr(budget, name)) for name in names}) == (told.mass_g, told.u_g)


@given(
    mass=hundredths(0, 400),
    u=hundredths(0, 50),
    limits=st.lists(hundredths(0, 400), min_size=1, max_size=3, unique=True),
    inclusive=st.booleans(),
)
def test_wu_6_decisions_and_size_classes(mass: Decimal, u: Decimal, limits: list[Decimal], *, inclusive: bool) -> None:
    found = own.decided(mass, u, limits[0], inclusive=inclusive)
    assert found == decide_threshold(mass, u_g=u, threshold_g=limits[0], inclusive=inclusive).decision
    basis = Basis(matter=Matter.MIXTURE, form=None, dryness=Dryness.AS_IS)
    amount = WeighedAmount(amount=mass, u=u, unit="g", basis=basis)
    rows = [
        Threshold(number=size, entry="e", size=size, amount=limit, unit="g", basis=basis, inclusive=inclusive)
        for size, limit in zip(SizeClass, sorted(limits), strict=False)
    ]
    told = size_of(amount, rows)
    body = {
        "result": told.result.value,
        "readings": [one.value for one in told.readings],
        "thresholds": [
            {
                "size": one.threshold.size.value,
                "amount": str(one.threshold.amount),
                "unit": "g",
                "inclusive": inclusive,
                "decision": one.decision.value,
            }
            for one in told.comparisons
        ],
    }
    weighed = {"unit": "g", "basis": {"matter": "whole mixture", "form": None, "dryness": "as is"}}
    assert own.size_follows(body, weighed, mass, u)
    assert not own.size_follows(body | {"result": "small" if told.result != "small" else "large"}, weighed, mass, u)


@fewer(3)
@given(trials=st.integers(1, 3000), data=st.data(), confidence=hundredths(5000, 9990))
def test_intervals_of_an_error_rate(trials: int, data: st.DataObject, confidence: Decimal) -> None:
    errors = data.draw(st.integers(0, min(trials, 40)))
    interval = error_rate_interval(errors, trials, confidence=float(confidence) / 100)
    told = StatedRate.of(interval, study="s", validated_on=date(2026, 1, 1))
    ends = {"low_percent": str(told.low_percent), "high_percent": str(told.high_percent)}
    body = {"errors": errors, "trials": trials, "confidence_percent": str(confidence), **ends}
    assert own.rate_follows(body)
    assert not own.rate_follows(body | {"high_percent": str(told.high_percent + Decimal("0.02"))})
    assert not own.rate_follows(body | {"low_percent": str(told.low_percent - Decimal("0.02"))})


peaks = st.dictionaries(
    st.integers(1, 400), st.decimals(min_value="0.1", max_value="999", places=1), min_size=1, max_size=40
)


@given(measured=peaks, reference=peaks)
def test_match_factors(measured: dict[int, Decimal], reference: dict[int, Decimal]) -> None:
    def spectrum(heights: dict[int, Decimal]) -> MassSpectrum:
        ordered = sorted(heights)
        return MassSpectrum(
            mz=np.array(ordered, dtype=np.float64), intensity=np.array([float(heights[mz]) for mz in ordered])
        )

    def body(heights: dict[int, Decimal]) -> list[dict[str, object]]:
        return [{"mz": mz, "intensity": str(height)} for mz, height in sorted(heights.items())]

    told = match_factors(spectrum(measured), spectrum(reference), preset=SIMPLE_EI, lowest_mz=1.0)
    found = own.match_factors(body(measured), body(reference))
    assert found == pytest.approx((told.match_factor, told.reverse_match_factor), abs=1e-6)


@given(size=st.integers(1, 70), data=st.data())
def test_merkle_proofs(size: int, data: st.DataObject) -> None:
    entries = [f"entry {number}".encode() for number in range(size)]
    leaves = [leaf_digest(one) for one in entries]
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    root, path = tree_root(leaves), list(prove_inclusion(leaves, index).path)
    assert own.included(entries[index], index, path, size, root)
    assert not own.included(entries[index] + b"!", index, path, size, root)
    assert not own.included(entries[index], index, [*path, bytes(32)], size, root)
    if path:
        assert not own.included(entries[index], index, path[:-1], size, root)
        assert not own.included(entries[index], index, [*path[:-1], bytes(32)], size, root)
    older, way = tree_root(leaves[:old]), list(prove_consistency(leaves, old).path)
    assert own.consistent(old, older, size, root, way)
    assert not own.consistent(old, bytes(32), size, root, way)
    assert not own.consistent(old, older, size, bytes(32), way)
    assert not own.consistent(old, older, size, root, [*way, bytes(32)])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(value=json_values)
def test_canonical_json(value: Any) -> None:
    try:
        told = canonical_bytes(value)
    except CanonicalFormError:
        with pytest.raises(own.ReadingError):
            own.canonical(value)
        return
    assert own.canonical(value) == told
    assert own.parse_canonical(told) == value
    loose = json.dumps(value, indent=1).encode()
    assume(loose != told)
    with pytest.raises(own.ReadingError):
        own.parse_canonical(loose)


@fewer(5)
@given(
    size=st.integers(1, 10**6),
    place=st.integers(0, 400),
    byte=st.integers(0, 255),
    name=st.sampled_from(["a/b", "ә/1"]),
)
def test_signed_notes_with_a_changed_byte(size: int, place: int, byte: int, name: str) -> None:
    private = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    key = VerifierKey(name=name, public_key=private.public_key().public_bytes_raw())
    checkpoint = Checkpoint(origin=name, size=size, root=bytes(range(32)))
    note = SignedCheckpoint(
        checkpoint=checkpoint, signatures=(sign_checkpoint(checkpoint, key=key, signer=private),)
    ).to_bytes()
    keys = own.ledger_keys(f"a line\n{key.to_text()}\n{key.to_text()[:-4]}AAAA\n")
    assert [one.public for one in keys] == [key.public_key]
    assert own.signed_note(note).signers(keys) == keys
    place %= len(note)
    changed = note[:place] + bytes([byte]) + note[place + 1 :]
    try:
        signed = SignedCheckpoint.from_bytes(changed)
        told = signed.check_signatures(origin=name, keys=[key])
        expected = told.trusted
    except CheckpointError:
        expected = False
    try:
        found = bool(own.signed_note(changed).signers(keys))
    except ValueError:
        found = False
    assert found == expected == (changed == note)


@given(
    recorded=st.lists(st.sampled_from(["Ann", "ANN", "Lee", "lee", "Kim"]), max_size=3),
    said=st.lists(st.sampled_from(["ann", "Lee", "Kim", "Poe"]), max_size=3),
)
def test_names_of_signers(recorded: list[str], said: list[str]) -> None:
    one, other = " ".join(recorded), " ".join(said)
    assert own.names_agree(one, other) == names_agree(one, other)


def test_probabilities_of_a_beta_distribution() -> None:
    from scipy.stats import beta

    for a in (0.5, 1.0, 3.7, 40.0, 900.0):
        for b in (0.5, 2.0, 17.3, 1200.0):
            for x in (1e-6, 0.01, 0.3, 0.5, 0.77, 0.999):
                assert own.beta_below(x, a, b) == pytest.approx(float(beta.cdf(x, a, b)), rel=1e-9, abs=1e-12)


def test_fractions_of_a_small_population() -> None:
    assert own.hypergeometric(10, 8, 8, 0) == Fraction(1, 45)


@pytest.fixture(scope="module")
def goldens() -> dict[str, tuple[ReportContent, LedgerExtract | None]]:
    """Give the contents of the golden reports, each once."""
    folder = str(Path(__file__).parents[1] / "golden" / "report")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    contents = importlib.import_module("generate").golden_contents()
    return {name: made for name, made in contents.items() if not name.endswith((".kk.pdf", ".ru.pdf"))}


def states(data: bytes, spectra: bytes | None, extract: LedgerExtract | None) -> tuple[list[Any], list[Any]]:
    """Let both programs do every check of the same attachments."""
    ledger = {} if extract is None else dict(extract.files)
    beside = {} if spectra is None else {own.SPECTRA_FILE: spectra}
    parts = (
        {}
        if extract is None
        else {name: getattr(extract, name) for name in ("entries", "proofs", "checkpoint", "keys")}
    )
    told = repeat(Attachments(data=data, spectra=spectra, **parts), t=Translator("en"))
    note = own.signed_note(ledger[own.CHECKPOINT_FILE]) if ledger else None
    found = own.repeat(own.Inside({own.DATA_FILE: data, **beside, **ledger}, (), json.loads(data), note), [], "")
    return [(one.name.value, one.state.value) for one in told.checks], [(one.name, one.state) for one in found]


def test_every_check_of_the_golden_reports(goldens: dict[str, tuple[ReportContent, LedgerExtract | None]]) -> None:
    seen = set()
    for content, extract in goldens.values():
        spectra = spectra_msp(content).encode() if content.identities else None
        told, found = states(content_json(content), spectra, extract)
        assert found == told
        seen |= {name for name, state in found if state == own.EQUAL}
    assert {"data", "match_factors", "sampling", "threshold", "quantitation", "proofs"} <= seen


def leaves(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the way to every value of data but the points of chromatograms and the peaks of spectra."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in {"chromatogram", "measured", "reference", "record"}:
                yield from leaves(inner, (*way, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, (*way, place))
    else:
        yield way


def falsified(value: Any) -> Any:
    """Give another value of the same kind."""
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int):
        return value + 7
    return str(Decimal(value) * 2) if re.fullmatch(r"-?\d+(\.\d+)?", value) else value + "x"


@pytest.mark.parametrize("name", ["full-report.en.pdf", "quantitation.en.pdf"])
def test_both_programs_notice_the_same_falsified_values(
    goldens: dict[str, tuple[ReportContent, LedgerExtract | None]], name: str
) -> None:
    content, extract = goldens[name]
    data, spectra, noticed = json.loads(content_json(content)), spectra_msp(content).encode(), 0
    ways = list(leaves(data))
    for way in Random(name).sample(ways, len(ways) if BY_NIGHT else 60):  # noqa: S311 - the same ones each time
        changed = json.loads(json.dumps(data))
        place = changed
        for key in way[:-1]:
            place = place[key]
        place[way[-1]] = falsified(place[way[-1]])
        try:
            from_body(ReportContent, changed)
        except InvalidRecordError:
            continue
        told, found = states(canonical_bytes(changed), spectra, extract)
        assert found == told, way
        noticed += own.DIFFERS in {state for _, state in found}
    assert noticed
