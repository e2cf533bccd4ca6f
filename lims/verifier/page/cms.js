// CMS SignedData (RFC 5652) with one signer, over bytes that lie elsewhere or inside.

import { isEqual, Refusal, refuse } from "./bytes.js";
import { isSignedBy, readDigest, readPublicKey, readScheme } from "./algorithms.js";
import { readCertificate } from "./certificate.js";
import { children, expectTag, inside, readDer, readInteger, readOid, readTime, requireStrict, tagged, TAGS } from "./der.js";
import { sha1 } from "./sha1.js";
import { HASHES } from "./sha2.js";

const SIGNED_DATA = "1.2.840.113549.1.7.2";
const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const SIGNING_TIME = "1.2.840.113549.1.9.5";
const CERTIFICATE_V1 = "1.2.840.113549.1.9.16.2.12";
const CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";
const TIME_STAMP = "1.2.840.113549.1.9.16.2.14";

export function readCms(bytes) {
  const whole = readDer(bytes);
  requireStrict(whole);
  const [type, content] = inside(whole);
  if (readOid(type) !== SIGNED_DATA) refuse("a CMS structure that is no SignedData");
  const [, , encapsulated, ...rest] = inside(children(expectTag(content, 0xa0))[0]);
  const [contentType, inner] = inside(encapsulated);
  const signers = inside(rest.at(-1), TAGS.set);
  if (signers.length !== 1) refuse(`${signers.length} signers, expected one`);
  const kept = rest.find((node) => node.tag === 0xa0);
  return {
    contentType: readOid(contentType),
    content: inner === undefined ? null : expectTag(children(inner)[0], TAGS.octets).value,
    certificates: (kept ? children(kept) : []).flatMap(readable),
    ...readSigner(signers[0]),
  };
}

function readable(node) {
  // A further certificate that cannot be read helps nobody, and harms nobody.
  try {
    return [readCertificate(node.raw)];
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}

function readSigner(node) {
  const [, identifier, digestNode, ...rest] = inside(node);
  const signed = expectTag(rest[0], 0xa0);
  const digest = readDigest(digestNode);
  const attributes = readAttributes(signed);
  const unsigned = rest.find((one) => one.tag === 0xa1);
  const asSet = Uint8Array.from(signed.raw);
  asSet[0] = TAGS.set;
  requireStrict(readDer(asSet));
  return {
    identifier: inside(identifier),
    digest,
    scheme: readScheme(rest[1], digest),
    signature: expectTag(rest[2], TAGS.octets).value,
    attributes,
    signedBytes: asSet,
    stamps: (unsigned ? readAttributes(unsigned) : new Map()).get(TIME_STAMP) ?? [],
  };
}

function readAttributes(node) {
  const found = new Map();
  for (const attribute of children(node)) {
    const [oid, values] = inside(attribute);
    if (found.has(readOid(oid))) refuse("an attribute twice");
    found.set(readOid(oid), inside(values, TAGS.set));
  }
  return found;
}

function single(cms, oid) {
  const values = cms.attributes.get(oid);
  return values?.length === 1 ? values[0] : refuse(`the signed attribute ${oid} is missing, or stands there twice`);
}

export function signerOf(cms) {
  // The certificate that the signer's identifier names, if the signed attributes name the same one.
  const [issuer, serial] = cms.identifier;
  const number = readInteger(serial);
  const found = cms.certificates.find((one) => one.serial === number && isEqual(one.issuer, issuer.raw));
  return found && isNamed(cms, found) ? found : refuse("the signer's certificate is not in the signature");
}

function isNamed(cms, certificate) {
  // By the newer attribute (RFC 5035), or the older one with SHA-1, which time-stamp services still use (RFC 2634).
  const older = !cms.attributes.has(CERTIFICATE_V2);
  const first = inside(inside(inside(single(cms, older ? CERTIFICATE_V1 : CERTIFICATE_V2))[0])[0]);
  const hash = older ? sha1 : HASHES[first[0].tag === TAGS.sequence ? readDigest(first[0]) : "sha256"];
  const value = first.find((node) => node.tag === TAGS.octets);
  return value !== undefined && isEqual(value.value, hash(certificate.raw));
}

export function holds(cms, certificate, data) {
  // Whether the signature is over these bytes, by the key of the certificate.
  const typed = readOid(single(cms, CONTENT_TYPE)) === cms.contentType;
  const digested = isEqual(expectTag(single(cms, MESSAGE_DIGEST), TAGS.octets).value, HASHES[cms.digest](data));
  return typed && digested && cms.scheme.hash === cms.digest && isSignedBy(readPublicKey(certificate.keyNode), cms.scheme, cms.signedBytes, cms.signature);
}

export function statedTime(cms) {
  return cms.attributes.has(SIGNING_TIME) ? readTime(single(cms, SIGNING_TIME)) : null;
}

