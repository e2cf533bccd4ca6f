// The trust file: PEM certificates of roots, and beside them lines with public keys of ledgers.

import { fromUtf8, looseBase64, Refusal, refuse } from "./bytes.js";
import { readCertificate } from "./certificate.js";
import { readKey } from "./note.js";

const BLOCK = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*?)-----END CERTIFICATE-----/g;
const MOST_ROOTS = 1000;

export function readTrust(bytes) {
  // { roots, keys }; other lines are ignored, a certificate or key that cannot be read is refused or passed over.
  const text = fromUtf8(bytes);
  const roots = [...text.matchAll(BLOCK)].map((block) => readCertificate(looseBase64(block[1].replace(/\s/g, ""))));
  if (roots.length > MOST_ROOTS) refuse("too many roots");
  return { roots, keys: keysAmong(text) };
}

export function keysAmong(text) {
  const found = new Map();
  for (const line of text.split(/[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+/)) {
    const key = keyOrNothing(line.trim());
    if (key) found.set(key.text, key);
  }
  return [...found.values()];
}

function keyOrNothing(line) {
  if (!line.includes("+")) return null;
  try {
    return readKey(line);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
