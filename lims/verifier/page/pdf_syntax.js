// The syntax of PDF objects (ISO 32000-1, section 7.3), read from bytes at a place.

import { latin1, refuse } from "./bytes.js";

const DEEPEST = 60;
const WHITE = new Set([0, 9, 10, 12, 13, 32]);
const DELIMITERS = new Set([..."()<>[]{}/%"].map((letter) => letter.charCodeAt(0)));
const CODE = Object.fromEntries([..."()<>[]/%\\\r\n"].map((letter) => [letter, letter.charCodeAt(0)]));
const ESCAPES = { n: 10, r: 13, t: 9, b: 8, f: 12 };

export class PdfName {
  constructor(text) {
    this.text = text;
  }
}

export class PdfReference {
  constructor(number, generation) {
    this.number = number;
    this.generation = generation;
  }
}

export class PdfStream {
  constructor(dictionary, bytes) {
    this.dictionary = dictionary;
    this.bytes = bytes;
  }
}

export class PdfKeyword {
  constructor(text) {
    this.text = text;
  }
}

export function isName(value, text) {
  return value instanceof PdfName && value.text === text;
}

export class PdfReader {
  constructor(bytes, place = 0) {
    this.bytes = bytes;
    this.place = place;
  }

  skipWhite() {
    for (; this.place < this.bytes.length; this.place += 1) {
      const byte = this.bytes[this.place];
      if (byte === CODE["%"]) this.skipLine();
      else if (!WHITE.has(byte)) return;
    }
  }

  skipLine() {
    while (this.place < this.bytes.length && ![10, 13].includes(this.bytes[this.place])) this.place += 1;
  }

  word() {
    this.skipWhite();
    const start = this.place;
    while (this.place < this.bytes.length && !WHITE.has(this.bytes[this.place]) && !DELIMITERS.has(this.bytes[this.place])) {
      this.place += 1;
    }
    return latin1(this.bytes.subarray(start, this.place));
  }

  integer() {
    const text = this.word();
    return /^\d{1,10}$/.test(text) ? Number(text) : refuse(`"${text.slice(0, 20)}" where a PDF has a whole number`);
  }

  keyword(expected) {
    const text = this.word();
    if (text !== expected) refuse(`"${text.slice(0, 20)}" where a PDF has "${expected}"`);
  }

  value(depth = 0) {
    if (depth > DEEPEST) refuse("a PDF object that is nested too deeply");
    this.skipWhite();
    const [byte, next] = [this.bytes[this.place], this.bytes[this.place + 1]];
    switch (byte) {
      case undefined:
        return refuse("a PDF object that ends too early");
      case CODE["/"]:
        return this.name();
      case CODE["("]:
        return this.literal();
      case CODE["["]:
        return this.array(depth);
      case CODE["<"]:
        return next === CODE["<"] ? this.dictionary(depth) : this.hexadecimal();
      default:
        return this.numberOrWord();
    }
  }

  name() {
    this.place += 1;
    const start = this.place;
    while (this.place < this.bytes.length && !WHITE.has(this.bytes[this.place]) && !DELIMITERS.has(this.bytes[this.place])) {
      this.place += 1;
    }
    const text = latin1(this.bytes.subarray(start, this.place));
    return new PdfName(text.replace(/#([0-9a-fA-F]{2})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16))));
  }

  array(depth) {
    this.place += 1;
    const found = [];
    for (this.skipWhite(); this.bytes[this.place] !== CODE["]"]; this.skipWhite()) {
      if (this.place >= this.bytes.length) refuse("a PDF array without end");
      found.push(this.value(depth + 1));
    }
    this.place += 1;
    return found;
  }

  dictionary(depth) {
    this.place += 2;
    const found = new Map();
    for (this.skipWhite(); this.bytes[this.place] !== CODE[">"]; this.skipWhite()) {
      if (this.bytes[this.place] !== CODE["/"]) refuse("a PDF dictionary whose key is no name");
      const key = this.name().text;
      if (found.has(key)) refuse(`a PDF dictionary with two values for ${key}`);
      found.set(key, this.value(depth + 1));
    }
    if (this.bytes[this.place + 1] !== CODE[">"]) refuse("a PDF dictionary without end");
    this.place += 2;
    return found;
  }

  hexadecimal() {
    const end = this.bytes.indexOf(CODE[">"], this.place);
    if (end < 0) refuse("a PDF string without end");
    const digits = latin1(this.bytes.subarray(this.place + 1, end)).replace(/[\0\t\n\f\r ]/g, "");
    if (!/^[0-9a-fA-F]*$/.test(digits)) refuse("a PDF string that is not hexadecimal");
    this.place = end + 1;
    return Uint8Array.from((digits + "0".repeat(digits.length % 2)).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  }

  literal() {
    const found = [];
    let open = 1;
    for (this.place += 1; ; this.place += 1) {
      const byte = this.bytes[this.place];
      if (byte === undefined) refuse("a PDF string without end");
      if (byte === CODE["\\"]) this.escaped(found);
      else {
        open += byte === CODE["("] ? 1 : byte === CODE[")"] ? -1 : 0;
        if (!open) break;
        found.push(byte);
      }
    }
    this.place += 1;
    return Uint8Array.from(found);
  }

  escaped(found) {
    const octal = /^[0-7]{1,3}/.exec(latin1(this.bytes.subarray(this.place + 1, this.place + 4)));
    if (octal) {
      found.push(Number.parseInt(octal[0], 8) & 255);
      this.place += octal[0].length;
      return;
    }
    this.place += 1;
    const byte = this.bytes[this.place];
    if (byte === CODE["\r"]) this.place += this.bytes[this.place + 1] === CODE["\n"] ? 1 : 0;
    else if (byte !== CODE["\n"] && byte !== undefined) found.push(ESCAPES[String.fromCharCode(byte)] ?? byte);
  }

  numberOrWord() {
    const text = this.word();
    if (/^\d{1,10}$/.test(text)) return this.reference(Number(text)) ?? Number(text);
    if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) return Number(text);
    const known = { true: true, false: false, null: null };
    if (Object.hasOwn(known, text)) return known[text];
    return text ? new PdfKeyword(text) : refuse("a character that begins no PDF object");
  }

  reference(number) {
    const before = this.place;
    const match = /^[\0\t\n\f\r ]+(\d{1,5})[\0\t\n\f\r ]+R(?![^\0\t\n\f\r ()<>[\]{}/%])/.exec(latin1(this.bytes.subarray(before, before + 24)));
    if (!match) return null;
    this.place += match[0].length;
    return new PdfReference(number, Number(match[1]));
  }
}
