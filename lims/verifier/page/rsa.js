// RSA signatures: PKCS#1 v1.5 and PSS (RFC 8017, sections 8.1.2 and 8.2.2).

import { fromInteger, isEqual, joined, fromHex, toInteger } from "./bytes.js";
import { power } from "./integers.js";
import { HASHES } from "./sha2.js";

const PREFIXES = {
  sha256: "3031300d060960864801650304020105000420",
  sha384: "3041300d060960864801650304020205000430",
  sha512: "3051300d060960864801650304020305000440",
};
// DER of DigestInfo up to the digest (RFC 8017, section 9.2, note 1).
export const SMALLEST_RSA_BITS = 2048;
const LARGEST_RSA_BITS = 16384;

export function verifyPkcs1({ modulus, exponent }, hash, message, signature) {
  const opened = open(modulus, exponent, signature);
  if (!opened) return false;
  const tail = joined([fromHex(PREFIXES[hash]), HASHES[hash](message)]);
  const filling = opened.length - tail.length - 3;
  if (filling < 8) return false;
  const expected = joined([Uint8Array.of(0, 1), new Uint8Array(filling).fill(255), Uint8Array.of(0), tail]);
  return isEqual(opened, expected);
}

export function verifyPss({ modulus, exponent }, hash, message, signature, saltLength) {
  const bits = modulus.toString(2).length - 1;
  const opened = open(modulus, exponent, signature);
  if (!opened || (bits % 8 === 0 && opened[0] !== 0)) return false;
  const encoded = bits % 8 === 0 ? opened.subarray(1) : opened;
  return emsaPss(encoded, bits, HASHES[hash], HASHES[hash](message), saltLength);
}

function emsaPss(encoded, bits, digest, messageDigest, saltLength) {
  const length = messageDigest.length;
  const maskedLength = encoded.length - length - 1;
  if (maskedLength < saltLength + 1 || encoded.at(-1) !== 0xbc) return false;
  const check = encoded.subarray(maskedLength, maskedLength + length);
  const unused = 8 * encoded.length - bits;
  if (encoded[0] >> (8 - unused) && unused) return false;
  const mask = mgf1(check, maskedLength, digest);
  const block = encoded.subarray(0, maskedLength).map((byte, place) => byte ^ mask[place]);
  block[0] &= 0xff >> unused;
  const zeros = block.length - saltLength - 1;
  if (block.subarray(0, zeros).some((byte) => byte) || block[zeros] !== 1) return false;
  return isEqual(check, digest(joined([new Uint8Array(8), messageDigest, block.subarray(zeros + 1)])));
}

function mgf1(seed, length, digest) {
  const parts = [];
  for (let counter = 0n, made = 0; made < length; counter += 1n) {
    parts.push(digest(joined([seed, fromInteger(counter, 4)])));
    made += parts.at(-1).length;
  }
  return joined(parts).subarray(0, length);
}

function open(modulus, exponent, signature) {
  const bits = modulus.toString(2).length;
  const length = Math.ceil(bits / 8);
  const value = toInteger(signature);
  const sound = bits >= SMALLEST_RSA_BITS && bits <= LARGEST_RSA_BITS && exponent > 1n && exponent < 1n << 64n;
  if (!sound || signature.length !== length || value >= modulus) return null;
  return fromInteger(power(value, exponent, modulus), length);
}
