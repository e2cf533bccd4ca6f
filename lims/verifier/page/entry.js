// One entry of the ledger, as its canonical bytes have it.

import { refuse } from "./bytes.js";
import { parseCanonical } from "./canonical.js";

const isText = (value) => typeof value === "string";
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const FACTS = {
  v: (value) => value === 1,
  sequence: (value) => Number.isInteger(value) && value >= 1,
  version: (value) => Number.isInteger(value) && value >= 1,
  previous: isText,
  recorded_at: (value) => isText(value) && isMoment(value),
  actor: isText,
  act: isText,
  kind: isText,
  number: isText,
  body: isObject,
  raw: (value) => Array.isArray(value) && value.every(isText),
  signature: (value) => value === null || isObject(value),
  software: isText,
  authority: (value) => isText(value) && value !== "",
};
const NEEDED = Object.keys(FACTS).filter((name) => name !== "authority");

export function readEntry(bytes) {
  const entry = parseCanonical(bytes);
  const names = isObject(entry) ? Object.keys(entry) : [];
  const whole = NEEDED.every((name) => names.includes(name)) && names.every((name) => FACTS[name]?.(entry[name]));
  return whole ? entry : refuse("not a ledger entry");
}

function isMoment(text) {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(text)) return false;
  const short = `${text.slice(0, 23)}Z`;
  const moment = new Date(short);
  return !Number.isNaN(moment.getTime()) && moment.toISOString() === short;
}
