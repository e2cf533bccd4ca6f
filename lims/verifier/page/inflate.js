// Deflate (RFC 1951) in its zlib wrapping (RFC 1950), up to a bound.

import { refuse } from "./bytes.js";

const LENGTHS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCES = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const FIXED = [
  table([...Array(144).fill(8), ...Array(112).fill(9), ...Array(24).fill(7), ...Array(8).fill(8)]),
  table(Array(30).fill(5)),
];

export function inflate(bytes, limit) {
  const [method, flags] = bytes;
  if (bytes.length < 6 || (method & 15) !== 8 || (method * 256 + flags) % 31 || flags & 32) refuse("a stream that is not zlib");
  const input = bitReader(bytes, 2);
  const output = grower(limit);
  for (let last = 0; !last; ) {
    last = input.bits(1);
    const kind = input.bits(2);
    if (kind === 0) copyStored(input, output);
    else if (kind === 1) copyCoded(input, output, FIXED);
    else if (kind === 2) copyCoded(input, output, readTables(input));
    else refuse("a deflate block of no kind");
  }
  const found = output.whole();
  if (input.checksum() !== adler32(found)) refuse("a zlib stream whose checksum does not fit");
  return found;
}

function adler32(bytes) {
  let [low, high] = [1, 0];
  for (const byte of bytes) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return high * 65536 + low;
}

function grower(limit) {
  let kept = new Uint8Array(65536);
  let size = 0;
  const room = (more) => {
    if (size + more > limit) refuse(`a stream of more than ${limit} bytes`);
    if (size + more <= kept.length) return;
    const larger = new Uint8Array(Math.max(2 * kept.length, size + more));
    larger.set(kept.subarray(0, size));
    kept = larger;
  };
  return {
    put(byte) {
      room(1);
      kept[size++] = byte;
    },
    repeat(distance, length) {
      if (distance > size) refuse("a distance before the beginning");
      room(length);
      for (let i = 0; i < length; i += 1, size += 1) kept[size] = kept[size - distance];
    },
    whole: () => kept.slice(0, size),
  };
}

function bitReader(bytes, start) {
  let place = start;
  let held = 0;
  let count = 0;
  const byte = () => (place < bytes.length ? bytes[place++] : refuse("a stream that ends too early"));
  const bits = (wanted) => {
    while (count < wanted) {
      held |= byte() << count;
      count += 8;
    }
    const value = held & ((1 << wanted) - 1);
    held >>>= wanted;
    count -= wanted;
    return value;
  };
  const align = () => {
    place -= Math.floor(count / 8);
    held = 0;
    count = 0;
  };
  const checksum = () => {
    align();
    return byte() * 16777216 + byte() * 65536 + byte() * 256 + byte();
  };
  return { bits, align, byte, checksum };
}

function table(lengths) {
  // Canonical Huffman codes: how many of each length, and the symbols in their order.
  const counts = new Uint16Array(16);
  for (const length of lengths) counts[length] += 1;
  counts[0] = 0;
  const places = new Uint16Array(16);
  for (let i = 1; i < 16; i += 1) places[i] = places[i - 1] + counts[i - 1];
  const symbols = new Uint16Array(lengths.length);
  lengths.forEach((length, symbol) => {
    if (length) symbols[places[length]++] = symbol;
  });
  return { counts, symbols };
}

function symbol(input, { counts, symbols }) {
  let [code, first, place] = [0, 0, 0];
  for (let length = 1; length < 16; length += 1) {
    code |= input.bits(1);
    const count = counts[length];
    if (code - first < count) return symbols[place + code - first];
    place += count;
    first = (first + count) << 1;
    code <<= 1;
  }
  return refuse("a code that stands for nothing");
}

function readTables(input) {
  const [literals, distances, codes] = [input.bits(5) + 257, input.bits(5) + 1, input.bits(4) + 4];
  const lengths = new Array(19).fill(0);
  for (let i = 0; i < codes; i += 1) lengths[ORDER[i]] = input.bits(3);
  const coder = table(lengths);
  const found = [];
  while (found.length < literals + distances) {
    const code = symbol(input, coder);
    if (code < 16) found.push(code);
    else if (code === 16) found.push(...Array(3 + input.bits(2)).fill(found.at(-1) ?? refuse("a repetition of nothing")));
    else found.push(...Array(code === 17 ? 3 + input.bits(3) : 11 + input.bits(7)).fill(0));
  }
  return [table(found.slice(0, literals)), table(found.slice(literals, literals + distances))];
}

function copyStored(input, output) {
  input.align();
  const [low, high, lowInverse, highInverse] = [input.byte(), input.byte(), input.byte(), input.byte()];
  const length = low + 256 * high;
  if (length !== 65535 - (lowInverse + 256 * highInverse)) refuse("a stored block whose lengths differ");
  for (let i = 0; i < length; i += 1) output.put(input.byte());
}

function copyCoded(input, output, [literals, distances]) {
  for (;;) {
    const code = symbol(input, literals);
    if (code < 256) output.put(code);
    else if (code === 256) return;
    else {
      const length = (LENGTHS[code - 257] ?? refuse("a length that does not exist")) + input.bits(LENGTH_BITS[code - 257]);
      const far = symbol(input, distances);
      const extra = far < 4 ? 0 : (far >> 1) - 1;
      output.repeat((DISTANCES[far] ?? refuse("a distance that does not exist")) + input.bits(extra), length);
    }
  }
}
