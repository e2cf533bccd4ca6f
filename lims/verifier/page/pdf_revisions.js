// What was added to a file after a signature: only what a report's own way allows, everything else is a change.

import { refuse, Refusal } from "./bytes.js";
import { isSame, PdfFile } from "./pdf_file.js";
import { isName, PdfReference } from "./pdf_syntax.js";

export function revisionUpTo(file, end) {
  // The file as it was when it ended there; null where no revision of the file ends there.
  if (end === file.bytes.length) return file;
  try {
    const before = new PdfFile(file.bytes.subarray(0, end));
    const places = file.sections.map((section) => section.place);
    const older = before.sections.map((section) => section.place);
    const isTail = older.every((place, index) => place === places[places.length - older.length + index]);
    const sized = before.trailer.get("Size") === biggest(before);
    return isTail && sized && endsWell(before.bytes) && places.slice(0, -older.length).every((place) => place >= end) ? before : null;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

function biggest(file) {
  return Math.max(...file.sections.map((section) => section.trailer.get("Size")));
}

function endsWell(bytes) {
  const tail = String.fromCharCode(...bytes.subarray(Math.max(0, bytes.length - 8)));
  return /%%EOF[\r\n]{0,2}$/.test(tail);
}

export function additions(file, before) {
  // { signed, stamps, data, other }: fields that were signed, time stamps and validation data since, and what else was changed.
  const found = { signed: [], stamps: [], data: false, other: [] };
  if (!sameRoot(file, before)) found.other.push("root");
  const known = roles(before);
  const newer = file.sections.slice(0, file.sections.length - before.sections.length);
  const numbers = new Set(newer.flatMap((section) => [...section.entries.keys()]));
  for (const number of numbers) {
    if (number >= before.trailer.get("Size")) continue;
    judge(found, { file, before, number, role: known.get(number) ?? "" });
  }
  return found;
}

function sameRoot(file, before) {
  const [now, then] = [file.trailer.get("Root"), before.trailer.get("Root")];
  const same = now instanceof PdfReference && then instanceof PdfReference && now.number === then.number;
  return same && file.sections.every((section) => !section.trailer.has("Root") || isSame(section.trailer.get("Root"), now));
}

function roles(before) {
  // Which objects may change in their own way: catalog, form, fields, validation data.
  const known = new Map();
  const name = (value, role) => value instanceof PdfReference && known.set(value.number, role);
  const { root } = before;
  name(before.trailer.get("Root"), "catalog");
  name(root.get("AcroForm"), "form");
  const form = before.dictionary(root.get("AcroForm") ?? new Map());
  for (const field of before.resolve(form.get("Fields") ?? []) ?? []) name(field, "field");
  name(form.get("Fields"), "fields");
  name(root.get("DSS"), "data");
  const data = before.resolve(root.get("DSS") ?? null);
  for (const value of data instanceof Map ? data.values() : []) name(value, "data");
  for (const page of pages(before, root.get("Pages"))) {
    name(page, "page");
    name(before.dictionary(page).get("Annots"), "annotations");
  }
  return known;
}

function pages(file, top) {
  const found = [];
  const walk = (node, depth) => {
    if (depth > 20 || found.length > 20_000) refuse("a page tree without end");
    const dictionary = file.dictionary(node);
    if (isName(dictionary.get("Type"), "Page")) found.push(node);
    else for (const kid of file.array(dictionary.get("Kids") ?? [])) walk(kid, depth + 1);
  };
  walk(top, 0);
  return found;
}

function judge(found, { file, before, number, role }) {
  const [now, then] = [file.object(number), before.object(number)];
  if (isSame(now, then)) return;
  const differing = differences(now, then);
  const only = (...keys) => differing !== null && differing.every((key) => keys.includes(key));
  const appended = (key) => isAppended(now.get(key), then.get(key), file, before);
  if (role === "field" && only("V", "AP") && then.get("V") === undefined) found.signed.push(number);
  else if (role === "catalog" && only("DSS", "Extensions")) found.data = true;
  else if (role === "data" && now instanceof Map) found.data = true;
  else if (role === "data" && Array.isArray(now) && isSame(now.slice(0, then?.length), then)) found.data = true;
  else if (role === "form" && only("SigFlags", "Fields") && appended("Fields")) found.stamps.push(number);
  else if (role === "fields" && isAppended(now, then, file, before)) found.stamps.push(number);
  else if (role === "page" && only("Annots") && appended("Annots")) found.stamps.push(number);
  else if (role === "annotations" && isAppended(now, then, file, before)) found.stamps.push(number);
  else found.other.push(number);
}

function differences(now, then) {
  if (!(now instanceof Map) || !(then instanceof Map)) return null;
  return [...new Set([...now.keys(), ...then.keys()])].filter((key) => !now.has(key) || !then.has(key) || !isSame(now.get(key), then.get(key)));
}

function isAppended(now, then, file, before) {
  // Whether a list of fields or annotations only got time stamps.
  const [longer, shorter] = [file.resolve(now ?? []), before.resolve(then ?? [])];
  if (!Array.isArray(longer) || !Array.isArray(shorter) || !isSame(longer.slice(0, shorter.length), shorter)) return false;
  return longer.slice(shorter.length).every((field) => isStamp(file, field));
}

function isStamp(file, field) {
  const dictionary = file.resolve(field);
  if (!(dictionary instanceof Map) || !isName(file.resolve(dictionary.get("FT")), "Sig")) return false;
  const value = file.resolve(dictionary.get("V") ?? null);
  const box = file.resolve(dictionary.get("Rect") ?? []);
  const unseen = !dictionary.has("AP") || (Array.isArray(box) && box.every((side) => file.resolve(side) === 0));
  return value instanceof Map && isName(value.get("Type"), "DocTimeStamp") && unseen;
}
