// What the two signatures of a report say: whether they hold, who made them, and what was added to the file afterwards.

import { isEqual, Refusal } from "./bytes.js";
import { SHOWN, troubleWith, WHERE_KNOWN } from "./chain.js";
import { said } from "./check_result.js";
import { holds, readCms, signerOf, statedTime } from "./cms.js";
import { additions, revisionUpTo } from "./pdf_revisions.js";
import { signatureFields, signedParts } from "./pdf_signatures.js";
import { validationData } from "./pdf_validation.js";
import { beside, readStamp } from "./timestamp.js";

export const LEVELS = ["PAdES B-B", "PAdES B-T", "PAdES B-LT", "PAdES B-LTA"];
const [BASIC, TIME, LONG_TERM, ARCHIVE] = LEVELS;
const NAMES = ["Expert", "Reviewer"];
const STAMP_FIELD = "TimeStamp";
const PADES = "ETSI.CAdES.detached";
const STAMP_KIND = "ETSI.RFC3161";

export function examineSignatures(file, { roots, facts, at }) {
  // What is said of a file that can be read; facts are the data of the report, or null.
  const fields = signatureFields(file);
  const stated = facts === null ? null : LEVELS.includes(facts.signature_level ?? BASIC) ? (facts.signature_level ?? BASIC) : null;
  const nothing = { roots, others: [], lists: [], answers: [] };
  const data = stated === null || [LONG_TERM, ARCHIVE].includes(stated) ? validationData(file, roots) : nothing;
  const stamp = stated === null || stated === ARCHIVE ? fileStamp(file, fields, data, at) : null;
  const expected = stamp === null ? NAMES : [...NAMES, STAMP_FIELD];
  const names = fields.map((field) => field.name);
  const others = fields.filter((field, place) => !expected.includes(field.name) || names.indexOf(field.name) !== place).map((field) => field.name);
  const context = { fields, data, stamp, at, facts };
  const [expert, reviewer] = NAMES.map((name) => examineField(file, name, fields.find((field) => field.name === name), context));
  return summary({ expert, reviewer, others, stated, stamp, data, changed: isChangedBehind(file, fields) });
}

function summary({ expert, reviewer, others, stated, stamp, data, changed }) {
  const pair = [expert, reviewer];
  const sameKey = pair.every((one) => one.keyInfo !== null) && isEqual(expert.keyInfo, reviewer.keyInfo);
  const level = pair.every((one) => one.level !== null) ? LEVELS[Math.min(...pair.map((one) => LEVELS.indexOf(one.level)))] : null;
  const reached = stated === null || LEVELS.indexOf(level) >= LEVELS.indexOf(stated);
  const signed = pair.some((one) => one.present);
  const proved = stamp?.believed ? stamp.at : null;
  const reasons = [
    others.length ? said("other fields", { names: others.join(", ") }) : null,
    sameKey ? said("same key") : null,
    signed && !data.lists.length && !data.answers.length ? said("revocation unchecked") : null,
    proved === null ? null : said("document stamp holds", { moment: proved }),
    stamp !== null && proved === null ? said("document stamp fails") : null,
    pair.every((one) => one.present) && !reached ? said("level missed", { stated, found: level ?? said("none") }) : null,
  ];
  return {
    expert,
    reviewer,
    level,
    broken: pair.some((one) => one.present && !one.unbroken) || (signed && (others.length > 0 || changed)),
    bothValid: pair.every((one) => one.unbroken && one.trusted && one.ofPerson) && !sameKey && !others.length && reached,
    wrong: pair.filter((one) => one.present && !one.ofPerson).map((one) => said("wrong signer", { signer: one.signer, named: one.person })),
    reasons: [...reasons.filter(Boolean), ...expert.reasons, ...reviewer.reasons],
  };
}

function attempt(read, otherwise) {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal || error instanceof TypeError) return otherwise;
    throw error;
  }
}

function isChangedBehind(file, fields) {
  // Whether anything stands in the file after what the last signature covers.
  const ends = fields.filter((field) => field.value).map((field) => attempt(() => signedParts(file, field.value).end, 0));
  return ends.length > 0 && Math.max(...ends) !== file.bytes.length;
}

function fileStamp(file, fields, data, at) {
  // The time stamp over the whole file, the last thing in it; null where there is none that can be read.
  const field = fields.find((one) => one.name === STAMP_FIELD && one.value);
  if (field === undefined) return null;
  return attempt(() => {
    const parts = signedParts(file, field.value);
    const stamp = readStamp(parts.cms, parts.data, data, at);
    const last = parts.kind === STAMP_KIND && parts.end === file.bytes.length;
    return { ...stamp, last, believed: last && stamp.problem === null };
  }, null);
}

const ABSENT = { present: false, unbroken: false, trusted: false, ofPerson: true, signer: "", keyInfo: null, at: null, level: null };

function examineField(file, name, field, context) {
  if (field === undefined || field.value === null) return { ...ABSENT, name, reasons: [said("no signature", { field: said(name) })] };
  const damaged = { ...ABSENT, name, present: true, reasons: [said("signature damaged", { field: said(name) })] };
  return field.value === undefined ? damaged : attempt(() => judge(file, name, field, context), damaged);
}

function judge(file, name, field, context) {
  const { data, stamp: over, at, facts } = context;
  const parts = signedParts(file, field.value);
  const cms = readCms(parts.cms);
  const certificate = signerOf(cms);
  const known = beside(data, cms.certificates);
  const stamp = cms.stamps.length ? readStamp(cms.stamps[0].raw, cms.signature, data, over?.believed ? over.at : at) : null;
  const proven = stamp?.problem === null ? stamp.at : null;
  const moment = proven ?? at ?? parts.at ?? statedTime(cms);
  const intact = parts.kind === PADES && cms.content === null && holds(cms, certificate, parts.data);
  const allowed = isAllowed(file, name, parts, context);
  const trouble = certificate.keyUsage?.has("digitalSignature") ? troubleWith(certificate, known, moment, WHERE_KNOWN) : "usage";
  const person = facts?.[name.toLowerCase()]?.name;
  const found = { name, present: true, unbroken: intact && allowed, trusted: trouble === null, signer: certificate.commonName, keyInfo: certificate.keyInfo, at: moment };
  const level = intact ? levelOf({ certificate, known, moment, stamp, over, data }) : null;
  const ofPerson = typeof person !== "string" || !person || namesAgree(person, certificate.commonName);
  return { ...found, level, ofPerson, person, reasons: fieldReasons({ ...found, intact, allowed, ofPerson, person, stamp, proven, trouble }) };
}

function fieldReasons({ name, signer, at, intact, allowed, ofPerson, person, stamp, proven, trouble }) {
  const facts = { field: said(name), signer, moment: at };
  if (!intact) return [said("signature changed", facts)];
  const words = { null: "trusted", revoked: "revoked", "out of time": "out of time", "no chain": "no chain", usage: "no usage", unknown: "revocation unknown" };
  return [
    said("signature holds", facts),
    allowed ? null : said("addition", facts),
    ofPerson ? null : said("names person", { ...facts, person }),
    proven === null ? null : said("stamp holds", { ...facts, moment: proven, service: stamp.service }),
    stamp !== null && proven === null ? said("stamp fails", facts) : null,
    said(words[trouble] ?? "untrusted", facts),
  ].filter(Boolean);
}

function levelOf({ certificate, known, moment, stamp, over, data }) {
  // How far an intact signature goes; each level holds what the one below it holds.
  const shown = (one, more, at) => troubleWith(one, more, at, SHOWN) === null;
  if (stamp?.problem !== null) return BASIC;
  if (!shown(certificate, known, moment) || !shown(stamp.certificate, beside(data, stamp.others), stamp.at)) return TIME;
  if (!over?.believed) return LONG_TERM;
  return shown(over.certificate, beside(data, over.others), over.at) ? ARCHIVE : LONG_TERM;
}

function isAllowed(file, name, parts, { fields, stamp }) {
  // After the expert's signature nothing but the reviewer's, and after that nothing but the time stamp over the whole file.
  if (parts.end === file.bytes.length) return true;
  const before = revisionUpTo(file, parts.end);
  if (before === null) return false;
  const found = additions(file, before);
  const mayBeSigned = name === "Expert" ? fields.filter((field) => field.name === "Reviewer").map((field) => field.number) : [];
  const signedWell = found.signed.every((number) => mayBeSigned.includes(number));
  return !found.other.length && signedWell && (name === "Expert" || Boolean(stamp?.last));
}

export function namesAgree(recorded, certified) {
  // Two words or more of which each occurs in the recorded name agree; a single word must be the whole name.
  const [known, claimed] = [recorded, certified].map((name) => name.normalize("NFC").toUpperCase().toLowerCase().split(/\s+/).filter(Boolean));
  return known.join(" ") === claimed.join(" ") || (claimed.length > 1 && claimed.every((word) => known.includes(word)));
}
