// One named check with one of three states, and what its parts found.

import { Refusal } from "./bytes.js";

export class Tally {
  constructor(name) {
    this.name = name;
    this.differing = [];
    this.equal = 0;
    this.lacking = [];
  }

  judge(follows, words) {
    if (follows) this.equal += 1;
    else this.differing.push(words);
  }

  attempt(compute, words) {
    // What cannot be computed with differs: the report states it all the same.
    try {
      compute();
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError)) throw error;
      this.differing.push(words);
    }
  }

  result(equalWords, nothing) {
    const state = this.differing.length ? "differs" : this.equal ? "equal" : "not possible";
    const words = [...this.differing, ...(state === "equal" ? [equalWords] : []), ...this.lacking];
    return { name: this.name, state, words: words.length ? words : [nothing] };
  }
}

export function said(key, facts = {}) {
  // Words to be said later, in the language of the reader; facts may be such words themselves.
  return { key, facts };
}
