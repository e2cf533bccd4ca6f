// Validation data in the file (ISO 32000-2, section 12.8.4.3): further certificates, revocation lists, answers.

import { Refusal } from "./bytes.js";
import { readCertificate } from "./certificate.js";
import { decode } from "./pdf_file.js";
import { PdfStream } from "./pdf_syntax.js";
import { readAnswers, readRevocationList } from "./revocation.js";

const MOST = 200;

export function validationData(file, roots) {
  // The trusted roots with what the file itself brings; nothing of it counts where any of it cannot be read.
  const nothing = { roots, others: [], lists: [], answers: [] };
  try {
    const store = file.resolve(file.root.get("DSS") ?? null);
    if (!(store instanceof Map)) return nothing;
    const read = (name, reader) => streams(file, store, name).map(reader);
    return { roots, others: read("Certs", readCertificate), lists: read("CRLs", readRevocationList), answers: read("OCSPs", readAnswers) };
  } catch (error) {
    if (error instanceof Refusal || error instanceof TypeError) return nothing;
    throw error;
  }
}

function streams(file, store, name) {
  const found = file.resolve(store.get(name) ?? null) ?? [];
  return found.slice(0, MOST).map((reference) => {
    const stream = file.resolve(reference);
    return stream instanceof PdfStream ? decode(file, stream) : new Uint8Array();
  });
}
