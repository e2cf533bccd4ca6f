// RFC 3161 time stamps: a CMS SignedData over a TSTInfo that names a digest and a time.

import { isEqual, refuse } from "./bytes.js";
import { readDigest } from "./algorithms.js";
import { CHAIN_ALONE, SHOWN, troubleWith } from "./chain.js";
import { holds, readCms, signerOf } from "./cms.js";
import { expectTag, inside, readDer, readTime, TAGS } from "./der.js";
import { HASHES } from "./sha2.js";

const TST_INFO = "1.2.840.113549.1.9.16.1.4";
const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";

export function readStamp(bytes, stamped, data, at) {
  // { at, service, problem, certificate, others }: the time that it proves, and why it is not believed, or null.
  // The service's chain must hold at the time of checking; what was said of revocation counts for when it was made.
  const cms = readCms(bytes);
  if (cms.contentType !== TST_INFO || cms.content === null) refuse("a time stamp without its content");
  const [, , imprint, , time] = inside(readDer(cms.content));
  const [algorithm, digest] = inside(imprint);
  const made = readTime(time);
  const certificate = signerOf(cms);
  const found = { at: made, service: certificate.commonName, certificate, others: cms.certificates };
  const fits = isEqual(expectTag(digest, TAGS.octets).value, HASHES[readDigest(algorithm)](stamped));
  if (!fits || !holds(cms, certificate, cms.content)) return { ...found, problem: "broken" };
  if (!(certificate.purposes ?? []).includes(TIME_STAMPING)) return { ...found, problem: "constraints" };
  const known = beside(data, cms.certificates);
  const revoked = troubleWith(certificate, known, made, SHOWN) === "revoked" ? "revoked" : null;
  return { ...found, problem: troubleWith(certificate, known, at ?? made, CHAIN_ALONE) ?? revoked };
}

export function beside(data, certificates) {
  return { ...data, others: [...data.others, ...certificates] };
}
