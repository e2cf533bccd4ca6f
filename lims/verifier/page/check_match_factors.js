// Match factors, from the measured and the reference spectrum of each component that the report names.

import { refuse } from "./bytes.js";
import { said, Tally } from "./check_result.js";
import { Decimal } from "./decimal.js";

const KNOWN = "ei-simple/1";
const WEAKEST = 0.002;
const LARGEST_DIFFERENCE = 1.5;
// Match factors are printed whole, spectra with one decimal.
const HIGHEST_MZ = 100_000;

export function checkMatchFactors(content) {
  const tally = new Tally("match_factors");
  const preset = `${content.method.preset}/${content.method.preset_version}`;
  if (preset !== KNOWN) tally.lacking.push(said("preset unknown", { preset: content.method.preset, version: content.method.preset_version }));
  const named = content.runs.flatMap((run) => run.components.map((component) => ({ run, component }))).filter(({ component }) => component.identity);
  for (const { run, component } of preset === KNOWN ? named : []) {
    const facts = { place: said("component", { run: run.number, component: component.number, name: component.identity.name }) };
    const line = component.candidates.find((one) => one.name === component.identity.name && one.inchikey === component.identity.inchikey);
    if (line === undefined) tally.lacking.push(said("no hit", facts));
    else tally.attempt(() => compare(tally, component.identity, line, facts), said("no spectra", facts));
  }
  return tally.result(said("match factors equal", { count: tally.equal }), said("no component"));
}

function compare(tally, identity, line, facts) {
  const { match, reverse } = matchFactors(spectrum(identity.measured), spectrum(identity.reference));
  const agree = Math.abs(match - line.match_factor) <= LARGEST_DIFFERENCE && Math.abs(reverse - line.reverse_match_factor) <= LARGEST_DIFFERENCE;
  const found = { found: Math.round(match), found_reverse: Math.round(reverse), match: line.match_factor, reverse: line.reverse_match_factor };
  tally.judge(agree, said("match factors differ", { ...facts, ...found }));
}

function spectrum(peaks) {
  // Nominal mass -> square root of the intensity, without what is below 0.2 % of the base peak.
  const found = new Map();
  let last = -1;
  for (const { mz, intensity } of peaks) {
    const height = Decimal.read(intensity).number;
    if (!Number.isInteger(mz) || mz < 1 || mz > HIGHEST_MZ || mz < last || height < 0) refuse("a peak that is none");
    last = mz;
    if (height > 0) found.set(mz, (found.get(mz) ?? 0) + height);
  }
  const limit = WEAKEST * Math.max(0, ...found.values());
  return new Map([...found].filter(([, height]) => height >= limit).map(([mz, height]) => [mz, Math.sqrt(height)]));
}

export function matchFactors(query, reference) {
  const common = [...query.keys()].filter((mz) => reference.has(mz));
  const product = sum(common.map((mz) => query.get(mz) * reference.get(mz)));
  const square = (values) => sum(values.map((value) => value * value));
  const whole = square([...reference.values()]);
  return {
    match: factor(product, square([...query.values()]), whole),
    reverse: factor(product, square(common.map((mz) => query.get(mz))), whole),
  };
}

function factor(product, left, right) {
  return product === 0 ? 0 : (999 * product * product) / (left * right);
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}
