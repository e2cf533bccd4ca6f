// SHA-1 (FIPS 180-4), for one purpose: time stamps that name their certificate as RFC 2634 has it.

const START = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];

export function sha1(bytes) {
  const data = new DataView(new ArrayBuffer(Math.ceil((bytes.length + 9) / 64) * 64));
  bytes.forEach((byte, place) => data.setUint8(place, byte));
  data.setUint8(bytes.length, 0x80);
  data.setBigUint64(data.byteLength - 8, BigInt(bytes.length) * 8n);
  const state = Uint32Array.from(START);
  for (let place = 0; place < data.byteLength; place += 64) block(data, place, state);
  const digest = new Uint8Array(20);
  state.forEach((word, index) => new DataView(digest.buffer).setUint32(4 * index, word));
  return digest;
}

function block(data, place, state) {
  const words = new Uint32Array(80);
  for (let i = 0; i < 16; i += 1) words[i] = data.getUint32(place + 4 * i);
  for (let i = 16; i < 80; i += 1) words[i] = turned(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
  let [a, b, c, d, e] = state;
  for (let i = 0; i < 80; i += 1) {
    const next = (turned(a, 5) + mixed(i, b, c, d) + e + words[i]) | 0;
    [e, d, c, b, a] = [d, c, turned(b, 30), a, next];
  }
  [a, b, c, d, e].forEach((word, index) => {
    state[index] += word;
  });
}

function mixed(round, b, c, d) {
  if (round < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (round < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (round < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}

function turned(word, by) {
  return (word << by) | (word >>> (32 - by));
}
