// Masses with their uncertainty, decisions about thresholds, and the interval of the error rate.

import { betaQuantile } from "./beta.js";
import { refuse } from "./bytes.js";
import { said, Tally } from "./check_result.js";
import { Decimal } from "./decimal.js";

const TWO = Decimal.whole(2);
const COVERAGES = [
  [TWO, Decimal.read("95.45")],
  [Decimal.whole(3), Decimal.read("99.73")],
];
const SIZES = ["small", "large", "especially large"];

export function checkWeights(content) {
  const tally = new Tally("weights");
  for (const weight of content.circumstances.weights) {
    const facts = { number: weight.number };
    tally.attempt(() => repeatWeight(tally, weight, facts), said("weight numbers", facts));
  }
  return tally.result(said("weights equal", { count: tally.equal }), said("no mass"));
}

function repeatWeight(tally, weight, facts) {
  const [k, percent] = [Decimal.read(weight.k), Decimal.read(weight.coverage_percent)];
  const covered = COVERAGES.some(([factor, covers]) => factor.equals(k) && covers.equals(percent));
  if (!covered) {
    tally.differing.push(said("weight coverage", { ...facts, k, percent }));
  } else if ((weight.gross_g ?? null) === null || (weight.budget ?? null) === null) {
    tally.lacking.push(said("weight readings", facts));
  } else {
    const { mass, u } = statedMass(weight);
    const same = mass.equals(Decimal.read(weight.mass_g)) && u.equals(Decimal.read(weight.u_g));
    tally.judge(same, said("weight differs", { ...facts, mass: weight.mass_g, u: weight.u_g, found: mass, found_u: u }));
  }
}

export function statedMass({ gross_g: gross, tare_g: tare = null, budget, k }) {
  // Rounded for print: U up to two figures, the mass to the decimals of U.
  const net = tare === null ? Decimal.read(gross) : Decimal.read(gross).minus(Decimal.read(tare));
  const expanded = Decimal.read(k).times(combined(budget, Decimal.whole(tare === null ? 1 : 2)));
  const u = expanded.coefficient === 0n ? expanded : expanded.roundedTo(expanded.leading - 1, true);
  return { mass: net.roundedTo(u.exponent), u };
}

function combined(budget, readings) {
  // The root of the sum of squares of repeatability, readability, linearity and calibration (SWGDRUG SD-3).
  const value = (name) => Decimal.read(budget[name]);
  const rootOfThree = Decimal.whole(3).root();
  const times = readings.root();
  const parts = [
    value("repeatability_g").times(times),
    value("readability_g").over(TWO.times(rootOfThree)).times(times),
    value("linearity_g").over(rootOfThree).times(times),
    value("calibration_u_g").over(value("calibration_k")),
  ];
  return parts.reduce((sum, part) => sum.plus(part.times(part)), Decimal.whole(0)).root();
}

export function checkThresholds(content) {
  const tally = new Tally("threshold");
  const { thresholds, legal, weights } = content.circumstances;
  for (const one of thresholds) {
    const words = said("threshold differs", { what: one.basis });
    tally.attempt(() => tally.judge(follows(one), words), words);
  }
  for (const section of legal) repeatSection(tally, section, weights);
  return tally.result(said("thresholds equal", { count: tally.equal }), said("no threshold"));
}

function follows({ mass_g: mass, u_g: u, threshold_g: threshold, decision }) {
  // Whether or not the text begins its class with the threshold itself.
  const values = [mass, u, threshold].map(amount);
  return [false, true].some((inclusive) => decided(...values, inclusive) === decision);
}

function amount(text) {
  const value = Decimal.read(text);
  return value.coefficient < 0n ? refuse("a negative amount") : value;
}

function decided(mass, u, threshold, inclusive) {
  const low = mass.minus(u).compare(threshold);
  if (low > 0 || (inclusive && low === 0)) return "exceeded";
  return mass.plus(u).compare(threshold) < 0 ? "below" : "not decided";
}

function repeatSection(tally, section, weights) {
  const days = [section.on_seizure, section.on_report].filter((day) => day !== null);
  const sizes = days.flatMap((day) => day.sizes).filter((size) => size.thresholds.length || size.result !== "cannot decide");
  if (!sizes.length) return;
  const { weighed = null, number } = section;
  if (weighed === null) {
    tally.lacking.push(said("no amount", { number }));
    return;
  }
  for (const size of sizes) {
    const words = said("threshold differs", { what: `${number}, ${size.citation}` });
    tally.attempt(() => tally.judge(sizeFollows(size, weighed), words), words);
  }
  for (const weight of weights.filter((one) => one.number === section.weighing_number)) {
    const same = Decimal.read(weight.mass_g).equals(Decimal.read(weighed.amount)) && Decimal.read(weight.u_g).equals(Decimal.read(weighed.u));
    if (!same) tally.differing.push(said("other amount", { number, weighing: weight.number }));
  }
}

function sizeFollows(size, weighed) {
  const ordered = size.thresholds.map((one) => ({ ...one, value: amount(one.amount) }));
  ordered.sort((one, two) => one.value.compare(two.value));
  if (isMissing(ordered, weighed)) return size.result === "cannot decide" && !size.readings.length && !size.thresholds.length;
  const [mass, u] = [amount(weighed.amount), amount(weighed.u)];
  const decisions = ordered.map((one) => decided(mass, u, one.value, Boolean(one.inclusive)));
  const reached = (...counted) => ordered.filter((_, place) => counted.includes(decisions[place])).at(-1)?.size ?? "below small";
  const [lower, upper] = [reached("exceeded"), reached("exceeded", "not decided")];
  const same = decisions.join() === size.thresholds.map((one) => one.decision).join();
  if (lower === upper) return same && size.result === lower && !size.readings.length;
  return same && size.result === "not decided" && size.readings.join() === [lower, upper].join();
}

function isMissing(thresholds, { unit, basis }) {
  const known = basis.matter !== null && basis.dryness !== null && (basis.matter === "whole mixture" || basis.form !== null);
  const sizes = thresholds.map((one) => one.size);
  const ordered = SIZES.filter((size) => sizes.includes(size)).join() === sizes.join();
  return !thresholds.length || !known || !ordered || thresholds.some((one) => one.unit !== unit || one.inclusive === null);
}

export function checkConfidence(content) {
  const tally = new Tally("confidence");
  const { rate } = content.confidence;
  if (rate !== null) tally.attempt(() => repeatRate(tally, rate), said("rate numbers"));
  return tally.result(said("rate equal", { errors: rate?.errors, trials: rate?.trials }), said("no rate"));
}

function repeatRate(tally, { errors, trials, confidence_percent: percent, low_percent: low, high_percent: high }) {
  if (!(Number.isInteger(errors) && errors >= 0 && Number.isInteger(trials) && trials >= 1 && errors <= trials)) refuse("a rate of nothing");
  const interval = errorInterval(errors, trials, Decimal.read(percent).number / 100);
  const outwards = { low: Math.floor(interval.low * 10_000), high: Math.ceil(interval.high * 10_000) };
  const hundredths = (text) => Number(Decimal.read(text).roundedTo(-2).coefficient);
  const same = outwards.low === hundredths(low) && outwards.high === hundredths(high);
  tally.judge(same, said("rate differs", { low, high, errors, trials, found_low: outwards.low / 100, found_high: outwards.high / 100 }));
}

export function errorInterval(errors, trials, confidence) {
  // Clopper and Pearson, Biometrika 26 (1934) 404.
  if (!(confidence > 0 && confidence < 1)) refuse("a confidence that is none");
  const tail = (1 - confidence) / 2;
  return {
    low: errors ? betaQuantile(tail, errors, trials - errors + 1) : 0,
    high: errors < trials ? betaQuantile(1 - tail, errors + 1, trials - errors) : 1,
  };
}
