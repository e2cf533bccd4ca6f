// All checks of a report's attachments, in their order.

import { Refusal } from "./bytes.js";
import { parseCanonical } from "./canonical.js";
import { checkConfidence, checkThresholds, checkWeights } from "./check_amounts.js";
import { checkCheckpoint, checkData, checkProofs, DATA, readInside } from "./check_ledger.js";
import { checkMatchFactors } from "./check_match_factors.js";
import { checkQuantitation } from "./check_quantitation.js";
import { said } from "./check_result.js";
import { checkSampling } from "./check_sampling.js";

const OF_THE_CONTENT = [
  ["match_factors", checkMatchFactors],
  ["sampling", checkSampling],
  ["weights", checkWeights],
  ["threshold", checkThresholds],
  ["quantitation", checkQuantitation],
  ["confidence", checkConfidence],
];

export function repeatAll({ files, ambiguous }, { keys, recorded }) {
  // { content, inside, checks }; no checks where no data are attached.
  const inside = readInside(files);
  if (!files.has(DATA)) return { content: null, inside, checks: [] };
  const content = readContent(files.get(DATA));
  const checks = [
    checkData(files, { content, ambiguous }, inside, recorded),
    ...OF_THE_CONTENT.map(([name, check]) => ofContent(name, check, content)),
    checkProofs(inside, content),
    checkCheckpoint(inside, content, keys),
  ];
  return { content, inside, checks };
}

export function readContent(bytes) {
  // The data, if they are those of a report.
  try {
    const content = parseCanonical(bytes);
    const lists = [content.runs, content.circumstances.sampling, content.circumstances.weights, content.circumstances.thresholds, content.circumstances.legal];
    const texts = [content.number, content.expert.name, content.reviewer.name, content.method.preset, content.ledger.head];
    const whole = lists.every(Array.isArray) && texts.every((text) => typeof text === "string") && content.confidence.rate !== undefined;
    return whole ? content : null;
  } catch (error) {
    if (error instanceof Refusal || error instanceof TypeError) return null;
    throw error;
  }
}

function ofContent(name, check, content) {
  const unread = { name, state: "not possible", words: [said("data unread")] };
  try {
    return content === null ? unread : check(content);
  } catch (error) {
    if (error instanceof Refusal || error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) return unread;
    throw error;
  }
}
