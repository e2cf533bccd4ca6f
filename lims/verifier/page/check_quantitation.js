// Contents and masses of substances: the curve fitted again, concentrations read off it, contents of the portions.

import { refuse } from "./bytes.js";
import { Calibration, quantile } from "./calibration.js";
import { said, Tally } from "./check_result.js";
import { Decimal } from "./decimal.js";

const AGREEMENT = 1e-6;
// Relative; recorded responses have twelve figures.
const HUNDRED = Decimal.whole(100);
const MILLION = Decimal.whole(1_000_000);
const PURITY = "purity";
const STATED = ["weighing", "volume", PURITY];

export function checkQuantitation(content) {
  const tally = new Tally("quantitation");
  for (const one of content.quantitations ?? []) {
    const facts = { number: one.number };
    tally.attempt(() => repeat(tally, one, facts), said("quantitation numbers", facts));
  }
  return tally.result(said("quantitation equal", { count: tally.equal }), said("no calibration"));
}

function repeat(tally, one, facts) {
  const used = one.points.filter((point) => point.used && point.response !== null);
  const places = used.map((point) => ({ x: number(point.nominal_ug_per_ml), y: number(point.response) }));
  const calibration = new Calibration(places, one.curve);
  const faults = [
    curveRepeats(one.curve, calibration) && pointsRepeat(used, calibration) ? null : said("quantitation curve", facts),
    readingsRepeat(one, calibration) ? null : said("quantitation readings", facts),
    one.result === null || contentRepeats(one) ? null : said("quantitation content", facts),
    one.total === null || massRepeats(one) ? null : said("quantitation mass", facts),
  ].filter(Boolean);
  if (faults.length) tally.differing.push(...faults);
  else tally.equal += 1;
}

const number = (text) => Decimal.read(text).number;

function isClose(text, found, within = 0) {
  // What is not stated must be none.
  if (text === null || text === undefined) return !Number.isFinite(found);
  const value = number(text);
  return Math.abs(value - found) <= Math.max(AGREEMENT * Math.max(Math.abs(value), Math.abs(found)), AGREEMENT * Math.abs(within));
}

function curveRepeats(curve, calibration) {
  const { powers, coefficients } = calibration;
  if (curve.coefficients.map((one) => one.power).join() !== powers.join() || curve.degrees_of_freedom !== calibration.degrees) return false;
  const pairs = [
    ...coefficients.map((value, place) => [curve.coefficients[place].value, value]),
    [curve.residual_standard_deviation, calibration.deviation],
    [curve.lowest_ug_per_ml, calibration.lowest],
    [curve.highest_ug_per_ml, calibration.highest],
    [curve.detection_limit_ug_per_ml, calibration.limit(3.3)],
    [curve.quantitation_limit_ug_per_ml, calibration.limit(10)],
  ];
  return pairs.every(([text, found]) => isClose(text, found));
}

function pointsRepeat(used, calibration) {
  return used.every((point) => {
    const [x, y] = [number(point.nominal_ug_per_ml), number(point.response)];
    return isClose(point.back_calculated_ug_per_ml, calibration.concentration(y)) && isClose(point.residual, y - calibration.response(x), y);
  });
}

function readingsRepeat({ by, injections, controls, blanks }, calibration) {
  const stated = by.stated.filter((part) => STATED.includes(part.name)).map((part) => number(part.relative_u));
  const read = [...injections, ...controls, ...blanks].filter((one) => one.concentration !== null);
  return read.every((one) => {
    if (one.response === null || one.response_u === null) return false;
    const found = calibration.measured(number(one.response), number(one.response_u), stated, number(by.confidence));
    return Object.entries(found).every(([name, value]) => isClose(one.concentration[name], value));
  });
}

function portionsOf({ injections, preparations, standard }) {
  const purity = standard === null || standard.applied || standard.purity === null ? Decimal.whole(1) : Decimal.read(standard.purity);
  return injections
    .filter((one) => one.concentration !== null)
    .map(({ run_number: run, concentration }) => {
      const portion = preparations.find((other) => other.run_number === run) ?? refuse("a content without a portion");
      const micrograms = Decimal.read(concentration.value).times(Decimal.read(portion.volume_ml)).times(Decimal.read(portion.dilution));
      const percent = micrograms.over(Decimal.read(portion.sample_g).times(MILLION)).times(HUNDRED).times(purity);
      return { portion, concentration, percent };
    });
}

function mean(values) {
  return values.reduce((total, one) => total.plus(one), Decimal.whole(0)).over(Decimal.whole(values.length));
}

function ratio(...texts) {
  return texts.slice(1).reduce((value, text) => value.over(Decimal.read(text)), Decimal.read(texts[0]));
}

function partsOf(one, portions) {
  // Every part of the relative uncertainty, in its order; what all replicates share counts once, as its mean.
  const { curve, standard, by } = one;
  const part = (name, value, degrees = null) => ({ name, relative_u: value.roundedTo(-8).toString(), degrees_of_freedom: degrees });
  const certified = standard !== null && standard.purity !== null && standard.purity_u !== null && standard.purity_k !== null;
  const volumes = portions.filter(({ portion }) => portion.volume_u_ml !== null && portion.volume_k !== null);
  return [
    part("calibration", mean(portions.map(({ concentration }) => ratio(concentration.calibration_u, concentration.value))), curve.degrees_of_freedom),
    ...by.stated.filter(({ name }) => name !== PURITY || !certified),
    ...(certified ? [part(PURITY, ratio(standard.purity_u, standard.purity_k, standard.purity))] : []),
    part("mass of the portion", mean(portions.map(({ portion }) => ratio(portion.sample_u_g, portion.sample_k, portion.sample_g)))),
    ...(volumes.length === portions.length ? [part("volume of the portion", mean(portions.map(({ portion }) => ratio(portion.volume_u_ml, portion.volume_k, portion.volume_ml))))] : []),
    ...(portions.length > 1 ? [part("replicates", scatter(portions.map(({ percent }) => percent)), portions.length - 1)] : []),
  ];
}

function scatter(percents) {
  // The standard deviation of the mean of the replicates, relative.
  const [centre, n] = [mean(percents), percents.length];
  const squares = percents.map((one) => one.minus(centre)).map((one) => one.times(one));
  const total = squares.reduce((sum, one) => sum.plus(one), Decimal.whole(0));
  return total.over(Decimal.whole(n - 1)).over(Decimal.whole(n)).root().over(centre);
}

function relative(parts) {
  const square = (part) => Decimal.read(part.relative_u).times(Decimal.read(part.relative_u));
  return parts.reduce((total, part) => total.plus(square(part)), Decimal.whole(0)).root();
}

function isStated(value, parts, k, said) {
  // Whether a value and its uncertainty are those that the parts give, rounded for print.
  const expanded = Decimal.read(k).times(relative(parts)).times(value);
  const u = expanded.coefficient === 0n ? expanded : expanded.roundedTo(expanded.leading - 1, true);
  return u.equals(Decimal.read(said.u)) && value.roundedTo(u.exponent).equals(Decimal.read(said.value));
}

function isSamePart(left, right) {
  const named = left.name === right?.name && left.degrees_of_freedom === right.degrees_of_freedom;
  return named && Decimal.read(left.relative_u).equals(Decimal.read(right.relative_u));
}

function contentRepeats(one) {
  const { percent, u_percent: u, k, parts, coverage_percent: coverage } = one.result;
  if (one.injections.some(({ run_number: run }) => !one.preparations.some((other) => other.run_number === run))) return false;
  const portions = portionsOf(one);
  const found = partsOf(one, portions);
  const same = found.length === parts.length && found.every((part, place) => isSamePart(part, parts[place]));
  const covered = Decimal.read(one.by.confidence).times(HUNDRED).equals(Decimal.read(coverage));
  return same && covered && isFactor(k, parts, coverage) && isStated(mean(portions.map((portion) => portion.percent)), parts, k, { value: percent, u });
}

function massRepeats(one) {
  const { exhibit_g: exhibit, exhibit_u_g: spread, exhibit_k: factor, mass_g: value, u_g: u, k, coverage_percent: coverage } = one.total;
  const own = ratio(spread, factor, exhibit).roundedTo(-8);
  const parts = [...one.result.parts, { relative_u: own.toString(), degrees_of_freedom: null }];
  const mass = mean(portionsOf(one).map((portion) => portion.percent)).over(HUNDRED).times(Decimal.read(exhibit));
  return coverage === one.result.coverage_percent && isFactor(k, parts, coverage) && isStated(mass, parts, k, { value, u });
}

function isFactor(k, parts, coverage) {
  // Student's t for the effective degrees of freedom (Welch-Satterthwaite), rounded up to two decimals.
  const squares = parts.map((part) => ({ square: number(part.relative_u) ** 2, degrees: part.degrees_of_freedom }));
  const whole = squares.reduce((total, { square }) => total + square, 0);
  const rest = squares.reduce((total, { square, degrees }) => (degrees ? total + (square * square) / degrees : total), 0);
  const found = quantile(0.5 + number(coverage) / 200, rest ? (whole * whole) / rest : Infinity);
  return Math.ceil(found * 100 - 1e-9) === Math.round(number(k) * 100);
}
