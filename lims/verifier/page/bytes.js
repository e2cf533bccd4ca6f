// Bytes and their texts: hexadecimal, base64 and UTF-8, each read only as it is written.

export class Refusal extends Error {}
// What was found is not what it claims to be; the message is for the details of a check, in English.

export function refuse(words) {
  throw new Refusal(words);
}

export function isEqual(left, right) {
  return left.length === right.length && left.every((byte, place) => byte === right[place]);
}

export function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

export function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function fromHex(text) {
  if (text.length % 2 || !/^[0-9a-fA-F]*$/.test(text)) refuse("not hexadecimal");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function utf8(text) {
  return new TextEncoder().encode(text);
}

export function fromUtf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refuse("not UTF-8");
  }
}

export function latin1(bytes) {
  let text = "";
  for (let start = 0; start < bytes.length; start += 8192) {
    text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return text;
}

export function toBase64(bytes) {
  return btoa(latin1(bytes));
}

export function fromBase64(text) {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4) refuse("not base64");
  const bytes = looseBase64(text);
  if (toBase64(bytes) !== text) refuse("base64 that is not canonical");
  return bytes;
}

export function looseBase64(text) {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return refuse("not base64");
  }
}

export function toInteger(bytes) {
  return bytes.length ? BigInt(`0x${toHex(bytes)}`) : 0n;
}

export function fromInteger(value, length) {
  const text = value.toString(16).padStart(2 * length, "0");
  return fromHex(text);
}

export function reversed(bytes) {
  return Uint8Array.from(bytes).reverse();
}

export function indexOf(bytes, text, start = 0) {
  const wanted = utf8(text);
  for (let place = bytes.indexOf(wanted[0], start); place >= 0; place = bytes.indexOf(wanted[0], place + 1)) {
    if (isEqual(bytes.subarray(place, place + wanted.length), wanted)) return place;
  }
  return -1;
}

export function lastIndexOf(bytes, text) {
  const wanted = utf8(text);
  for (let place = bytes.lastIndexOf(wanted[0]); place >= 0; place = place ? bytes.lastIndexOf(wanted[0], place - 1) : -1) {
    if (isEqual(bytes.subarray(place, place + wanted.length), wanted)) return place;
  }
  return -1;
}
