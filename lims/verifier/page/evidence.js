// What was brought beside a report: a receipt, or a bare checkpoint; what is not believed counts as if it were not there.

import { Refusal } from "./bytes.js";
import { said } from "./check_result.js";
import { isSameTree, readCheckpoint, signersOf } from "./note.js";
import { believe, historyOf, readReceipt } from "./receipt.js";

export function readEvidence(bytes, keys) {
  // { belief, reasons, historyFrom }: what a believed receipt says or null, and what became of what was brought.
  if (bytes === null) return nothing([]);
  try {
    return isJson(bytes) ? ofReceipt(readReceipt(bytes), keys) : ofNote(readCheckpoint(bytes), keys);
  } catch (error) {
    if (error instanceof Refusal) return nothing([said("brought unreadable")]);
    throw error;
  }
}

function isJson(bytes) {
  return bytes.find((byte) => ![9, 10, 11, 12, 13, 32].includes(byte)) === 0x7b;
}

function nothing(reasons) {
  return { belief: null, reasons, historyFrom: () => "unknown" };
}

function ofReceipt(receipt, keys) {
  const belief = believe(receipt, keys);
  if (belief.fault !== null) return nothing([said(`receipt ${belief.fault}`)]);
  return { belief, reasons: [], historyFrom: (older) => historyOf(receipt, belief.checkpoint, older) };
}

function ofNote(note, keys) {
  // It cannot tell whether a report was issued; only whether there is another history.
  if (!signersOf(note, keys)?.length) return nothing([said("note unsigned")]);
  const historyFrom = (other) => {
    if (other.origin !== note.origin || other.size !== note.size) return "unknown";
    return isSameTree(other, note) ? "continues" : "excludes";
  };
  return { belief: null, reasons: [said("note alone")], historyFrom };
}
