// Canonical JSON (RFC 8785) as the ledger writes it: whole numbers below 2^53, ASCII keys, text in Unicode NFC.

import { fromUtf8, isEqual, refuse, utf8 } from "./bytes.js";

const DEEPEST = 200;

export function parseCanonical(bytes) {
  const text = fromUtf8(bytes);
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse("not JSON");
  }
  if (!isEqual(utf8(canonicalText(value)), bytes)) refuse("JSON that is not in canonical form");
  return value;
}

export function canonicalText(value, depth = 0) {
  if (depth > DEEPEST) refuse("JSON that is nested too deeply");
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? String(value) : refuse("a number that is not whole, or beyond 2^53");
  }
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return `[${value.map((inner) => canonicalText(inner, depth + 1)).join(",")}]`;
  const keys = Object.keys(value).sort();
  if (keys.some((key) => /[^\0-\x7f]/.test(key))) refuse("a key that is not ASCII");
  return `{${keys.map((key) => `${quoted(key)}:${canonicalText(value[key], depth + 1)}`).join(",")}}`;
}

function quoted(text) {
  if (/[\ud800-\udfff]/u.test(text) || text.normalize("NFC") !== text) refuse("a text that is not in Unicode NFC");
  return JSON.stringify(text);
}
