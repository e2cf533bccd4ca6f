// The Merkle tree over the ledger's entries (RFC 9162, sections 2.1.3.2 and 2.1.4.2). Sizes are BigInt.

import { isEqual, joined } from "./bytes.js";
import { sha256 } from "./sha2.js";

export const LARGEST_SIZE = 2n ** 63n - 1n;

export function leafHash(bytes) {
  return sha256(joined([Uint8Array.of(0), bytes]));
}

function nodeHash(left, right) {
  return sha256(joined([Uint8Array.of(1), left, right]));
}

export function isIncluded({ index, size, path }, leaf, root) {
  if (!(index >= 0n && index < size && size <= LARGEST_SIZE) || path.some((node) => node.length !== 32)) return false;
  let [place, last, found] = [index, size - 1n, leaf];
  for (const node of path) {
    if (last === 0n) return false;
    if (place & 1n || place === last) {
      found = nodeHash(node, found);
      while (place && !(place & 1n)) [place, last] = [place >> 1n, last >> 1n];
    } else found = nodeHash(found, node);
    [place, last] = [place >> 1n, last >> 1n];
  }
  return last === 0n && isEqual(found, root);
}

export function isConsistent({ oldSize, size, path }, oldRoot, root) {
  if (!(oldSize >= 1n && oldSize <= size && size <= LARGEST_SIZE) || path.some((node) => node.length !== 32)) return false;
  if (oldSize === size) return !path.length && isEqual(oldRoot, root);
  if (!path.length) return false;
  const nodes = (oldSize & (oldSize - 1n)) === 0n ? [oldRoot, ...path] : path;
  let [place, last] = [oldSize - 1n, size - 1n];
  while (place & 1n) [place, last] = [place >> 1n, last >> 1n];
  let [oldFound, found] = [nodes[0], nodes[0]];
  for (const node of nodes.slice(1)) {
    if (last === 0n) return false;
    if (place & 1n || place === last) {
      [oldFound, found] = [nodeHash(node, oldFound), nodeHash(node, found)];
      while (place && !(place & 1n)) [place, last] = [place >> 1n, last >> 1n];
    } else found = nodeHash(found, node);
    [place, last] = [place >> 1n, last >> 1n];
  }
  return last === 0n && isEqual(oldFound, oldRoot) && isEqual(found, root);
}
