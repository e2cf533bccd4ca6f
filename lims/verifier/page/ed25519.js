// Ed25519 signatures (RFC 8032, section 5.1.7), without the cofactor, as most libraries check them.

import { isEqual, joined, reversed, toInteger } from "./bytes.js";
import { inverse, power, remainder } from "./integers.js";
import { sha512 } from "./sha2.js";

const FIELD = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = remainder(-121665n * inverse(121666n, FIELD), FIELD);
const ROOT_OF_MINUS_ONE = power(2n, (FIELD - 1n) / 4n, FIELD);
const BASE = decoded(reversed(Uint8Array.from({ length: 32 }, (_, place) => (place === 31 ? 0x58 : 0x66))));
const NEUTRAL = [0n, 1n, 1n, 0n];

export function verifyEd25519(publicKey, message, signature) {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const key = decoded(publicKey);
  const s = toInteger(reversed(signature.subarray(32)));
  if (!key || s >= ORDER) return false;
  const first = signature.subarray(0, 32);
  const challenge = toInteger(reversed(sha512(joined([first, publicKey, message])))) % ORDER;
  const [x, y, z, t] = timesPoint(challenge, key);
  const found = added(timesPoint(s, BASE), [remainder(-x, FIELD), y, z, remainder(-t, FIELD)]);
  return isEqual(encoded(found), first);
}

export function isOfSmallOrder(publicKey) {
  // Under such a key a signature of everything can be made.
  const key = decoded(publicKey);
  if (!key) return false;
  const [x, y, z] = timesPoint(8n, key);
  return x === 0n && y === z;
}

export function decoded(bytes) {
  const number = toInteger(reversed(bytes));
  const sign = number >> 255n;
  const y = number & ((1n << 255n) - 1n);
  if (y >= FIELD) return null;
  const square = y * y;
  const x = squareRoot(remainder((square - 1n) * inverse(D * square + 1n, FIELD), FIELD));
  if (x === null || (x === 0n && sign)) return null;
  const chosen = (x & 1n) === sign ? x : FIELD - x;
  return [chosen, y, 1n, remainder(chosen * y, FIELD)];
}

function squareRoot(value) {
  const candidate = power(value, (FIELD + 3n) / 8n, FIELD);
  for (const root of [candidate, (candidate * ROOT_OF_MINUS_ONE) % FIELD]) {
    if ((root * root) % FIELD === value) return root;
  }
  return null;
}

function encoded([x, y, z]) {
  const divisor = inverse(z, FIELD);
  const number = ((y * divisor) % FIELD) | ((((x * divisor) % FIELD) & 1n) << 255n);
  const text = number.toString(16).padStart(64, "0");
  return reversed(Uint8Array.from(text.match(/../g), (pair) => Number.parseInt(pair, 16)));
}

function added([leftX, leftY, leftZ, leftT], [rightX, rightY, rightZ, rightT]) {
  const a = remainder((leftY - leftX) * (rightY - rightX), FIELD);
  const b = ((leftY + leftX) * (rightY + rightX)) % FIELD;
  const c = (2n * leftT * rightT * D) % FIELD;
  const d = (2n * leftZ * rightZ) % FIELD;
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [remainder(e * f, FIELD), remainder(g * h, FIELD), remainder(f * g, FIELD), remainder(e * h, FIELD)];
}

function timesPoint(factor, point) {
  let result = NEUTRAL;
  let addend = point;
  for (let rest = factor; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = added(result, addend);
    addend = added(addend, addend);
  }
  return result;
}
