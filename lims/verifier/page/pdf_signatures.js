// The signature fields of a file, and what stands in each: the signed bytes, the CMS structure, the place of both.

import { indexOf, isEqual, joined, latin1, Refusal, refuse, toHex, utf8 } from "./bytes.js";
import { isName, PdfName } from "./pdf_syntax.js";

const DEEPEST = 10;
const MOST_FIELDS = 1000;

export function signatureFields(file) {
  // [{ name, number, value }] of every signature field; value is null where it is empty, undefined where it cannot be read.
  const { root } = file;
  const form = root.has("AcroForm") ? file.dictionary(root.get("AcroForm")) : new Map();
  const found = [];
  const walk = (node, above, depth) => {
    if (depth > DEEPEST || found.length > MOST_FIELDS) refuse("a form without end");
    const field = file.dictionary(node);
    const name = [above.name, field.has("T") ? pdfText(file.resolve(field.get("T"))) : ""].filter(Boolean).join(".");
    const kind = field.has("FT") ? file.resolve(field.get("FT")) : above.kind;
    const kids = field.has("Kids") ? file.array(field.get("Kids")) : [];
    const named = kids.filter((kid) => file.dictionary(kid).has("T"));
    named.forEach((kid) => walk(kid, { name, kind }, depth + 1));
    if (!named.length && isName(kind, "Sig")) {
      found.push({ name, number: node.number, value: valueOf(file, field) });
    }
  };
  for (const node of file.resolve(form.get("Fields") ?? []) ?? []) walk(node, { name: "", kind: null }, 0);
  return found;
}

function valueOf(file, field) {
  try {
    return field.has("V") && field.get("V") !== null ? file.dictionary(field.get("V")) : null;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

export function pdfText(bytes) {
  if (!(bytes instanceof Uint8Array)) return refuse("something else where a PDF has a text");
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes.subarray(2));
  return latin1(bytes);
}

export function signedParts(file, value) {
  // { data, cms, end, kind, at } of a signature dictionary; refuses what a report's signature never has.
  const range = file.array(value.get("ByteRange")).map((number) => file.resolve(number));
  const sound = range.length === 4 && range.every((number) => Number.isInteger(number) && number >= 0);
  if (!sound || range[0] !== 0) refuse("a byte range that a report does not have");
  const [, before, resume, after] = range;
  const end = resume + after;
  if (!(before < resume) || end > file.bytes.length) refuse("a byte range outside the file");
  const contents = file.resolve(value.get("Contents"));
  if (!(contents instanceof Uint8Array)) refuse("a signature without its content");
  const cms = contents.subarray(0, derLength(contents));
  requireGap(file.bytes.subarray(before, resume), cms);
  return {
    data: joined([file.bytes.subarray(0, before), file.bytes.subarray(resume, end)]),
    cms,
    end,
    start: before,
    kind: subFilter(file, value),
    at: value.has("M") ? pdfTime(latin1(file.resolve(value.get("M")))) : null,
  };
}

function subFilter(file, value) {
  const filter = file.resolve(value.get("SubFilter") ?? null);
  return filter instanceof PdfName ? filter.text : "";
}

function derLength(bytes) {
  if (bytes.length < 4 || bytes[0] !== 0x30 || bytes[1] < 0x81 || bytes[1] > 0x84) refuse("a signature that is no CMS structure");
  const digits = bytes[1] - 0x80;
  const length = Array.from(bytes.subarray(2, 2 + digits)).reduce((sum, byte) => sum * 256 + byte, 0);
  const whole = 2 + digits + length;
  return whole <= bytes.length ? whole : refuse("a CMS structure that ends too early");
}

function requireGap(gap, cms) {
  // The gap holds the structure in its one form, padded with zeros: nobody can hide anything there.
  const digits = utf8(`<${toHex(cms).toUpperCase()}`);
  const padding = gap.subarray(digits.length, -1);
  const ours = isEqual(gap.subarray(0, digits.length), digits) && padding.every((byte) => byte === 48);
  if (!ours || gap.length <= digits.length || gap.at(-1) !== 62) refuse("the place of a signature holds something else beside it");
}

export function pdfTime(text) {
  // Milliseconds since 1970 of D:YYYYMMDDHHmmSS with its offset; null where it has none of this form.
  const match = /^D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z|([+-])(\d\d)'?(\d\d)?'?)?$/.exec(text);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const shift = match[7] ? (match[7] === "-" ? 1 : -1) * (Number(match[8]) * 60 + Number(match[9] ?? 0)) : 0;
  return Date.UTC(year, month - 1, day, hour, minute + shift, second);
}

export function numberMarks(bytes, mark) {
  // Numbers that stand behind the mark among the document's keywords, found without reading the PDF.
  const found = [];
  for (let place = indexOf(bytes, mark); place >= 0; place = indexOf(bytes, mark, place + 1)) {
    const text = new TextDecoder().decode(bytes.subarray(place + mark.length, place + mark.length + 400));
    const number = /^[^\s<>()]+/.exec(text);
    if (number) found.push(unescaped(number[0]));
  }
  const wide = joined([...mark].map((letter) => Uint8Array.of(0, letter.charCodeAt(0))));
  for (let place = bytes.indexOf(0); place >= 0; place = bytes.indexOf(0, place + 1)) {
    if (!isEqual(bytes.subarray(place, place + wide.length), wide)) continue;
    const text = new TextDecoder("utf-16be").decode(bytes.subarray(place + wide.length, place + wide.length + 800));
    found.push(text.split(/[\s<>()]/, 1)[0]);
    break;
  }
  return found;
}

function unescaped(text) {
  const named = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return text.replace(/&(#\d{1,7}|#x[0-9a-fA-F]{1,6}|\w{2,4});/g, (whole, name) => {
    if (name[0] !== "#") return named[name] ?? whole;
    const code = name[1] === "x" ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
