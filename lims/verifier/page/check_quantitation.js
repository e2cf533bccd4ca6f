// Contents and masses of substances: the curve fitted again, concentrations read off it, contents of the portions.

import { betaShare } from "./beta.js";
import { refuse } from "./bytes.js";
import { said, Tally } from "./check_result.js";
import { Decimal } from "./decimal.js";

const AGREEMENT = 1e-6;
// Relative; recorded responses have twelve figures.
const EXPONENTS = { none: 0, "1/x": 1, "1/x^2": 2 };
const HUNDRED = Decimal.whole(100);
const MILLION = Decimal.whole(1_000_000);

export function checkQuantitation(content) {
  const tally = new Tally("quantitation");
  for (const one of content.quantitations ?? []) {
    const facts = { number: one.number };
    tally.attempt(() => repeat(tally, one, facts), said("quantitation numbers", facts));
  }
  return tally.result(said("quantitation equal", { count: tally.equal }), said("no calibration"));
}

function repeat(tally, one, facts) {
  const faults = [
    curveRepeats(one) ? null : said("quantitation curve", facts),
    readingsRepeat(one) ? null : said("quantitation readings", facts),
    one.result === null || contentRepeats(one) ? null : said("quantitation content", facts),
    one.total === null || massRepeats(one) ? null : said("quantitation mass", facts),
  ].filter(Boolean);
  if (faults.length) tally.differing.push(...faults);
  else tally.equal += 1;
}

const number = (text) => Decimal.read(text).number;

function isClose(left, right) {
  return Math.abs(left - right) <= AGREEMENT * Math.max(Math.abs(left), Math.abs(right));
}

function curveRepeats({ curve, points }) {
  const used = points.filter((point) => point.used && point.response !== null);
  const powers = Array.from({ length: curve.degree + 1 }, (_, power) => power).slice(curve.through_origin ? 1 : 0);
  const stated = curve.coefficients;
  if (stated.map((one) => one.power).join() !== powers.join() || !(curve.weighting in EXPONENTS) || used.length <= powers.length) return false;
  const places = used.map((point) => ({ x: number(point.nominal_ug_per_ml), y: number(point.response) }));
  const found = fitted(places, powers, EXPONENTS[curve.weighting]);
  return found.every((value, place) => isClose(value, number(stated[place].value)));
}

export function fitted(places, powers, exponent) {
  // Weighted least squares by the normal equations, of concentrations scaled to at most 1.
  const scale = Math.max(...places.map(({ x }) => Math.abs(x)));
  const rows = places.map(({ x, y }) => ({ terms: powers.map((power) => (x / scale) ** power), y, weight: 1 / x ** exponent }));
  const sum = (value) => rows.reduce((total, row) => total + row.weight * value(row), 0);
  const matrix = powers.map((_, i) => [...powers.map((__, j) => sum(({ terms }) => terms[i] * terms[j])), sum(({ terms, y }) => terms[i] * y)]);
  return solved(matrix).map((value, place) => value / scale ** powers[place]);
}

function solved(matrix) {
  // Gaussian elimination with the largest pivot.
  const size = matrix.length;
  for (let column = 0; column < size; column += 1) {
    const pivot = matrix.slice(column).reduce((best, row, place) => (Math.abs(row[column]) > Math.abs(matrix[best][column]) ? column + place : best), column);
    [matrix[column], matrix[pivot]] = [matrix[pivot], matrix[column]];
    if (!(Math.abs(matrix[column][column]) > 0)) refuse("calibrators through which no curve goes");
    for (let row = 0; row < size; row += 1) {
      const factor = row === column ? 0 : matrix[row][column] / matrix[column][column];
      for (let place = column; place <= size; place += 1) matrix[row][place] -= factor * matrix[column][place];
    }
  }
  return matrix.map((row, place) => row[size] / row[place]);
}

function readingsRepeat({ curve, injections, controls, blanks }) {
  const response = (x) => curve.coefficients.reduce((total, { power, value }) => total + number(value) * x ** power, 0);
  const read = [...injections, ...controls, ...blanks].filter((one) => one.concentration !== null);
  return read.every((one) => one.response !== null && isClose(response(number(one.concentration.value)), number(one.response)));
}

function meanPercent({ injections, preparations, standard }) {
  const purity = standard === null || standard.applied || standard.purity === null ? Decimal.whole(1) : Decimal.read(standard.purity);
  const measured = injections.filter((one) => one.concentration !== null);
  const contents = measured.map((one) => {
    const portion = preparations.find((other) => other.run_number === one.run_number) ?? refuse("a content without a portion");
    const micrograms = Decimal.read(one.concentration.value).times(Decimal.read(portion.volume_ml)).times(Decimal.read(portion.dilution));
    return micrograms.over(Decimal.read(portion.sample_g).times(MILLION)).times(HUNDRED).times(purity);
  });
  return contents.reduce((total, one) => total.plus(one), Decimal.whole(0)).over(Decimal.whole(contents.length));
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

function contentRepeats(one) {
  const { percent, u_percent: u, k, parts, coverage_percent: coverage } = one.result;
  return isFactor(k, parts, coverage) && isStated(meanPercent(one), parts, k, { value: percent, u });
}

function massRepeats(one) {
  const { exhibit_g: exhibit, exhibit_u_g: spread, exhibit_k: factor, mass_g: value, u_g: u, k, coverage_percent: coverage } = one.total;
  const own = Decimal.read(spread).over(Decimal.read(factor)).over(Decimal.read(exhibit)).roundedTo(-8);
  const parts = [...one.result.parts, { relative_u: own.toString(), degrees_of_freedom: null }];
  const mass = meanPercent(one).over(HUNDRED).times(Decimal.read(exhibit));
  return isFactor(k, parts, coverage) && isStated(mass, parts, k, { value, u });
}

function isFactor(k, parts, coverage) {
  // Student's t for the effective degrees of freedom (Welch-Satterthwaite), rounded up to two decimals.
  const squares = parts.map((part) => ({ square: number(part.relative_u) ** 2, degrees: part.degrees_of_freedom }));
  const whole = squares.reduce((total, { square }) => total + square, 0);
  const rest = squares.reduce((total, { square, degrees }) => (degrees ? total + (square * square) / degrees : total), 0);
  const found = quantile(0.5 + number(coverage) / 200, rest ? (whole * whole) / rest : Infinity);
  return Math.ceil(found * 100 - 1e-9) === Math.round(number(k) * 100);
}

export function quantile(share, degrees) {
  // Of Student's distribution, above its middle.
  const above = degrees > 1e6 ? normalTail : (t) => betaShare(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;
  let [low, high] = [0, 1e4];
  for (let i = 0; i < 120; i += 1) {
    const middle = (low + high) / 2;
    if (above(middle) > 1 - share) low = middle;
    else high = middle;
  }
  return high;
}

function normalTail(t) {
  // By its series (DLMF 7.6.2), or for large arguments by its continued fraction (DLMF 7.9.3).
  const density = Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  if (t > 5) {
    let fraction = t;
    for (let k = 60; k > 0; k -= 1) fraction = t + k / fraction;
    return density / fraction;
  }
  let [term, total] = [t, t];
  for (let k = 1; k < 200; k += 1) {
    term *= (t * t) / (2 * k + 1);
    total += term;
  }
  return 0.5 - density * total;
}
