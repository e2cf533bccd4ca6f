// Sampling statements: how many units were to be tested, what may be said after the tests (UNODC ST/NAR/38, 2009).

import { betaTail } from "./beta.js";
import { refuse } from "./bytes.js";
import { said, Tally } from "./check_result.js";
import { Decimal } from "./decimal.js";
import { drawUnits, GENERATOR } from "./unit_draw.js";

const LARGEST_REPEATED = 100_000;
const LARGEST_EXACT_BAYESIAN = 1000;
const MOST_PLACES = 12;
const OF_THE_POPULATION = { hypergeometric: "at least", Bayesian: "at least, Bayesian" };

export function checkSampling(content) {
  const tally = new Tally("sampling");
  for (const plan of content.circumstances.sampling) {
    const facts = { number: plan.number };
    if (plan.statement.population > LARGEST_REPEATED) tally.lacking.push(said("population too large", facts));
    else tally.attempt(() => repeat(tally, plan, facts), said("sampling numbers", facts));
  }
  return tally.result(said("sampling equal", { count: tally.equal }), said("no plan"));
}

function repeat(tally, plan, facts) {
  const { statement } = plan;
  const design = readDesign(statement.design);
  const toTest = unitsToTest(statement.population, design);
  const kind = kindOf(plan, design);
  const spoken = Object.values(OF_THE_POPULATION).includes(kind) && design.method in OF_THE_POPULATION;
  const least = spoken ? atLeast(design, statement) : null;
  const faults = [
    toTest === statement.to_test ? null : said("sampling to test", { ...facts, said: statement.to_test, found: toTest }),
    kind === statement.kind ? null : said("sampling sentence", facts),
    least === statement.at_least ? null : said("sampling at least", { ...facts, said: statement.at_least ?? said("none"), found: least ?? said("none") }),
    isDrawnAgain(plan) ? null : said("sampling draw", facts),
  ].filter(Boolean);
  if (faults.length) tally.differing.push(...faults);
  else tally.equal += 1;
}

function readDesign(design) {
  const share = (text) => {
    if (text === null) return null;
    const value = Decimal.read(text);
    return Math.abs(value.exponent) <= MOST_PLACES ? value.fraction : refuse("a number of too many places");
  };
  const [proportion, confidence, positive, negative] = [design.proportion, design.confidence, design.prior_positive, design.prior_negative].map(share);
  return { method: design.method, proportion, confidence, positive, negative, negatives: design.expected_negatives, custom: design.custom_units };
}

function kindOf({ split_into: split, draws, units, statement }, { method }) {
  if (split.length) return "split";
  if (!draws.length || statement.tested !== units.length || statement.tested < statement.to_test) return "not finished";
  if (!statement.substances.length) return "none positive";
  return statement.substances.length > 1 ? "mixed" : (OF_THE_POPULATION[method] ?? "tested units only");
}

function isDrawnAgain({ draws, units, statement }) {
  // One draw by the known generator can be made again; others cannot.
  const [draw] = draws;
  if (draws.length !== 1 || draw.seed === null || draw.generator !== GENERATOR) return true;
  if (!Number.isSafeInteger(draw.seed) || draw.seed < 0 || units.length > statement.population) return false;
  return drawUnits(statement.population, units.length, draw.seed).join() === units.join();
}

export function unitsToTest(population, design) {
  if (!Number.isInteger(population) || population < 1) refuse("a population of nothing");
  switch (design.method) {
    case "hypergeometric":
    case "Bayesian":
      return statisticalUnits(population, design);
    case "square root":
      return Math.ceil(Math.sqrt(population));
    case "Frank":
      return Math.min(population, 20 + Math.ceil(Math.max(population - 20, 0) / 10));
    default: {
      const units = design.custom ?? population;
      return units >= 1 && units <= population ? units : refuse("a number of units out of range");
    }
  }
}

function statisticalUnits(population, design) {
  requirePlan(population, design);
  const [numerator, denominator] = design.proportion;
  const positive = Number((numerator * BigInt(population) + denominator - 1n) / denominator);
  if (population - design.negatives < positive) refuse("a statement that no number of units can support");
  const enough =
    design.method === "Bayesian"
      ? (tested) => isCredible(design, { population, tested, negatives: design.negatives, positive }, design.proportion)
      : (tested) => isErrorSmall(population, positive, tested, design.negatives, design.confidence);
  const start = design.method === "Bayesian" ? Math.max(design.negatives, 1) : design.negatives + 1;
  return smallest(enough, start, population);
}

function requirePlan(population, { proportion, confidence, negatives }) {
  const inRange = ([numerator, denominator], closed) => numerator > 0n && (closed ? numerator <= denominator : numerator < denominator);
  const sound = inRange(proportion, true) && inRange(confidence, false) && Number.isInteger(negatives) && negatives >= 0 && negatives <= population;
  if (!sound) refuse("a design whose numbers are out of range");
}

function smallest(enough, start, end) {
  // In growing steps, then by halves; the end is always enough.
  let [low, high, step] = [start - 1, start, 1];
  while (high < end && !enough(high)) {
    [low, step] = [high, step * 2];
    high = Math.min(end, low + step);
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function isErrorSmall(population, positive, tested, negatives, [numerator, denominator]) {
  // Whether so few negatives would be found with at most 1 - confidence if one unit too few were positive.
  const [drawn, marked] = [tested, population - positive + 1].sort((one, two) => one - two);
  let ways = 0n;
  for (let missing = 0; missing <= Math.min(negatives, drawn); missing += 1) {
    ways += choose(marked, missing) * choose(population - marked, drawn - missing);
  }
  return ways * denominator <= (denominator - numerator) * choose(population, drawn);
}

function choose(from, count) {
  if (count < 0 || count > from) return 0n;
  const few = Math.min(count, from - count);
  return product(from - few + 1, from) / product(1, few);
}

function product(low, high) {
  // Of all whole numbers from low to high, by halves, which keeps the factors alike.
  if (low > high) return 1n;
  if (high - low < 8) {
    let found = 1n;
    for (let number = low; number <= high; number += 1) found *= BigInt(number);
    return found;
  }
  const middle = Math.floor((low + high) / 2);
  return product(low, middle) * product(middle + 1, high);
}

export function atLeast(design, { population, tested, not_positive: negatives }) {
  requirePlan(population, { ...design, proportion: design.proportion ?? [1n, 1n] });
  if (!(negatives <= tested && tested <= population && tested > 0)) refuse("more tested or negative units than there are");
  const holds =
    design.method === "Bayesian"
      ? (positive) => isCredible(design, { population, tested, negatives, positive }, [BigInt(positive), BigInt(population)])
      : (positive) => isErrorSmall(population, positive, tested, negatives, design.confidence);
  let [low, high] = [tested - negatives, population - negatives];
  while (low < high) {
    const middle = Math.floor((low + high + 1) / 2);
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function isCredible(design, { population, tested, negatives, positive }, share) {
  // Whether at least so many units are positive with the confidence, by the posterior.
  const [a, b] = [design.positive, design.negative];
  if (!(a[0] > 0n && b[0] > 0n)) refuse("a prior that is none");
  if (population > LARGEST_EXACT_BAYESIAN) {
    const value = (fraction) => Number(fraction[0]) / Number(fraction[1]);
    return betaTail(value(share), value(a) + tested - negatives, value(b) + negatives) >= value(design.confidence);
  }
  const { enough, total } = betaBinomial(population - tested, positive - (tested - negatives), raised(a, tested - negatives), raised(b, negatives));
  return enough * design.confidence[1] >= design.confidence[0] * total;
}

function raised([numerator, denominator], by) {
  return [numerator + BigInt(by) * denominator, denominator];
}

function betaBinomial(unseen, needed, [aUp, aDown], [bUp, bDown]) {
  // Weights of 0 to all unseen units being positive; every term is the one before times a ratio, kept whole.
  const ups = [];
  const downs = [];
  for (let found = 0; found < unseen; found += 1) {
    ups.push(BigInt(unseen - found) * (aUp + BigInt(found) * aDown) * bDown);
    downs.push(BigInt(found + 1) * (bUp + BigInt(unseen - found - 1) * bDown) * aDown);
  }
  const after = new Array(unseen + 1).fill(1n);
  for (let found = unseen - 1; found >= 0; found -= 1) after[found] = after[found + 1] * downs[found];
  let [before, total, enough] = [1n, 0n, 0n];
  for (let found = 0; found <= unseen; found += 1) {
    const term = before * after[found];
    total += term;
    if (found >= needed) enough += term;
    if (found < unseen) before *= ups[found];
  }
  return { enough, total };
}
