// Whether a certificate was revoked, by lists (RFC 5280, section 5) and answers of responders (RFC 6960).

import { isEqual, Refusal, refuse } from "./bytes.js";
import { isSignedBy, readPublicKey, readScheme } from "./algorithms.js";
import { isIssuedBy, readCertificate } from "./certificate.js";
import { children, expectTag, inside, readDer, readInteger, readOid, readTime, readWholeBits, tagged, TAGS } from "./der.js";

const BASIC_ANSWER = "1.3.6.1.5.5.7.48.1.1";
const ANSWERING = "1.3.6.1.5.5.7.3.9";
const DELTA = "2.5.29.27";
const PLACE = "2.5.29.28";
const OF_PERSONS = 0x81;
const OF_AUTHORITIES = 0x82;
const TOLERANCE_MS = 1000;
const WITHOUT_NEXT_MS = 30 * 60_000;
// How long a word counts that does not say when the next one comes.

export function readRevocationList(bytes) {
  const [tbs, algorithm, signature] = inside(readDer(bytes));
  const fields = inside(tbs);
  const [, issuer, thisUpdate, ...rest] = fields.slice(fields[0].tag === TAGS.integer ? 1 : 0);
  const isTime = (node) => node !== undefined && [0x17, 0x18].includes(node.tag);
  const entries = rest.find((node) => node.tag === TAGS.sequence);
  const extensions = tagged(rest, 0);
  return {
    tbs: tbs.raw,
    algorithm,
    signature: readWholeBits(signature),
    issuer: issuer.raw,
    thisUpdate: readTime(thisUpdate),
    nextUpdate: isTime(rest[0]) ? readTime(rest[0]) : null,
    revoked: new Map((entries ? inside(entries) : []).map(readRevoked)),
    scope: extensions ? readScope(inside(children(extensions)[0])) : "all",
  };
}

function readScope(extensions) {
  // Of which certificates a list speaks: "all", "persons", "authorities", or "some", which is of no use here.
  const found = new Map(extensions.map((extension) => [readOid(inside(extension)[0]), inside(extension).at(-1)]));
  if (found.has(DELTA)) return "some";
  if (!found.has(PLACE)) return "all";
  const limits = inside(readDer(expectTag(found.get(PLACE), TAGS.octets).value)).filter((node) => node.tag !== 0xa0);
  const [limit] = limits;
  if (limit === undefined) return "all";
  return limits.length > 1 ? "some" : ({ [OF_PERSONS]: "persons", [OF_AUTHORITIES]: "authorities" }[limit.tag] ?? "some");
}

function readRevoked(node) {
  const [serial, moment] = inside(node);
  return [readInteger(serial), readTime(moment)];
}

export function readAnswers(bytes) {
  // The signed single answers of one response, with what is needed to believe them.
  const [status, body] = inside(readDer(bytes));
  if (expectTag(status, 0x0a).value[0] !== 0 || body === undefined) refuse("a responder that gave no answer");
  const [type, wrapped] = inside(children(expectTag(body, 0xa0))[0]);
  if (readOid(type) !== BASIC_ANSWER) refuse("an answer of another kind");
  const [data, algorithm, signature, certificates] = inside(readDer(expectTag(wrapped, TAGS.octets).value));
  const list = inside(data).find((node) => node.tag === TAGS.sequence);
  return {
    data: data.raw,
    algorithm,
    signature: readWholeBits(signature),
    certificates: certificates ? inside(children(certificates)[0]).map((node) => readCertificate(node.raw)) : [],
    singles: inside(list).map(readSingle),
  };
}

function readSingle(node) {
  const [identifier, status, thisUpdate, ...rest] = inside(node);
  const next = tagged(rest, 0);
  const kind = status.tag & 0x1f;
  return {
    serial: readInteger(inside(identifier)[3]),
    state: ["good", "revoked"][kind] ?? "unknown",
    revokedAt: kind === 1 ? readTime(children(status)[0]) : null,
    thisUpdate: readTime(thisUpdate),
    nextUpdate: next ? readTime(children(next)[0]) : null,
  };
}

function attempt(check) {
  try {
    return check();
  } catch (error) {
    if (error instanceof Refusal || error instanceof TypeError) return false;
    throw error;
  }
}

function isSigned(issuer, { algorithm, signature }, bytes) {
  return attempt(() => isSignedBy(readPublicKey(issuer.keyNode), readScheme(algorithm), bytes, signature));
}

function isListOf(list, issuer) {
  const mayList = issuer.keyUsage === null || issuer.keyUsage.has("listSigning");
  return mayList && isEqual(list.issuer, issuer.subject) && isSigned(issuer, list, list.tbs);
}

function isAnswerOf(answer, issuer, moment) {
  // Signed by the issuer itself, or by a responder that the issuer made.
  if (isSigned(issuer, answer, answer.data)) return true;
  return answer.certificates.some((responder) => {
    const made = attempt(() => isIssuedBy(responder, issuer)) && (responder.purposes ?? []).includes(ANSWERING);
    return made && moment >= responder.notBefore && moment <= responder.notAfter && isSigned(responder, answer, answer.data);
  });
}

export function revocationState(chain, { lists, answers }, moment) {
  // "good" where every certificate under the root is covered, else "revoked" or "unknown".
  let state = "good";
  for (const [place, certificate] of chain.slice(0, -1).entries()) {
    const found = wordsAbout(certificate, chain[place + 1], { lists, answers }, moment);
    if (found.some((at) => at !== null && at <= moment)) return "revoked";
    if (!found.length) state = "unknown";
  }
  return state;
}

function wordsAbout(certificate, issuer, { lists, answers }, moment) {
  // For each word about it that counts at the moment: when it was revoked, or null.
  const isFresh = ({ thisUpdate, nextUpdate }) => moment <= (nextUpdate ?? thisUpdate + WITHOUT_NEXT_MS) + TOLERANCE_MS;
  const ofLists = lists.filter((list) => ["all", certificate.authority ? "authorities" : "persons"].includes(list.scope) && isFresh(list) && isListOf(list, issuer)).map((list) => list.revoked.get(certificate.serial) ?? null);
  const ofAnswers = answers
    .filter((answer) => isAnswerOf(answer, issuer, moment))
    .flatMap((answer) => answer.singles.filter((one) => one.serial === certificate.serial && one.state !== "unknown" && isFresh(one)))
    .map((one) => one.revokedAt);
  return [...ofLists, ...ofAnswers];
}
