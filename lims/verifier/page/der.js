// DER (X.690): definite and shortest lengths, and nothing after the end.

import { latin1, refuse, fromUtf8, toInteger } from "./bytes.js";

const DEEPEST = 40;

export const TAGS = { boolean: 1, integer: 2, bits: 3, octets: 4, nothing: 5, oid: 6, sequence: 0x30, set: 0x31 };

export function readDer(bytes) {
  const node = readNode(bytes, 0, bytes.length);
  if (node.end !== bytes.length) refuse("bytes after the end of a DER value");
  return node;
}

function readNode(bytes, start, limit) {
  let place = start;
  const next = () => (place < limit ? bytes[place++] : refuse("a DER value ends too early"));
  const tag = next();
  if ((tag & 0x1f) === 0x1f) refuse("a DER tag of more than one byte");
  let length = next();
  if (length === 0x80 || length > 0x84) refuse("a DER length that is not definite, or too large");
  if (length > 0x80) {
    const digits = length - 0x80;
    length = 0;
    for (let i = 0; i < digits; i += 1) length = length * 256 + next();
    if (length < 0x80 || length < 256 ** (digits - 1)) refuse("a DER length that is not the shortest");
  }
  if (place + length > limit) refuse("a DER value that ends beyond the one around it");
  return { tag, start, end: place + length, raw: bytes.subarray(start, place + length), value: bytes.subarray(place, place + length) };
}

export function children(node) {
  const found = [];
  for (let place = 0; place < node.value.length; place = found.at(-1).end) {
    found.push(readNode(node.value, place, node.value.length));
  }
  return found;
}

export function requireStrict(node, depth = 0) {
  // Every constructed value below is DER too, and sets are in their order.
  if (depth > DEEPEST) refuse("DER that is nested too deeply");
  if (!(node.tag & 0x20)) return;
  const inner = children(node);
  inner.forEach((child) => requireStrict(child, depth + 1));
  if (node.tag === TAGS.set) requireOrder(inner);
}

function requireOrder(nodes) {
  for (let i = 1; i < nodes.length; i += 1) {
    const [left, right] = [latin1(nodes[i - 1].raw), latin1(nodes[i].raw)];
    if (left > right) refuse("a DER set that is not in order");
  }
}

export function expectTag(node, tag) {
  if (node === undefined || node.tag !== tag) refuse(`a DER value with tag ${node?.tag ?? "none"}, expected ${tag}`);
  return node;
}

export function inside(node, tag = TAGS.sequence) {
  return children(expectTag(node, tag));
}

export function tagged(nodes, number) {
  return nodes.find((node) => (node.tag & 0xdf) === 0x80 + number);
}

export function readOid(node) {
  const { value } = expectTag(node, TAGS.oid);
  const arcs = [];
  let arc = 0n;
  for (const byte of value) {
    arc = (arc << 7n) | BigInt(byte & 0x7f);
    if (!(byte & 0x80)) {
      arcs.push(arc);
      arc = 0n;
    }
  }
  if (!arcs.length || value.at(-1) & 0x80) refuse("an object identifier without end");
  const first = arcs[0] < 80n ? arcs[0] / 40n : 2n;
  return [first, arcs[0] - 40n * first, ...arcs.slice(1)].join(".");
}

export function readInteger(node) {
  const { value } = expectTag(node, TAGS.integer);
  if (!value.length) refuse("an integer of no bytes");
  if (value.length > 1 && ((value[0] === 0 && value[1] < 0x80) || (value[0] === 0xff && value[1] >= 0x80))) {
    refuse("an integer that is not the shortest");
  }
  const number = toInteger(value);
  return value[0] & 0x80 ? number - (1n << BigInt(8 * value.length)) : number;
}

export function readBits(node) {
  const { value } = expectTag(node, TAGS.bits);
  if (!value.length || value[0] > 7) refuse("a bit string of no bytes");
  return { unused: value[0], bytes: value.subarray(1) };
}

export function readWholeBits(node) {
  const { unused, bytes } = readBits(node);
  return unused ? refuse("a bit string that does not end with a byte") : bytes;
}

export function readFlag(bits, number) {
  return Boolean((bits.bytes[number >> 3] ?? 0) & (0x80 >> (number & 7)));
}

export function readText(node) {
  switch (node.tag) {
    case 0x0c:
      return fromUtf8(node.value);
    case 0x1e:
      return new TextDecoder("utf-16be").decode(node.value);
    case 0x13:
    case 0x14:
    case 0x16:
      return latin1(node.value);
    default:
      return refuse(`a text with tag ${node.tag}`);
  }
}

const TIME = /^(\d{2,4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,9}))?Z$/;

export function readTime(node) {
  // Milliseconds since 1970; UTCTime and GeneralizedTime as RFC 5280, section 4.1.2.5, has them, the latter also with a fraction.
  const [, year, month, day, hour, minute, second, part] = TIME.exec(latin1(node.value)) ?? refuse("a time in another form");
  if ((node.tag === 0x17) !== (year.length === 2) || ![0x17, 0x18].includes(node.tag)) refuse("a time with another tag");
  const full = year.length === 2 ? Number(year) + (Number(year) < 50 ? 2000 : 1900) : Number(year);
  const moment = Date.UTC(full, month - 1, day, hour, minute, second);
  if (new Date(moment).getUTCDate() !== Number(day)) refuse("a day that no month has");
  return moment + Number(`0.${part ?? 0}`) * 1000;
}
