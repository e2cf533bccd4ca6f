// The receipt of an issued report: parsed strictly, believed only by a key of the trust file.

import { fromBase64, Refusal, refuse, utf8 } from "./bytes.js";
import { parseCanonical } from "./canonical.js";
import { readEntry } from "./entry.js";
import { isConsistent, isIncluded, leafHash } from "./merkle.js";
import { isSameTree, readCheckpoint, signersOf } from "./note.js";

const LARGEST_BYTES = 4 * 2 ** 20;
const MOST_HASHES = 128;
const MOST_KEYS = 16;
const FIELDS = ["checkpoint", "consistency", "entries", "format", "keys", "proofs", "report"];

export function readReceipt(bytes) {
  if (bytes.length > LARGEST_BYTES) refuse("a receipt that is too long");
  const facts = withFields(parseCanonical(bytes), FIELDS);
  if (facts.format !== "aigaq-receipt-1" || !isText(facts.report) || !facts.report || !isText(facts.checkpoint)) refuse("a receipt in another form");
  const { entries, proofs, keys } = facts;
  const whole = [entries, proofs, keys].every(Array.isArray) && [...entries, ...keys].every(isText);
  const sized = whole && entries.length >= 1 && entries.length <= 2 && proofs.length === entries.length && keys.length >= 1 && keys.length <= MOST_KEYS;
  if (!sized) refuse("a receipt without one proof for each of its entries");
  return {
    report: facts.report,
    entries,
    proofs: proofs.map((proof) => readWay(proof, "index")),
    checkpoint: facts.checkpoint,
    consistency: facts.consistency === null ? null : readWay(facts.consistency, "old_size"),
  };
}

function isText(value) {
  return typeof value === "string";
}

function withFields(value, names) {
  const found = value !== null && typeof value === "object" && !Array.isArray(value) ? Object.keys(value).sort() : [];
  return found.join() === [...names].sort().join() ? value : refuse(`expected ${names.join(", ")}, and nothing else`);
}

function readWay(value, name) {
  const { hashes, [name]: place } = withFields(value, [name, "hashes"]);
  const sound = Number.isSafeInteger(place) && place >= 0 && Array.isArray(hashes) && hashes.length <= MOST_HASHES && hashes.every(isText);
  if (!sound) refuse("a proof in another form");
  const path = hashes.map(fromBase64);
  return path.every((node) => node.length === 32) ? { place: BigInt(place), path } : refuse("a digest that has not 32 bytes");
}

export function believe(receipt, keys) {
  // { fault, checkpoint, newest }: why the receipt is not believed, or null; then what it says of its report.
  try {
    const checkpoint = readCheckpoint(utf8(receipt.checkpoint));
    if (!signersOf(checkpoint, keys)?.length) return { fault: "unsigned" };
    const entries = receipt.entries.map((text) => readEntry(utf8(text)));
    const proved = receipt.entries.every((text, place) => isProved(receipt.proofs[place], text, checkpoint));
    if (!proved) return { fault: "unproved" };
    return isOfOne(receipt, entries) ? { fault: null, checkpoint, newest: entries.at(-1).body } : { fault: "contradictory" };
  } catch (error) {
    if (error instanceof Refusal) return { fault: "unreadable", detail: error.message };
    throw error;
  }
}

function isProved({ place, path }, text, { size, root }) {
  return isIncluded({ index: place, size, path }, leafHash(utf8(text)), root);
}

function isOfOne(receipt, entries) {
  // All entries are of this one report and its one document, at their places, the newest last.
  const ofReport = entries.every(({ kind, number, body }) => kind === "report" && number === receipt.report && body.number === receipt.report);
  const named = entries.every(({ body }) => /^[0-9a-f]{64}$/.test(isText(body.pdf_sha256) ? body.pdf_sha256 : "") && isText(body.status));
  const placed = entries.every(({ sequence }, index) => BigInt(sequence) === receipt.proofs[index].place + 1n);
  const [first, last] = [entries[0], entries.at(-1)];
  const ordered = entries.length === 1 || (first.sequence < last.sequence && first.version < last.version);
  return ofReport && named && placed && ordered && first.body.pdf_sha256 === last.body.pdf_sha256;
}

export function historyOf(receipt, checkpoint, older) {
  // How the receipt's checkpoint stands to another one that a trusted key signed: "continues", "excludes" or "unknown".
  if (older.origin !== checkpoint.origin) return "unknown";
  if (older.size === checkpoint.size) return isSameTree(older, checkpoint) ? "continues" : "excludes";
  const proof = receipt.consistency;
  if (proof === null || proof.place !== older.size || checkpoint.size < older.size) return "unknown";
  return isConsistent({ oldSize: older.size, size: checkpoint.size, path: proof.path }, older.root, checkpoint.root) ? "continues" : "excludes";
}
