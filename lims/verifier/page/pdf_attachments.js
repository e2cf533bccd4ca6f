// The files that are attached to a PDF.

import { refuse } from "./bytes.js";
import { decode } from "./pdf_file.js";
import { PdfStream } from "./pdf_syntax.js";
import { pdfText } from "./pdf_signatures.js";

const DEEPEST = 8;
const MOST_FILES = 1000;

export function attachments(file, wanted) {
  // { files, ambiguous }: name -> bytes of the wanted ones; names that stand there twice, of which the first counts.
  const found = { files: new Map(), ambiguous: [] };
  let count = 0;
  const names = file.root.has("Names") ? file.dictionary(file.root.get("Names")) : new Map();
  const walk = (node, depth) => {
    if (depth > DEEPEST || count > MOST_FILES) refuse("a tree of attachments without end");
    const dictionary = file.dictionary(node);
    const pairs = dictionary.has("Names") ? file.array(dictionary.get("Names")) : [];
    for (let i = 0; i + 1 < pairs.length; i += 2, count += 1) {
      const name = pdfText(file.resolve(pairs[i]));
      if (wanted.has(name)) keep(found, file, name, pairs[i + 1]);
    }
    for (const kid of dictionary.has("Kids") ? file.array(dictionary.get("Kids")) : []) walk(kid, depth + 1);
  };
  if (names.has("EmbeddedFiles")) walk(names.get("EmbeddedFiles"), 0);
  return found;
}

function keep({ files, ambiguous }, file, name, specification) {
  const stream = file.resolve(file.dictionary(file.dictionary(specification).get("EF")).get("F"));
  if (!(stream instanceof PdfStream)) refuse(`the attachment ${name} has no content`);
  if (files.has(name)) ambiguous.push(name);
  else files.set(name, decode(file, stream));
}
