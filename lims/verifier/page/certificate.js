// X.509 certificates (RFC 5280): read, not yet believed.

import { isEqual, refuse } from "./bytes.js";
import { isSignedBy, readPublicKey, readScheme } from "./algorithms.js";
import { children, expectTag, inside, readBits, readDer, readFlag, readInteger, readOid, readText, readTime, readWholeBits, TAGS } from "./der.js";

const EXTENSIONS = {
  "2.5.29.15": "keyUsage",
  "2.5.29.19": "basicConstraints",
  "2.5.29.37": "extendedKeyUsage",
};
const HARMLESS = new Set(["2.5.29.14", "2.5.29.17", "2.5.29.31", "2.5.29.32", "2.5.29.35", "1.3.6.1.5.5.7.1.1", "1.3.6.1.5.5.7.1.3", "1.3.6.1.5.5.7.48.1.5"]);
// Extensions that say nothing here even if they are called critical: identifiers, other names, places, policies.
const COMMON_NAME = "2.5.4.3";
const USAGES = ["digitalSignature", "nonRepudiation", "", "", "", "certificateSigning", "listSigning"];

export function readCertificate(bytes) {
  const whole = readDer(bytes);
  const [tbs, algorithm, signature] = inside(whole);
  const fields = inside(tbs);
  const shift = fields[0].tag === 0xa0 ? 1 : 0;
  const [serial, inner, issuer, validity, subject, key] = fields.slice(shift);
  if (!isEqual(inner.raw, expectTag(algorithm, TAGS.sequence).raw)) refuse("two signature algorithms in one certificate");
  const [notBefore, notAfter] = inside(validity).map(readTime);
  return {
    raw: whole.raw,
    tbs: tbs.raw,
    algorithm,
    signature: readWholeBits(signature),
    serial: readInteger(serial),
    issuer: issuer.raw,
    subject: subject.raw,
    keyInfo: key.raw,
    keyNode: key,
    notBefore,
    notAfter,
    commonName: commonName(subject),
    ...readExtensions(fields.slice(shift + 6).find((field) => field.tag === 0xa3)),
  };
}

function commonName(name) {
  const parts = inside(name).flatMap((set) => inside(set, TAGS.set)).map((pair) => inside(pair));
  const found = parts.filter(([oid]) => readOid(oid) === COMMON_NAME);
  return found.length ? readText(found[0][1]) : "";
}

function readExtensions(field) {
  const found = { keyUsage: null, authority: false, pathLength: null, purposes: null, unknownCritical: [] };
  for (const extension of field ? inside(children(field)[0]) : []) {
    const [oidNode, ...rest] = inside(extension);
    const critical = rest[0].tag === TAGS.boolean && rest[0].value[0] !== 0;
    readExtension(found, readOid(oidNode), critical, readDer(expectTag(rest.at(-1), TAGS.octets).value));
  }
  return found;
}

function readExtension(found, oid, critical, value) {
  switch (EXTENSIONS[oid]) {
    case "keyUsage":
      found.keyUsage = new Set(USAGES.filter((name, place) => name && readFlag(readBits(value), place)));
      break;
    case "basicConstraints": {
      const [flag, length] = inside(value);
      found.authority = flag !== undefined && flag.tag === TAGS.boolean && flag.value[0] !== 0;
      found.pathLength = length === undefined ? null : Number(readInteger(length));
      break;
    }
    case "extendedKeyUsage":
      found.purposes = inside(value).map(readOid);
      break;
    default:
      if (critical && !HARMLESS.has(oid)) found.unknownCritical.push(oid);
  }
}

export function isIssuedBy(certificate, issuer) {
  if (!isEqual(certificate.issuer, issuer.subject)) return false;
  return isSignedBy(readPublicKey(issuer.keyNode), readScheme(certificate.algorithm), certificate.tbs, certificate.signature);
}
