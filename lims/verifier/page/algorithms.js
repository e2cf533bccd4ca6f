// Which algorithms are known, by their object identifiers, and how a public key is read and used.

import { children, expectTag, inside, readDer, readInteger, readOid, readWholeBits, TAGS } from "./der.js";
import { refuse } from "./bytes.js";
import { CURVES, readPoint, verifyEcdsa } from "./ecdsa.js";
import { verifyEd25519 } from "./ed25519.js";
import { SMALLEST_RSA_BITS, verifyPkcs1, verifyPss } from "./rsa.js";

export const DIGESTS = {
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
};
const SCHEMES = {
  "1.2.840.113549.1.1.11": { scheme: "pkcs1", hash: "sha256" },
  "1.2.840.113549.1.1.12": { scheme: "pkcs1", hash: "sha384" },
  "1.2.840.113549.1.1.13": { scheme: "pkcs1", hash: "sha512" },
  "1.2.840.10045.4.3.2": { scheme: "ecdsa", hash: "sha256" },
  "1.2.840.10045.4.3.3": { scheme: "ecdsa", hash: "sha384" },
  "1.2.840.10045.4.3.4": { scheme: "ecdsa", hash: "sha512" },
  "1.3.101.112": { scheme: "ed25519", hash: "sha512" },
};
const RSA = "1.2.840.113549.1.1.1";
const PSS = "1.2.840.113549.1.1.10";
const MGF1 = "1.2.840.113549.1.1.8";
const EC = "1.2.840.10045.2.1";
const ED25519 = "1.3.101.112";

export function readDigest(node) {
  const oid = readOid(inside(node)[0]);
  return DIGESTS[oid] ?? refuse(`digest algorithm ${oid} is not supported here`);
}

export function readScheme(node, digest = null) {
  // Of an AlgorithmIdentifier; plain RSA takes its digest from elsewhere.
  const [oidNode, parameters] = inside(node);
  const oid = readOid(oidNode);
  if (oid === RSA && digest) return { scheme: "pkcs1", hash: digest };
  if (oid === PSS) return readPss(parameters);
  return SCHEMES[oid] ?? refuse(`signature algorithm ${oid} is not supported here`);
}

function readPss(parameters) {
  const fields = inside(parameters);
  const [hashField, maskField, saltField] = [0xa0, 0xa1, 0xa2].map((tag) => fields.find((field) => field.tag === tag));
  const hash = hashField ? readDigest(children(hashField)[0]) : refuse("RSA-PSS with SHA-1");
  const [maskOid, maskHash] = inside(children(expectTag(maskField, 0xa1))[0]);
  if (readOid(maskOid) !== MGF1 || readDigest(maskHash) !== hash) refuse("RSA-PSS with another mask");
  return { scheme: "pss", hash, saltLength: saltField ? Number(readInteger(children(saltField)[0])) : 20 };
}

export function readPublicKey(node) {
  // Of a SubjectPublicKeyInfo.
  const [algorithm, bits] = inside(node);
  const [oidNode, parameters] = inside(algorithm);
  const oid = readOid(oidNode);
  const bytes = readWholeBits(bits);
  if (oid === RSA || oid === PSS) return readRsa(bytes);
  if (oid === ED25519) return { kind: "ed25519", bytes };
  if (oid !== EC) refuse(`public key algorithm ${oid} is not supported here`);
  const curve = CURVES[readOid(parameters)] ?? refuse("an elliptic curve that is not supported here");
  return { kind: "ecdsa", curve, point: readPoint(curve, bytes) ?? refuse("a public key that is no point of its curve") };
}

function readRsa(bytes) {
  const [modulus, exponent] = inside(readDer(bytes)).map(readInteger);
  if (modulus.toString(2).length < SMALLEST_RSA_BITS) refuse("an RSA key of less than 2048 bits");
  return { kind: "rsa", modulus, exponent };
}

export function isSignedBy(key, { scheme, hash, saltLength }, message, signature) {
  switch (`${scheme} ${key.kind}`) {
    case "pkcs1 rsa":
      return verifyPkcs1(key, hash, message, signature);
    case "pss rsa":
      return verifyPss(key, hash, message, signature, saltLength);
    case "ecdsa ecdsa":
      return verifyEcdsa(key, hash, message, readPair(signature));
    case "ed25519 ed25519":
      return verifyEd25519(key.bytes, message, signature);
    default:
      return false;
  }
}

function readPair(signature) {
  const [r, s, ...rest] = inside(readDer(signature), TAGS.sequence).map(readInteger);
  if (r === undefined || s === undefined || rest.length) refuse("an ECDSA signature that is not two numbers");
  return { r, s };
}
