// The data against every digest that names them, and the ledger inside the report: proofs and checkpoint.

import { fromUtf8, isEqual, Refusal, toHex, utf8 } from "./bytes.js";
import { parseCanonical } from "./canonical.js";
import { said, Tally } from "./check_result.js";
import { readEntry } from "./entry.js";
import { isIncluded, leafHash } from "./merkle.js";
import { readCheckpoint, readProof, signersOf } from "./note.js";
import { sha256Hex } from "./sha2.js";
import { spectraText } from "./spectra_text.js";
import { keysAmong } from "./trust.js";

const ENTRIES = "ledger-entries.jsonl";
const PROOFS = "ledger-proofs.jsonl";
const CHECKPOINT = "ledger-checkpoint.txt";
const KEYS = "ledger-keys.txt";
export const DATA = "report-data.json";
export const SPECTRA = "identified-spectra.msp";
export const ATTACHED = new Set([DATA, SPECTRA, ENTRIES, PROOFS, CHECKPOINT, KEYS]);

function attempt(read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

function lines(bytes) {
  const found = [];
  for (let start = 0; bytes && start < bytes.length; ) {
    const end = bytes.indexOf(10, start);
    const stop = end < 0 ? bytes.length : end;
    if (stop > start) found.push(bytes.subarray(start, stop));
    start = stop + 1;
  }
  return found;
}

export function readInside(files) {
  // What is attached of the ledger, parsed once.
  const named = [ENTRIES, PROOFS, CHECKPOINT, KEYS].filter((name) => files.has(name));
  const entryLines = lines(files.get(ENTRIES));
  return {
    present: named.length > 0,
    lines: entryLines,
    entries: entryLines.map((line) => attempt(() => readEntry(line))),
    proofs: lines(files.get(PROOFS)).map((line) => attempt(() => exactProof(line))),
    signed: files.has(CHECKPOINT) ? attempt(() => readCheckpoint(files.get(CHECKPOINT))) : null,
    keys: files.has(KEYS) ? (attempt(() => keysAmong(fromUtf8(files.get(KEYS)))) ?? []) : [],
    digests: new Map(named.map((name) => [name, sha256Hex(files.get(name))])),
  };
}

function exactProof(line) {
  return readProof(parseCanonical(line));
}

export function checkData(files, { content, ambiguous }, inside, recorded) {
  const tally = new Tally("data");
  const digests = inside.entries.filter((entry) => isOf(entry, content?.number)).map((entry) => entry.body.content_sha256);
  const named = new Set([recorded, ...digests].filter((digest) => typeof digest === "string" && digest));
  if (named.size) {
    const found = sha256Hex(files.get(DATA));
    tally.judge(named.size === 1 && named.has(found), said("data digest differs"));
  }
  if (content === null) tally.lacking.push(said("data damaged"));
  else compareSpectra(tally, files.get(SPECTRA), content);
  for (const name of ambiguous) tally.differing.push(said("attached twice", { name }));
  return tally.result(said("data equal"), said("data unnamed"));
}

function compareSpectra(tally, attached, content) {
  const words = said("spectra differ");
  tally.attempt(() => {
    const text = spectraText(content);
    if (text === null && attached === undefined) return;
    tally.judge(text !== null && attached !== undefined && isEqual(attached, utf8(text)), words);
  }, words);
}

function isOf(entry, number) {
  return entry !== null && entry.kind === "report" && entry.number === number;
}

export function checkProofs(inside, content) {
  const tally = new Tally("proofs");
  if (inside.present || content?.ledger.checkpoint) {
    tally.differing.push(...proofFaults(inside, content));
    tally.equal = tally.differing.length ? 0 : inside.lines.length;
  }
  return tally.result(said("proofs equal", { count: inside.lines.length }), said("no extract"));
}

function proofFaults(inside, content) {
  if (inside.signed === null) return [said("checkpoint unreadable")];
  const counts = { entries: inside.lines.length, proofs: inside.proofs.length };
  if (!inside.lines.length || counts.entries !== counts.proofs) return [said("proof counts", counts)];
  const faults = inside.lines.map((line, place) => (isProved(inside, line, place) ? null : said("entry unproved", { place: place + 1 })));
  if (content !== null && !beganThis(inside, content)) faults.push(said("not begun"));
  if (content !== null && !areNamed(inside, content)) faults.push(said("ledger files differ"));
  return faults.filter(Boolean);
}

function isProved({ entries, proofs, signed }, line, place) {
  const [entry, proof] = [entries[place], proofs[place]];
  const placed = entry !== null && proof !== null && proof.index === BigInt(entry.sequence) - 1n && proof.size === signed.size;
  return placed && isIncluded(proof, leafHash(line), signed.root);
}

function beganThis({ entries, lines: [line] }, { number, ledger }) {
  const [first] = entries;
  const intended = isOf(first, number) && first.act === "report.intended";
  return intended && toHex(leafHash(line)) === ledger.head && first.sequence === ledger.entries;
}

function areNamed({ digests }, { ledger }) {
  const files = ledger.checkpoint?.files ?? [];
  return files.length > 0 && files.length === digests.size && files.every(({ name, sha256 }) => digests.get(name) === sha256);
}

export function checkCheckpoint(inside, content, keys) {
  const result = (state, key, facts) => ({ name: "checkpoint", state, words: [said(key, facts)] });
  const { signed } = inside;
  if (!inside.present && !content?.ledger.checkpoint) return result("not possible", "no checkpoint");
  if (signed === null) return result("differs", "checkpoint unreadable");
  const facts = { size: signed.size, origin: signed.origin };
  if (content !== null && !isNamed(signed, content.ledger.checkpoint)) return result("differs", "checkpoint other");
  const trusted = signersOf(signed, keys);
  if (trusted === null) return result("differs", "checkpoint signature");
  if (trusted.length) return result("equal", "checkpoint trusted", facts);
  if (!signersOf(signed, inside.keys)?.length) return result("differs", "checkpoint signature");
  return result("not possible", "checkpoint own", facts);
}

function isNamed(signed, named) {
  return Boolean(named) && named.origin === signed.origin && BigInt(named.size) === signed.size && named.root === toHex(signed.root);
}
