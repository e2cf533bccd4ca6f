// Whether a certificate leads to a root of the trust file, at a moment (RFC 5280, section 6).

import { isEqual, Refusal } from "./bytes.js";
import { isIssuedBy } from "./certificate.js";
import { revocationState } from "./revocation.js";

const LONGEST = 8;

export function findChain(certificate, { roots, others, moment }) {
  // Gives { chain } from the certificate to the root, or { problem } in one of the words that the verdict knows.
  let problem = "no chain";
  const search = (path) => {
    for (const root of roots) {
      const whole = isEqual(path.at(-1).raw, root.raw) ? path : isSound(path.at(-1), root) ? [...path, root] : null;
      if (whole === null) continue;
      const fault = chainFault(whole, moment);
      if (fault === null) return whole;
      problem = fault;
    }
    for (const issuer of path.length < LONGEST ? others : []) {
      if (path.some((one) => isEqual(one.raw, issuer.raw)) || !isSound(path.at(-1), issuer)) continue;
      const found = search([...path, issuer]);
      if (found) return found;
    }
    return null;
  };
  const chain = search([certificate]);
  return chain ? { chain, problem: null } : { chain: null, problem };
}

function isSound(certificate, issuer) {
  try {
    return isIssuedBy(certificate, issuer);
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

function chainFault(chain, moment) {
  // The root is believed as it is; what stands before it must hold at the moment, and may sign certificates.
  for (const [place, certificate] of chain.entries()) {
    const isRoot = place === chain.length - 1;
    if (certificate.unknownCritical.length) return "constraints";
    if (place > 0 && !maySign(certificate, place - 1)) return "constraints";
    if (isRoot && place > 0) continue;
    if (moment < certificate.notBefore || moment > certificate.notAfter) return "out of time";
  }
  return null;
}

function maySign(certificate, below) {
  const usage = certificate.keyUsage === null || certificate.keyUsage.has("certificateSigning");
  const roomy = certificate.pathLength === null || below <= certificate.pathLength;
  return certificate.authority && usage && roomy;
}

export const CHAIN_ALONE = "chain alone";
export const WHERE_KNOWN = "where known";
export const SHOWN = "shown";
// What is demanded of words about revocation: nothing; that they cover all certificates if there are any; that they do.

export function troubleWith(certificate, { roots, others, lists, answers }, moment, demand) {
  // Why a certificate is not believed at a moment, or null.
  if (moment === null) return "no time";
  const { chain, problem } = findChain(certificate, { roots, others, moment });
  const silent = demand === CHAIN_ALONE || (demand === WHERE_KNOWN && !lists.length && !answers.length);
  if (problem !== null || silent) return problem;
  const state = revocationState(chain, { lists, answers }, moment);
  return state === "good" ? null : state;
}
