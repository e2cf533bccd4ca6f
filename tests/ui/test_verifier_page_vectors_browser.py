"""The page's own arithmetic and cryptography, in Chromium, beside independent implementations of the same."""

import base64
import hashlib
import json
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, Page

from lims.domain.error_rate import error_rate_interval
from lims.domain.sample_size import Prior, bayesian_size, guaranteed_positive, hypergeometric_size
from lims.domain.unit_draw import draw_units
from lims.domain.weighing import state_mass
from lims.domain.weight_uncertainty import BalanceBudget
from lims.errors import CanonicalFormError
from lims.ledger.canonical import parse_canonical
from lims.ledger.checkpoint import VerifierKey
from lims.ledger.merkle import leaf_digest, prove_consistency, prove_inclusion, tree_root
from lims.reporting.page_file import joined
from lims.reporting.repeating.repetition import repeat
from lims.reporting.signature_check import check_signatures
from lims.signing_settings import SignatureLevel
from lims.translation import Translator
from tests.builders.changed_data import changed_data
from tests.builders.contents import content
from tests.builders.signing_pki import kept_pki, kept_report
from tests.conftest import BY_NIGHT

pytestmark = pytest.mark.browser
SEED = 20261123
HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
CURVES = {
    "1.2.840.10045.3.1.7": ec.SECP256R1(),
    "1.3.132.0.34": ec.SECP384R1(),
    "1.3.132.0.35": ec.SECP521R1(),
}
LEVELS = tuple(SignatureLevel) if BY_NIGHT else (SignatureLevel.ARCHIVE,)
TIMES = (None, "2026-11-24", "2027-11-24", "2045-01-01", "2050-01-01")
"""Between them CRLs and answers grow old, people's certificates end, and that of the time-stamp service."""
Ask = Callable[[str, str, list[Any]], list[Any]]


@pytest.fixture(scope="module", autouse=True)
def signed() -> dict[SignatureLevel, bytes]:
    """Sign before the browser starts: its driver runs an event loop in this thread."""
    return {level: kept_report(content(), level) for level in LEVELS}


@pytest.fixture(scope="module")
def root() -> bytes:
    return kept_pki(content().expert.name, content().reviewer.name).root


@pytest.fixture(scope="module")
def blank(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


@pytest.fixture
def ask(blank: Page) -> Ask:
    """Give a function that lets a module of the page answer a list of questions."""

    def answers(module: str, work: str, questions: list[Any]) -> list[Any]:
        tools = """const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
            const text = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
            const attempt = (f) => { try { return f(); } catch (error) { return `refused: ${error.message}`; } };"""
        asked = f"questions.map((q) => attempt(() => ({work})(module_{module.removesuffix('.js')}, q)))"
        script = f"(questions) => {{ {tools} {joined(module)} return {asked}; }}"
        found: list[Any] = blank.evaluate(script, questions)
        return found

    return answers


@pytest.fixture
def chance() -> Random:
    return Random(SEED)  # noqa: S311 - cases that can be made again


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def flipped(data: bytes, chance: Random) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :]


def test_digests_are_those_of_hashlib(ask: Ask, chance: Random) -> None:
    cases = [chance.randbytes(length) for length in (*range(140), 1000, 70_001)]
    for name in ("sha256", "sha384", "sha512"):
        found = ask("sha2.js", f"(m, q) => Array.from(m.HASHES['{name}'](bytes(q)))", [text(one) for one in cases])
        assert [bytes(one) for one in found] == [hashlib.new(name, one).digest() for one in cases]
    found = ask("sha1.js", "(m, q) => Array.from(m.sha1(bytes(q)))", [text(one) for one in cases[:140]])
    assert [bytes(one) for one in found] == [hashlib.sha1(one).digest() for one in cases[:140]]  # noqa: S324 - the same


def test_streams_are_inflated_as_zlib_does_and_bounded(ask: Ask, chance: Random) -> None:
    plain = [b"", b"a", chance.randbytes(70_000), b"abc" * 30_000, chance.randbytes(300) * 40]
    packed = [zlib.compress(one, level) for one in plain for level in (0, 1, 9)]
    found = ask("inflate.js", "(m, q) => text(m.inflate(bytes(q), 100000))", [text(one) for one in packed])
    assert [base64.b64decode(one) for one in found] == [zlib.decompress(one) for one in packed]
    bomb, cut = zlib.compress(b"0" * 100_001), packed[-1][:-5]
    changed = packed[8][:40] + bytes([packed[8][40] ^ 4]) + packed[8][41:]
    refused = ask("inflate.js", "(m, q) => m.inflate(bytes(q), 100000).length", [text(bomb), text(cut), text(changed)])
    assert all(str(one).startswith("refused") for one in refused)


class TestSignatures:
    """Each true signature holds; the same one over other bytes, by another key, or with one bit changed does not."""

    def cases(self, good: list[dict[str, Any]], chance: Random) -> list[tuple[dict[str, Any], bool]]:
        found = [(one, True) for one in good]
        for one in good:
            message, signature = base64.b64decode(one["message"]), base64.b64decode(one["signature"])
            found.append((one | {"message": text(message + b".")}, False))
            found += [(one | {"signature": text(flipped(signature, chance))}, False) for _ in range(3)]
            found += [(one | {"signature": text(bytes(len(signature)))}, False)]
        return found

    def agree(self, ask: Ask, module: str, work: str, cases: list[tuple[dict[str, Any], bool]]) -> None:
        found = ask(module, work, [case for case, _ in cases])
        assert [one is True for one in found] == [holds for _, holds in cases]

    def test_rsa(self, ask: Ask, chance: Random) -> None:
        good = []
        for size in (2048, 3072):
            key = rsa.generate_private_key(public_exponent=65537, key_size=size)
            numbers = key.public_key().public_numbers()
            facts = {"n": str(numbers.n), "e": str(numbers.e)}
            for name, algorithm in HASHES.items():
                message = chance.randbytes(50)
                plain = key.sign(message, padding.PKCS1v15(), algorithm)
                pss = key.sign(message, padding.PSS(padding.MGF1(algorithm), algorithm.digest_size), algorithm)
                for kind, signature in (("", plain), ("pss", pss)):
                    good.append(
                        facts | {"hash": name, "kind": kind, "message": text(message), "signature": text(signature)}
                    )
        work = """(m, q) => { const key = { modulus: BigInt(q.n), exponent: BigInt(q.e) };
            const [message, signature] = [bytes(q.message), bytes(q.signature)];
            if (!q.kind) return m.verifyPkcs1(key, q.hash, message, signature);
            return m.verifyPss(key, q.hash, message, signature, Number(q.hash.slice(3)) / 8); }"""
        self.agree(ask, "rsa.js", work, self.cases(good, chance))

    def test_ecdsa(self, ask: Ask, chance: Random) -> None:
        good = []
        for oid, curve in CURVES.items():
            key = ec.generate_private_key(curve)
            point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
            width = (curve.key_size + 7) // 8
            for name, algorithm in HASHES.items():
                message = chance.randbytes(50)
                r, s = decode_dss_signature(key.sign(message, ec.ECDSA(algorithm)))
                signature = r.to_bytes(width, "big") + s.to_bytes(width, "big")
                good.append(
                    {
                        "oid": oid,
                        "point": text(point),
                        "hash": name,
                        "message": text(message),
                        "signature": text(signature),
                    }
                )
        work = """(m, q) => { const curve = m.CURVES[q.oid]; const raw = bytes(q.signature);
            const number = (part) => BigInt('0x' + Array.from(part, (b) => b.toString(16).padStart(2, '0')).join(''));
            const pair = { r: number(raw.subarray(0, raw.length / 2)), s: number(raw.subarray(raw.length / 2)) };
            const key = { curve, point: m.readPoint(curve, bytes(q.point)) };
            return m.verifyEcdsa(key, q.hash, bytes(q.message), pair); }"""
        self.agree(ask, "ecdsa.js", work, self.cases(good, chance))
        wrong = [one | {"point": text(flipped(base64.b64decode(one["point"]), chance))} for one in good]
        found = ask("ecdsa.js", "(m, q) => m.readPoint(m.CURVES[q.oid], bytes(q.point))", wrong)
        assert found == [None] * len(wrong)

    def test_ed25519_and_keys_of_small_order(self, ask: Ask, chance: Random) -> None:
        good = []
        for length in (0, 1, 64, 200):
            key = ed25519.Ed25519PrivateKey.generate()
            message = chance.randbytes(length)
            public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
            good.append({"key": text(public), "message": text(message), "signature": text(key.sign(message))})
        work = "(m, q) => m.verifyEd25519(bytes(q.key), bytes(q.message), bytes(q.signature))"
        self.agree(ask, "ed25519.js", work, self.cases(good, chance))
        low = bytes.fromhex("0100000000000000000000000000000000000000000000000000000000000000")
        key_text = VerifierKey(name="tests/ledger", public_key=base64.b64decode(good[0]["key"])).to_text()
        found = ask("note.js", "(m, q) => m.readKey(q).name", [key_text, key_text[:-3] + "AA="])
        assert found[0] == "tests/ledger"
        assert str(found[1]).startswith("refused")
        assert ask("ed25519.js", "(m, q) => m.isOfSmallOrder(bytes(q))", [text(low), good[0]["key"]]) == [True, False]


def test_proofs_of_trees_hold_and_changed_ones_do_not(ask: Ask, chance: Random) -> None:
    cases, expected = [], []
    for size in (1, 2, 3, 7, 8, 13, 64, 100):
        leaves = [leaf_digest(chance.randbytes(9)) for _ in range(size)]
        index, old = chance.randrange(size), chance.randrange(1, size + 1)
        proof, older = prove_inclusion(leaves, index), prove_consistency(leaves, old)
        facts = {"size": size, "root": text(tree_root(leaves)), "old_root": text(tree_root(leaves[:old]))}
        inclusion = facts | {"index": index, "leaf": text(leaves[index]), "path": [text(one) for one in proof.path]}
        consistency = facts | {"old": old, "path": [text(one) for one in older.path]}
        for good in (inclusion, consistency):
            cases += [
                good,
                good | {"root": text(chance.randbytes(32))},
                good | {"path": [*good["path"], facts["root"]]},
            ]
            expected += [True, False, False]
    work = """(m, q) => { const path = q.path.map(bytes); const size = BigInt(q.size);
        if ('old' in q) return m.isConsistent({ oldSize: BigInt(q.old), size, path }, bytes(q.old_root), bytes(q.root));
        return m.isIncluded({ index: BigInt(q.index), size, path }, bytes(q.leaf), bytes(q.root)); }"""
    assert ask("merkle.js", work, cases) == expected


CANONICAL = ["{}", '{"a":[1,"12.345",null,true]}', '{"a":"é€𝄞\\u0007\\n\\"\\\\"}', "9007199254740991", '"/"']
OTHERWISE = [
    *('{"b":1,"a":2}', '{"a":1,"a":2}', '{"a": 1}', "1.0", "1e3", "-0", "9007199254740992", '"\\u0041"', '"e\\u0301"'),
    *('"\\ud800"', '{"é":1}', '"\\/"', "[1,]", "", "NaN", '"a\tb"', " 1"),
]


def test_canonical_json_is_what_the_ledger_calls_so(ask: Ask) -> None:
    cases = [*CANONICAL, *OTHERWISE, json.dumps("é"), '"e\u0301"']
    found = ask(
        "canonical.js", "(m, q) => { m.parseCanonical(bytes(q)); return true; }", [text(c.encode()) for c in cases]
    )

    def is_canonical(case: str) -> bool:
        try:
            parse_canonical(case.encode())
        except CanonicalFormError:
            return False
        return True

    assert [one is True for one in found] == [is_canonical(case) for case in cases]
    assert [one is True for one in found][: len(CANONICAL)] == [True] * len(CANONICAL)


def test_sa_3_numbers_of_units_and_what_may_be_said_of_them(ask: Ask, chance: Random) -> None:
    cases, expected = [], []
    for _ in range(30):
        population = chance.choice([1, 7, 12, 100, 250, 1000])
        share, confidence = Fraction(chance.randint(1, 20), 20), Fraction(chance.choice([90, 95, 99]), 100)
        negatives = chance.choice([0, 0, 1, 2])
        for method in ("hypergeometric", "Bayesian"):
            prior = Prior(positive=Fraction(chance.choice([1, 3])), negative=Fraction(chance.choice(["0.5", "1"])))
            facts = {"population": population, "method": method, "negatives": min(negatives, population)}
            fractions = {"share": share, "confidence": confidence, "a": prior.positive, "b": prior.negative}
            cases.append(facts | {name: [str(one.numerator), str(one.denominator)] for name, one in fractions.items()})
            more = {"proportion": share, "confidence": confidence, "negatives": facts["negatives"]}
            size = (
                bayesian_size(population, prior=prior, **more)
                if method == "Bayesian"
                else hypergeometric_size(population, **more)
            )
            expected.append("refused" if size.units is None else size.units)
    work = """(m, q) => { const f = (pair) => pair.map(BigInt); return m.unitsToTest(q.population, { method: q.method,
        proportion: f(q.share), confidence: f(q.confidence), positive: f(q.a), negative: f(q.b),
        negatives: q.negatives, custom: null }); }"""
    found = ask("check_sampling.js", work, cases)
    assert [one if isinstance(one, int) else "refused" for one in found] == expected
    asked = [(n, t, chance.randint(0, min(3, t))) for n in (5, 50, 1000) for t in (1, n // 2 + 1, n)]
    work = """(m, q) => m.atLeast({ method: 'hypergeometric', confidence: [19n, 20n], negatives: q[2] },
        { population: q[0], tested: q[1], not_positive: q[2] })"""
    assert ask("check_sampling.js", work, [list(one) for one in asked]) == [
        guaranteed_positive(n, tested=t, negatives=r, confidence=Fraction("0.95")) for n, t, r in asked
    ]


def test_sa_2_the_same_units_are_drawn_from_a_seed(ask: Ask, chance: Random) -> None:
    cases = [[n, chance.randint(0, n), chance.choice([0, 1, chance.getrandbits(53)])] for n in (1, 10, 137, 2000)]
    found = ask("unit_draw.js", "(m, q) => m.drawUnits(q[0], q[1], q[2])", cases)
    assert [tuple(one) for one in found] == [
        draw_units(tuple(range(1, n + 1)), count=count, seed=seed) for n, count, seed in cases
    ]


def test_wu_5_masses_and_their_uncertainty_to_the_last_digit(ask: Ask, chance: Random) -> None:
    cases, expected = [], []
    for _ in range(200):
        numbers = [Decimal(chance.randint(0, 999)).scaleb(-chance.randint(2, 5)) for _ in range(3)]
        budget = BalanceBudget(
            readability_g=Decimal(chance.choice(["0.01", "0.0001", "0.1"])),
            repeatability_g=numbers[0],
            linearity_g=numbers[1],
            calibration_u_g=numbers[2],
            calibration_k=Decimal(chance.choice([2, 3])),
        )
        gross, k = Decimal(chance.randint(1000, 999_999)).scaleb(-3), Decimal(chance.choice([2, 3]))
        tare = chance.choice([None, Decimal(chance.randint(0, 999)).scaleb(-3)])
        stated = state_mass(gross - (tare or 0), u_g=k * budget.combined(readings=1 if tare is None else 2), k=k)
        fields = {name: str(getattr(budget, name)) for name in BalanceBudget.__dataclass_fields__}
        cases.append(
            {"gross_g": str(gross), "tare_g": None if tare is None else str(tare), "budget": fields, "k": str(k)}
        )
        expected.append((stated.mass_g, stated.u_g))
    work = """(m, q) => { const { mass, u } = m.statedMass(q);
        return [mass.toString(), u.toString()]; }"""
    found = ask("check_amounts.js", work, cases)
    assert [tuple(map(Decimal, one)) for one in found] == expected


def test_error_rates_have_the_exact_interval(ask: Ask, chance: Random) -> None:
    cases = [
        [chance.randint(0, n), n, chance.choice([0.9, 0.95, 0.99])] for n in (1, 5, 30, 1000, 4000) for _ in range(4)
    ]
    found = ask("check_amounts.js", "(m, q) => Object.values(m.errorInterval(q[0], q[1], q[2]))", cases)
    for (errors, trials, confidence), (low, high) in zip(cases, found, strict=True):
        interval = error_rate_interval(errors, trials, confidence=confidence)
        assert (low, high) == pytest.approx((interval.low, interval.high), abs=1e-9)


def test_times_of_certificates_and_of_pdfs(ask: Ask) -> None:
    moment = datetime(2026, 11, 23, 4, 5, 6, tzinfo=UTC).timestamp() * 1000
    cases = ["D:20261123040506Z", "D:20261123090506+05'00'", "D:20261123090506+05'00", "D:2026", "D:20261123040506"]
    found = ask("pdf_signatures.js", "(m, q) => m.pdfTime(q)", cases)
    assert found == [moment, moment, moment, None, moment]


def test_changed_data_are_noticed_by_the_same_checks_as_by_the_command(ask: Ask, chance: Random) -> None:
    cases = list(changed_data(chance, each=60 if BY_NIGHT else 4))
    work = """(m, q) => { const files = new Map(Object.entries(q).map(([name, data]) => [name, bytes(data)]));
        const { checks } = m.repeatAll({ files, ambiguous: [] }, { keys: [], recorded: "" });
        return checks.map((one) => [one.name, one.state]); }"""
    found = ask("checks.js", work, [{name: text(data) for name, data in one.files.items()} for one in cases])
    noticed = 0
    for one, states in zip(cases, found, strict=True):
        repetition = repeat(one.attachments, t=Translator("en"))
        if repetition.content is not None:  # data of no version that the command knows say nothing there
            assert [(name, state) for name, state in states] == [
                (check.name, check.state) for check in repetition.checks
            ], f"{one.name}: {one.change}"
        noticed += any(state == "differs" for _, state in states)
    assert noticed > len(cases) / 8
    assert all(
        state != "differs" for one, states in zip(cases, found, strict=True) if not one.change for _, state in states
    )


def test_signatures_of_every_level_are_judged_at_every_time_as_the_command_judges_them(
    ask: Ask, signed: dict[SignatureLevel, bytes], root: bytes
) -> None:
    cut = signed[SignatureLevel.ARCHIVE]
    cut = cut[: cut.rindex(b"%%EOF", 0, cut.rindex(b"%%EOF")) + 6]
    cases = [(pdf, when) for pdf in (*signed.values(), cut) for when in TIMES]
    work = """(m, q) => { const file = new module_pdf_file.PdfFile(bytes(q.pdf));
        const { files } = module_pdf_attachments.attachments(file, new Set(['report-data.json']));
        const facts = JSON.parse(new TextDecoder().decode(files.get('report-data.json')));
        const at = q.at === null ? null : Date.parse(q.at + 'T00:00:00Z');
        const found = module_signatures.examineSignatures(file, { roots: m.readTrust(bytes(q.root)).roots, facts, at });
        const { level, broken, bothValid, expert, reviewer } = found;
        return [level, broken, bothValid, expert.trusted, reviewer.trusted]; }"""
    asked = [{"pdf": text(pdf), "at": when, "root": text(root)} for pdf, when in cases]
    found = ask("verdict.js", work.replace("m.readTrust", "module_trust.readTrust"), asked)
    for (pdf, when), answer in zip(cases, found, strict=True):
        at = None if when is None else datetime.fromisoformat(when).replace(tzinfo=UTC)
        said = check_signatures(pdf, trust_roots=[root], at=at)
        assert answer == [said.level, said.broken, said.both_valid, said.expert.trusted, said.reviewer.trusted]
    assert found[0][2] is True
    assert [answer[2] for answer in found[-len(TIMES) :]] == [False] * len(TIMES)


def table(*bodies: bytes, prev: str = "") -> bytes:
    """Write a PDF of some objects, the first of which is the root."""
    pdf, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(pdf))
        pdf += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    end = (
        f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n{rows}trailer\n<</Size {len(bodies) + 1}/Root 1 0 R{prev}>>\n"
    )
    return pdf + end.encode() + f"startxref\n{len(pdf)}\n%%EOF\n".encode()


def stream(data: bytes, facts: bytes = b"") -> bytes:
    return b"<<" + facts + f"/Length {len(data)}>>\nstream\n".encode() + data + b"\nendstream"


HOSTILE = {
    "nothing": b"",
    "no PDF": b"%PDF-1.7\n" + b"x" * 1000,
    "deep": table(b"[" * 100_000 + b"]" * 100_000),
    "deep names": table(b"<<" + b"/A<<" * 50_000),
    "itself": table(b"1 0 R"),
    "a circle": table(b"2 0 R", b"1 0 R"),
    "a form in a circle": table(b"<</AcroForm<</Fields[2 0 R]>>>>", b"<</T(a)/Kids[2 0 R]/FT/Sig>>"),
    "pages in a circle": table(b"<</Pages 2 0 R>>", b"<</Kids[2 0 R 2 0 R]>>"),
    "names in a circle": table(b"<</Names<</EmbeddedFiles 2 0 R>>>>", b"<</Kids[2 0 R 2 0 R 2 0 R]>>"),
    "revisions in a circle": table(b"<<>>", prev="/Prev 30"),
    "many objects": b"%PDF-1.7\nxref\n0 999999999\n",
    "a bomb": table(
        b"<</Names<</EmbeddedFiles<</Names[(report-data.json) <</EF<</F 2 0 R>>>>]>>>>>>",
        stream(zlib.compress(bytes(100_000_000)), b"/Filter/FlateDecode"),
    ),
    "deep data": table(
        b"<</Names<</EmbeddedFiles<</Names[(report-data.json) <</EF<</F 2 0 R>>>>]>>>>>>", stream(b"[" * 200_000)
    ),
    "an endless range": table(
        b"<</AcroForm<</Fields[2 0 R]>>>>",
        b"<</T(Expert)/FT/Sig/V<</ByteRange[0 9 9 99999999999]/Contents<30800000>/SubFilter/ETSI.CAdES.detached>>>>",
    ),
}


def test_files_made_to_break_readers_are_refused_in_seconds(ask: Ask) -> None:
    work = "(m, q) => { const t = Date.now(); return [m.verify({ pdf: bytes(q) }).verdict, Date.now() - t]; }"
    found = ask("verdict.js", work, [text(pdf) for pdf in HOSTILE.values()])
    for name, answer in zip(HOSTILE, found, strict=True):
        assert answer[0] in {"CANNOT SAY", "ALTERED"}, f"{name}: {answer}"
        assert answer[1] < 20_000, name  # below a second where nothing else runs


def test_changed_bytes_never_stop_the_page_and_are_always_noticed(
    ask: Ask, signed: dict[SignatureLevel, bytes], root: bytes, chance: Random
) -> None:
    pdf = signed[SignatureLevel.ARCHIVE]
    places = [[chance.randrange(len(pdf)), 1 << chance.randrange(8)] for _ in range(2000 if BY_NIGHT else 60)]
    work = """(m, q) => { const [pdf, trust] = [bytes(q.pdf), bytes(q.root)]; const found = [];
        for (const [place, bit] of [[0, 0], ...q.places]) {
            const copy = pdf.slice(); copy[place] ^= bit;
            const said = m.verify({ pdf: copy, trust, at: Date.parse('2026-11-24') });
            found.push([said.verdict, said.reasons.some((one) => one.key === 'unchanged since signing')]);
        }
        return found; }"""
    ((whole, *changed),) = ask("verdict.js", work, [{"pdf": text(pdf), "root": text(root), "places": places}])
    assert whole == ["CANNOT SAY", True]
    for place, (verdict, unchanged) in zip(places, changed, strict=True):
        assert verdict in {"ALTERED", "CANNOT SAY"}, place
        assert not unchanged, place
