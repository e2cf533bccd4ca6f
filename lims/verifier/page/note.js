// Signed checkpoints (C2SP signed-note and tlog-checkpoint, Ed25519) and the public keys of ledgers.

import { fromBase64, fromHex, fromUtf8, isEqual, joined, refuse, toHex, utf8 } from "./bytes.js";
import { isOfSmallOrder, verifyEd25519 } from "./ed25519.js";
import { LARGEST_SIZE } from "./merkle.js";
import { sha256 } from "./sha2.js";

const LARGEST_BYTES = 2 ** 20;
const MOST_SIGNATURES = 100;
const EMPTY_ROOT = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

export function readKey(text) {
  // name+hexid+base64(0x01 || public key), one line without its end.
  const match = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? refuse("a ledger's key in another form");
  const [, name, id, encoded] = match;
  requireName(name);
  const bytes = fromBase64(encoded);
  const publicKey = bytes.subarray(1);
  if (bytes[0] !== 1 || publicKey.length !== 32) refuse("a ledger's key of another kind");
  const found = sha256(joined([utf8(name), Uint8Array.of(10), bytes])).subarray(0, 4);
  if (toHex(found) !== id) refuse("a ledger's key whose ID is not its own");
  if (isOfSmallOrder(publicKey)) refuse("a ledger's key under which anybody can sign");
  return { name, id, publicKey, text };
}

export function readCheckpoint(bytes) {
  // { origin, size, root, text, signatures } of the one canonical form.
  if (bytes.length > LARGEST_BYTES) refuse("a checkpoint that is too long");
  const whole = fromUtf8(bytes);
  const blank = whole.lastIndexOf("\n\n");
  if (blank < 0 || !whole.endsWith("\n")) refuse("a checkpoint without a blank line before its signatures");
  const [text, lines] = [whole.slice(0, blank + 1), whole.slice(blank + 2, -1).split("\n")];
  const [origin, sizeText, rootText, ...extensions] = text.slice(0, -1).split("\n");
  [origin, ...extensions].forEach(requireLine);
  if (rootText === undefined || !/^(0|[1-9]\d{0,18})$/.test(sizeText) || BigInt(sizeText) > LARGEST_SIZE) refuse("a checkpoint without its size or root");
  const root = fromBase64(rootText);
  if (root.length !== 32 || (sizeText === "0" && toHex(root) !== EMPTY_ROOT)) refuse("a checkpoint whose root is none");
  if (lines.length > MOST_SIGNATURES || new Set(lines).size !== lines.length) refuse("too many signatures, or one twice");
  return { origin, size: BigInt(sizeText), root, text, signatures: lines.map(readSignature) };
}

function readSignature(line) {
  const match = /^\u2014 ([^ ]+) ([^ ]+)$/.exec(line) ?? refuse("a signature line in another form");
  requireName(match[1]);
  const bytes = fromBase64(match[2]);
  if (bytes.length < 5) refuse("a signature line without a signature");
  return { name: match[1], id: toHex(bytes.subarray(0, 4)), signature: bytes.subarray(4) };
}

function requireLine(line) {
  if (!line || /[\p{Cc}\p{Cs}]/u.test(line)) refuse("a line that is empty or has a control character");
}

function requireName(name) {
  requireLine(name);
  if (/[+\s\x1c-\x1f\x85]/u.test(name)) refuse("a key's name with a space or a plus");
}

export function signersOf(checkpoint, keys) {
  // The keys of the ledger that has their name whose signatures hold; null where the signature of one of them does not.
  const own = keys.filter((key) => key.name === checkpoint.origin);
  const signed = [];
  for (const line of checkpoint.signatures) {
    const key = own.find((one) => one.name === line.name && one.id === line.id);
    if (key === undefined) continue;
    if (!verifyEd25519(key.publicKey, utf8(checkpoint.text), line.signature)) return null;
    signed.push(key);
  }
  return signed;
}

export function isSameTree(left, right) {
  return left.size === right.size && isEqual(left.root, right.root);
}


export function readProof(line) {
  // { index, size, path } of a line of the proofs inside a report.
  const { index, size, path, ...rest } = line;
  const whole = Number.isSafeInteger(index) && Number.isSafeInteger(size) && Array.isArray(path) && !Object.keys(rest).length;
  if (!whole) refuse("a proof in another form");
  const hex = path.every((node) => typeof node === "string" && /^[0-9a-f]{64}$/.test(node));
  return hex ? { index: BigInt(index), size: BigInt(size), path: path.map(fromHex) } : refuse("a proof whose path is not made of digests");
}
