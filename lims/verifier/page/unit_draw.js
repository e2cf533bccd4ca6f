// Units drawn again from the seed: PCG64 (O'Neill 2014) seeded as numpy does it, rejection, partial Fisher-Yates.

import { Refusal } from "./bytes.js";

export const GENERATOR = "PCG64 (numpy), raw 64-bit words, rejection, partial Fisher-Yates; version 1";
const WORD_32 = 0xffffffffn;
const WORD_64 = 2n ** 64n;
const WORD_128 = 2n ** 128n;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;

export function drawUnits(population, count, seed) {
  const next = generator(seed);
  const left = Array.from({ length: population }, (_, place) => place + 1);
  for (let place = 0; place < count; place += 1) {
    const other = place + below(next, left.length - place);
    [left[place], left[other]] = [left[other], left[place]];
  }
  return left.slice(0, count).sort((one, two) => one - two);
}

function below(next, limit) {
  if (limit < 1) throw new Refusal("more units than there are");
  const fair = WORD_64 - (WORD_64 % BigInt(limit));
  let word = next();
  while (word >= fair) word = next();
  return Number(word % BigInt(limit));
}

function generator(seed) {
  const [a, b, c, d] = seeding(BigInt(seed));
  const increment = ((((c << 64n) | d) << 1n) | 1n) % WORD_128;
  let state = (increment + ((a << 64n) | b)) % WORD_128;
  const step = () => {
    state = (state * MULTIPLIER + increment) % WORD_128;
  };
  step();
  return () => {
    step();
    const folded = (state >> 64n) ^ (state % WORD_64);
    const by = state >> 122n;
    return ((folded >> by) | (folded << (64n - by))) % WORD_64;
  };
}

function seeding(seed) {
  // numpy's SeedSequence, which spreads a seed over four words of 64 bits.
  const hash = hashing(0x43b0d7e5n, 0x931e8875n);
  const pool = [0, 1, 2, 3].map((place) => hash((seed >> BigInt(32 * place)) & WORD_32));
  for (let from = 0; from < 4; from += 1) {
    for (let to = 0; to < 4; to += 1) {
      if (from !== to) pool[to] = mixed(pool[to], hash(pool[from]));
    }
  }
  const spread = hashing(0x8b51f9ddn, 0x58f38dedn);
  const words = Array.from({ length: 8 }, (_, place) => spread(pool[place % 4]));
  return [0, 2, 4, 6].map((place) => words[place] | (words[place + 1] << 32n));
}

function hashing(start, multiplier) {
  let constant = start;
  return (value) => {
    const turned = value ^ constant;
    constant = (constant * multiplier) & WORD_32;
    const product = (turned * constant) & WORD_32;
    return product ^ (product >> 16n);
  };
}

function mixed(left, right) {
  const product = (0xca01f9ddn * left - 0x4973f715n * right) & WORD_32;
  return product ^ (product >> 16n);
}
