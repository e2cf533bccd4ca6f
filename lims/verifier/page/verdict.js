// The verdict on a file: one word, with the reasons that lead to it.

import { ATTACHED, DATA } from "./check_ledger.js";
import { said } from "./check_result.js";
import { repeatAll } from "./checks.js";
import { readEvidence } from "./evidence.js";
import { attachments } from "./pdf_attachments.js";
import { PdfFile } from "./pdf_file.js";
import { numberMarks } from "./pdf_signatures.js";
import { sha256Hex } from "./sha2.js";
import { examineSignatures } from "./signatures.js";
import { readTrust } from "./trust.js";
import { fromUtf8, indexOf, Refusal } from "./bytes.js";

const NUMBER_MARK = "aigaq-report:";
const SIGNED = "/ByteRange";
// Stands in every signature of a PDF, and in clear text.
const NO_TRUST = { roots: [], keys: [] };
const UNREADABLE = { broken: false, bothValid: false, level: null, wrong: [], reasons: [said("unreadable")] };

export function verify({ pdf, brought = null, trust = null, at = null }) {
  // { verdict, supersededBy, number, sha256, level, reasons, checks } of any bytes.
  // brought: a receipt or a signed checkpoint; at: the time of checking, or null for the times that signatures state.
  const sha256 = sha256Hex(pdf);
  const known = trust === null ? NO_TRUST : readTrust(trust);
  const evidence = readEvidence(brought, known.keys);
  const file = attempt(() => new PdfFile(pdf));
  const attached = (file && attempt(() => attachments(file, ATTACHED))) ?? { files: new Map(), ambiguous: [] };
  const facts = attempt(() => JSON.parse(fromUtf8(attached.files.get(DATA))));
  const signatures = (file && attempt(() => examineSignatures(file, { roots: known.roots, facts, at }))) ?? UNREADABLE;
  const newest = evidence.belief?.newest;
  const recorded = newest?.pdf_sha256 === sha256 ? newest.content_sha256 : "";
  const repeated = repeatAll(attached, { keys: known.keys, recorded });
  const numbers = [...numberMarks(pdf, NUMBER_MARK), facts?.number];
  const damaged = signatures === UNREADABLE && indexOf(pdf, SIGNED) >= 0;
  const found = { sha256, numbers, evidence, signatures, damaged, ...repeated };
  return { sha256, number: (isOfAnotherLedger(found) ? null : newest?.number) ?? repeated.content?.number ?? null, supersededBy: null, level: signatures.level, checks: repeated.checks, ...judge(found) };
}

function attempt(read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal || error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) return null;
    throw error;
  }
}

function judge(found) {
  const { belief } = found.evidence;
  if (excludes(found)) return result(found, "CANNOT SAY", [said("two histories")]);
  if (belief === null || isOfAnotherLedger(found)) return alone(found);
  return belief.newest.pdf_sha256 === found.sha256 ? sameBytes(found, belief) : otherBytes(found, belief);
}

function result({ signatures, content }, verdict, reasons, more = {}) {
  const demonstration = content?.evidence === false ? [said("demonstration")] : [];
  return { verdict, reasons: [...reasons, ...demonstration, ...signatures.reasons], ...more };
}

function excludes({ evidence, inside, checks }) {
  // Whether the checkpoint in the file and the one that was brought cannot both be true, although a trusted key signed both.
  const trusted = checks.some(({ name, state }) => name === "checkpoint" && state === "equal");
  return trusted && evidence.historyFrom(inside.signed) === "excludes";
}

function isOfAnotherLedger({ evidence, inside }) {
  // Numbers are those of one laboratory, and no laboratory issues or withdraws the reports of another.
  return evidence.belief !== null && inside.signed !== null && inside.signed.origin !== evidence.belief.checkpoint.origin;
}

function contradictions({ checks }) {
  return checks.filter((check) => check.state === "differs").flatMap((check) => check.words);
}

function alone(found) {
  const { signatures, evidence } = found;
  if (found.damaged) return result(found, "ALTERED", [said("damaged")]);
  if (signatures.broken) return result(found, "ALTERED", [said("changed after signing")]);
  const against = [...signatures.wrong, ...contradictions(found)];
  const unchanged = !against.length && signatures.bothValid ? [said("unchanged since signing")] : [];
  const brought = isOfAnotherLedger(found) ? [said("receipt of another ledger")] : evidence.reasons;
  return result(found, "CANNOT SAY", [...against, ...unchanged, ...brought, said("issue unchecked")]);
}

function otherBytes(found, { newest: { number } }) {
  const unlike = said("other digest", { number });
  if (found.numbers.includes(number)) return result(found, "ALTERED", [unlike, said("names report", { number })]);
  if (found.signatures.broken) return result(found, "ALTERED", [unlike, said("changed after signing")]);
  return result(found, "CANNOT SAY", [unlike, said("receipt of another")]);
}

function sameBytes(found, { newest }) {
  const { number, status, superseded_by: by, withdrawal_reason: reason } = newest;
  const same = said("same bytes", { number });
  if (!["issued", "superseded", "withdrawn"].includes(status)) return result(found, "NOT ISSUED", [same, said("not issued")]);
  const against = [
    ...(found.signatures.bothValid ? [] : [said("weak signatures")]),
    ...(found.content === null ? [said("data unread")] : []),
    ...(found.content !== null && found.content.number !== number ? [said("other number")] : []),
    ...found.signatures.wrong,
    ...contradictions(found),
  ];
  if (against.length) return result(found, "CANNOT SAY", [same, said("weak"), ...against]);
  const replaced = by ? [said("replaced", { number: by })] : [];
  if (status === "withdrawn") return result(found, "WITHDRAWN", [same, said("withdrawn", { reason: reason.replace(/\.+$/, "") }), ...replaced]);
  if (status === "superseded") return result(found, "SUPERSEDED", [same, ...replaced], { supersededBy: by });
  return result(found, "VALID", [same, said("stands")]);
}
