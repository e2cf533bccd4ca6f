// SHA-2 (FIPS 180-4). Written out, so that the page computes the same wherever it is opened, and at once.

import { toHex } from "./bytes.js";

const PRIMES = firstPrimes(80);
const ROUNDS_64 = PRIMES.map((prime) => fraction(prime, 3n, 64n));
const ROUNDS_32 = Uint32Array.from(ROUNDS_64.slice(0, 64), (word) => Number(word >> 32n));
const START_256 = PRIMES.slice(0, 8).map((prime) => Number(fraction(prime, 2n, 64n) >> 32n));
const START_512 = PRIMES.slice(0, 8).map((prime) => fraction(prime, 2n, 64n));
const START_384 = PRIMES.slice(8, 16).map((prime) => fraction(prime, 2n, 64n));
const WORD = (1n << 64n) - 1n;

function firstPrimes(count) {
  const primes = [];
  for (let number = 2n; primes.length < count; number += 1n) {
    if (primes.every((prime) => number % prime)) primes.push(number);
  }
  return primes;
}

function fraction(prime, root, bits) {
  // The first bits of the fraction of a square or cube root, by bisection.
  const wanted = prime << (root * bits);
  let low = 0n;
  let high = prime << bits;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** root <= wanted) low = middle;
    else high = middle;
  }
  return low & ((1n << bits) - 1n);
}

function padded(bytes, block) {
  const lengthBytes = block / 8;
  const whole = new Uint8Array(Math.ceil((bytes.length + 1 + lengthBytes) / block) * block);
  whole.set(bytes);
  whole[bytes.length] = 0x80;
  new DataView(whole.buffer).setBigUint64(whole.length - 8, BigInt(bytes.length) * 8n);
  return whole;
}

export function sha256(bytes) {
  const data = new DataView(padded(bytes, 64).buffer);
  const state = Uint32Array.from(START_256);
  const words = new Uint32Array(64);
  for (let place = 0; place < data.byteLength; place += 64) block256(data, place, state, words);
  const digest = new Uint8Array(32);
  state.forEach((word, index) => new DataView(digest.buffer).setUint32(4 * index, word));
  return digest;
}

function block256(data, place, state, words) {
  for (let i = 0; i < 16; i += 1) words[i] = data.getUint32(place + 4 * i);
  for (let i = 16; i < 64; i += 1) {
    const x = words[i - 15];
    const y = words[i - 2];
    const first = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const second = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    words[i] = words[i - 16] + first + words[i - 7] + second;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const upper = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (h + upper + ((e & f) ^ (~e & g)) + ROUNDS_32[i] + words[i]) | 0;
    const lower = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (lower + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => {
    state[index] += word;
  });
}

function turned(word, by) {
  return ((word >> by) | (word << (64n - by))) & WORD;
}

function wide(bytes, start, length) {
  const data = new DataView(padded(bytes, 128).buffer);
  let state = start;
  for (let place = 0; place < data.byteLength; place += 128) state = block512(data, place, state);
  const digest = new Uint8Array(64);
  state.forEach((word, index) => new DataView(digest.buffer).setBigUint64(8 * index, word));
  return digest.subarray(0, length);
}

function block512(data, place, state) {
  const words = [];
  for (let i = 0; i < 16; i += 1) words.push(data.getBigUint64(place + 8 * i));
  for (let i = 16; i < 80; i += 1) {
    const [x, y] = [words[i - 15], words[i - 2]];
    const first = turned(x, 1n) ^ turned(x, 8n) ^ (x >> 7n);
    const second = turned(y, 19n) ^ turned(y, 61n) ^ (y >> 6n);
    words.push((words[i - 16] + first + words[i - 7] + second) & WORD);
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 80; i += 1) {
    const upper = turned(e, 14n) ^ turned(e, 18n) ^ turned(e, 41n);
    const one = h + upper + ((e & f) ^ ((e ^ WORD) & g)) + ROUNDS_64[i] + words[i];
    const lower = turned(a, 28n) ^ turned(a, 34n) ^ turned(a, 39n);
    const two = lower + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) & WORD, c, b, a, (one + two) & WORD];
  }
  return [a, b, c, d, e, f, g, h].map((word, index) => (word + state[index]) & WORD);
}

export function sha384(bytes) {
  return wide(bytes, START_384, 48);
}

export function sha512(bytes) {
  return wide(bytes, START_512, 64);
}

export const HASHES = { sha256, sha384, sha512 };

export function sha256Hex(bytes) {
  return toHex(sha256(bytes));
}
