// The objects of a PDF file: every section of its cross-references, newest first, and what they lead to.

import { isEqual, lastIndexOf, refuse } from "./bytes.js";
import { inflate } from "./inflate.js";
import { isName, PdfKeyword, PdfReader, PdfReference, PdfStream } from "./pdf_syntax.js";

const MOST_SECTIONS = 200;
const MOST_OBJECTS = 500_000;
const LONGEST_CHAIN = 30;
export const LARGEST_STREAM = 32 * 2 ** 20;

export class PdfFile {
  constructor(bytes) {
    this.bytes = bytes;
    this.start = readStart(bytes);
    this.sections = readSections(bytes, this.start);
    this.kept = new Map();
    this.kepts = new Map();
    if (this.sections.some((section) => section.trailer.has("Encrypt"))) refuse("an encrypted PDF");
  }

  get trailer() {
    return this.sections[0].trailer;
  }

  get root() {
    return this.dictionary(this.trailer.get("Root"));
  }

  entry(number) {
    for (const section of this.sections) {
      const found = section.entries.get(number);
      if (found !== undefined) return found;
    }
    return null;
  }

  object(number) {
    // The value of an object as the newest section has it; null for none.
    if (!this.kept.has(number)) this.kept.set(number, this.read(number));
    return this.kept.get(number);
  }

  read(number) {
    const entry = this.entry(number);
    if (entry === null || entry.free) return null;
    if (entry.inside !== undefined) return this.compressed(number, entry);
    const found = readObject(this, entry.offset);
    if (found.number !== number || found.generation !== entry.generation) refuse(`object ${number} is not where the file says`);
    return found.value;
  }

  resolve(value) {
    let found = value;
    for (let hops = 0; found instanceof PdfReference; hops += 1) {
      if (hops > LONGEST_CHAIN) refuse("references in a circle");
      const entry = this.entry(found.number);
      const same = entry !== null && (entry.inside !== undefined ? found.generation === 0 : found.generation === entry.generation);
      found = same ? this.object(found.number) : null;
    }
    return found;
  }

  dictionary(value) {
    const found = this.resolve(value);
    if (found instanceof PdfStream) return found.dictionary;
    return found instanceof Map ? found : refuse("something else where a PDF has a dictionary");
  }

  array(value) {
    const found = this.resolve(value);
    return Array.isArray(found) ? found : refuse("something else where a PDF has an array");
  }

  compressed(number, { inside, index }) {
    if (!this.kepts.has(inside)) this.kepts.set(inside, this.readCompressed(inside));
    const found = this.kepts.get(inside)[index];
    return found?.number === number ? found.value : refuse(`object ${number} is not in its object stream`);
  }

  readCompressed(inside) {
    const entry = this.entry(inside);
    const stream = entry?.offset === undefined ? null : this.object(inside);
    if (!(stream instanceof PdfStream) || !isName(stream.dictionary.get("Type"), "ObjStm")) refuse("an object stream that is none");
    const data = decode(this, stream);
    const [count, first] = [this.resolve(stream.dictionary.get("N")), this.resolve(stream.dictionary.get("First"))];
    const head = new PdfReader(data);
    const places = [];
    for (let i = 0; i < count && i < MOST_OBJECTS; i += 1) places.push([head.integer(), head.integer()]);
    return places.map(([number, offset]) => ({ number, value: new PdfReader(data, first + offset).value() }));
  }
}

function readStart(bytes) {
  const mark = lastIndexOf(bytes, "startxref");
  if (mark < 0) refuse("no startxref: not a PDF, or one that is cut off");
  const reader = new PdfReader(bytes, mark);
  reader.keyword("startxref");
  return reader.integer();
}

function readSections(bytes, start) {
  const sections = [];
  const waiting = [start];
  const seen = new Set();
  while (waiting.length) {
    const place = waiting.shift();
    if (seen.has(place) || sections.length >= MOST_SECTIONS) refuse("cross-references in a circle, or too many");
    seen.add(place);
    const section = readSection(bytes, place);
    sections.push(section);
    const { trailer } = section;
    if (trailer.has("XRefStm")) sections.push({ ...readSection(bytes, trailer.get("XRefStm")), place });
    if (trailer.has("Prev")) waiting.push(trailer.get("Prev"));
  }
  return sections;
}

function readSection(bytes, place) {
  if (!Number.isInteger(place) || place < 0 || place >= bytes.length) refuse("cross-references outside the file");
  const reader = new PdfReader(bytes, place);
  return reader.word() === "xref" ? readTable(reader, place) : readCrossStream(bytes, place);
}

function readTable(reader, place) {
  const entries = new Map();
  for (;;) {
    const word = reader.word();
    if (word === "trailer") break;
    const [first, count] = [/^\d{1,9}$/.test(word) ? Number(word) : refuse("a damaged cross-reference table"), reader.integer()];
    if (entries.size + count > MOST_OBJECTS) refuse("too many objects");
    for (let number = first; number < first + count; number += 1) {
      const [offset, generation, kind] = [reader.integer(), reader.integer(), reader.word()];
      if (kind !== "n" && kind !== "f") refuse("a damaged cross-reference table");
      entries.set(number, kind === "n" ? { offset, generation } : { free: true });
    }
  }
  const trailer = reader.value();
  return trailer instanceof Map ? { place, entries, trailer } : refuse("a trailer that is no dictionary");
}

function readCrossStream(bytes, place) {
  const { value: stream } = readObject({ bytes, resolve: (value) => value }, place);
  if (!(stream instanceof PdfStream) || !isName(stream.dictionary.get("Type"), "XRef")) refuse("no cross-references where the file says");
  const { dictionary } = stream;
  const data = decode({ resolve: (value) => value }, stream);
  const widths = dictionary.get("W");
  const index = dictionary.get("Index") ?? [0, dictionary.get("Size")];
  if (!Array.isArray(widths) || widths.length !== 3 || widths.some((width) => !(width >= 0 && width <= 8))) refuse("a damaged cross-reference stream");
  return { place, entries: crossEntries(data, widths, index), trailer: dictionary };
}

function crossEntries(data, widths, index) {
  const entries = new Map();
  let place = 0;
  const field = (width, missing) => {
    if (!width) return missing;
    let value = 0;
    for (let i = 0; i < width; i += 1) value = value * 256 + (data[place++] ?? refuse("a cross-reference stream that ends too early"));
    return value;
  };
  for (let i = 0; i + 1 < index.length; i += 2) {
    for (let number = index[i]; number < index[i] + index[i + 1]; number += 1) {
      if (entries.size > MOST_OBJECTS) refuse("too many objects");
      const [kind, second, third] = [field(widths[0], 1), field(widths[1], 0), field(widths[2], 0)];
      if (kind === 1) entries.set(number, { offset: second, generation: third });
      else entries.set(number, kind === 2 ? { inside: second, index: third } : { free: true });
    }
  }
  return entries;
}

function readObject(file, offset) {
  if (offset >= file.bytes.length) refuse("an object outside the file");
  const reader = new PdfReader(file.bytes, offset);
  const [number, generation] = [reader.integer(), reader.integer()];
  reader.keyword("obj");
  const value = reader.value();
  if (value instanceof PdfKeyword) refuse(`object ${number} is no PDF object`);
  const word = reader.word();
  if (word === "endobj") return { number, generation, value };
  if (word !== "stream" || !(value instanceof Map)) refuse(`object ${number} does not end`);
  return { number, generation, value: new PdfStream(value, streamBytes(file, reader, value)) };
}

function streamBytes(file, reader, dictionary) {
  let start = reader.place;
  if (file.bytes[start] === 13) start += 1;
  if (file.bytes[start] === 10) start += 1;
  const length = file.resolve(dictionary.get("Length"));
  if (!Number.isInteger(length) || length < 0 || start + length > file.bytes.length) refuse("a stream without its length");
  new PdfReader(file.bytes, start + length).keyword("endstream");
  return file.bytes.subarray(start, start + length);
}

export function decode(file, stream) {
  // The bytes of a stream without a filter, or with FlateDecode alone.
  const filter = file.resolve(stream.dictionary.get("Filter") ?? null);
  const filters = filter === null ? [] : Array.isArray(filter) ? filter.map((one) => file.resolve(one)) : [filter];
  if (!filters.length) return stream.bytes;
  if (filters.length > 1 || !isName(filters[0], "FlateDecode")) refuse("a stream in a filter that is not supported here");
  const parameters = file.resolve(stream.dictionary.get("DecodeParms") ?? null);
  const wanted = file.resolve(Array.isArray(parameters) ? parameters[0] : parameters);
  return unpredicted(inflate(stream.bytes, LARGEST_STREAM), wanted);
}

function unpredicted(data, parameters) {
  const predictor = parameters instanceof Map ? (parameters.get("Predictor") ?? 1) : 1;
  if (predictor === 1) return data;
  const columns = parameters.get("Columns") ?? 1;
  const plain = (parameters.get("Colors") ?? 1) === 1 && (parameters.get("BitsPerComponent") ?? 8) === 8;
  if (predictor < 10 || !plain || !(columns >= 1)) refuse("a predictor that is not supported here");
  const rows = Math.floor(data.length / (columns + 1));
  const found = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    const kind = data[row * (columns + 1)];
    for (let column = 0; column < columns; column += 1) {
      const place = row * columns + column;
      const left = column ? found[place - 1] : 0;
      const up = row ? found[place - columns] : 0;
      const corner = row && column ? found[place - columns - 1] : 0;
      found[place] = data[row * (columns + 1) + 1 + column] + predicted(kind, left, up, corner);
    }
  }
  return found;
}

function predicted(kind, left, up, corner) {
  switch (kind) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4: {
      const guess = left + up - corner;
      const [a, b, c] = [left, up, corner].map((value) => Math.abs(guess - value));
      return a <= b && a <= c ? left : b <= c ? up : corner;
    }
    default:
      return refuse("a predictor that does not exist");
  }
}

export function isSame(left, right) {
  // Whether two PDF values say the same, references by their numbers.
  if (left instanceof Uint8Array) return right instanceof Uint8Array && isEqual(left, right);
  if (left instanceof Map) {
    return right instanceof Map && left.size === right.size && [...left].every(([key, value]) => right.has(key) && isSame(value, right.get(key)));
  }
  if (Array.isArray(left)) {
    return Array.isArray(right) && left.length === right.length && left.every((value, place) => isSame(value, right[place]));
  }
  if (left instanceof PdfStream) {
    return right instanceof PdfStream && isSame(left.dictionary, right.dictionary) && isEqual(left.bytes, right.bytes);
  }
  if (left !== null && typeof left === "object") {
    return right !== null && left.constructor === right.constructor && JSON.stringify(left) === JSON.stringify(right);
  }
  return left === right;
}
