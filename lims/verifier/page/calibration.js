// A calibration curve fitted by weighted least squares, what is read off it, and how uncertain that is.

import { betaShare } from "./beta.js";
import { refuse } from "./bytes.js";

const EXPONENTS = { none: 0, "1/x": 1, "1/x^2": 2 };

export class Calibration {
  constructor(places, { degree, weighting, through_origin: throughOrigin }) {
    // Places are { x, y }; concentrations are scaled to at most 1, so that their powers are alike in size.
    if (!(weighting in EXPONENTS) || ![1, 2].includes(degree)) refuse("a curve of another form");
    this.powers = [0, 1, 2].slice(throughOrigin ? 1 : 0, degree + 1);
    this.exponent = EXPONENTS[weighting];
    this.degrees = places.length - this.powers.length;
    const values = places.map(({ x }) => x);
    if (this.degrees < 1 || values.some((x) => !(x > 0))) refuse("too few calibrators, or one without a concentration");
    [this.lowest, this.highest] = [Math.min(...values), Math.max(...values)];
    this.fit(places);
    const slopes = [this.slope(this.lowest), this.slope(this.highest)];
    if (!(slopes[0] * slopes[1] > 0)) refuse("a curve that turns between its calibrators");
  }

  fit(places) {
    const { powers, highest: scale } = this;
    const rows = places.map(({ x, y }) => ({ terms: powers.map((power) => (x / scale) ** power), y, weight: (x / scale) ** -this.exponent }));
    const sum = (value) => rows.reduce((total, row) => total + row.weight * value(row), 0);
    const normal = powers.map((_, i) => powers.map((__, j) => sum(({ terms }) => terms[i] * terms[j])));
    const inverse = inverted(normal);
    const right = powers.map((_, i) => sum(({ terms, y }) => terms[i] * y));
    const scaled = inverse.map((row) => row.reduce((total, value, place) => total + value * right[place], 0));
    const rest = ({ terms, y }) => y - terms.reduce((total, term, place) => total + term * scaled[place], 0);
    const variance = sum((row) => rest(row) ** 2) / this.degrees;
    const unscale = powers.map((power) => scale ** -power);
    this.coefficients = scaled.map((value, place) => value * unscale[place]);
    this.covariance = inverse.map((row, i) => row.map((value, j) => variance * value * unscale[i] * unscale[j]));
    this.deviation = Math.sqrt(variance * scale ** -this.exponent);
  }

  response(x) {
    return this.powers.reduce((total, power, place) => total + this.coefficients[place] * x ** power, 0);
  }

  slope(x) {
    return this.powers.reduce((total, power, place) => total + (power ? power * this.coefficients[place] * x ** (power - 1) : 0), 0);
  }

  concentration(response) {
    // On the branch on which the calibrators lie; NaN where the parabola does not reach so far.
    const of = (power) => this.coefficients[this.powers.indexOf(power)] ?? 0;
    const missing = response - of(0);
    const discriminant = of(1) ** 2 + 4 * of(2) * missing;
    if (discriminant < 0) return Number.NaN;
    const root = Math.sqrt(discriminant) * Math.sign(this.slope(this.highest));
    if (root * of(1) > 0) return (2 * missing) / (of(1) + root);
    return of(2) ? (root - of(1)) / (2 * of(2)) : missing / of(1);
  }

  scatter(x) {
    // Of one response about the curve; below the lowest calibrator that of the lowest.
    return this.deviation * Math.max(x, this.lowest) ** (this.exponent / 2);
  }

  limit(factor) {
    return (factor * this.scatter(this.lowest)) / Math.abs(this.slope(this.lowest));
  }

  measured(response, noise, stated, confidence) {
    // A concentration with its uncertainties, by the law of propagation (JCGM 100:2008, 5.1.2 and G.4.1).
    const value = this.concentration(response);
    const basis = this.powers.map((power) => value ** power);
    const curve = basis.reduce((total, one, i) => total + basis.reduce((row, other, j) => row + one * this.covariance[i][j] * other, 0), 0);
    const variance = Math.max(this.scatter(value), noise) ** 2 + Math.max(0, curve);
    const calibration = Math.sqrt(variance) / Math.abs(this.slope(value));
    const standard = Math.hypot(calibration, ...stated.map((part) => value * part));
    const k = quantile((1 + confidence) / 2, this.degrees * (standard / calibration) ** 4);
    return { value, calibration_u: calibration, standard_u: standard, k, expanded_u: k * standard };
  }
}

function inverted(matrix) {
  // Gauss and Jordan, with the largest pivot.
  const size = matrix.length;
  const rows = matrix.map((row, place) => [...row, ...row.map((_, other) => (other === place ? 1 : 0))]);
  for (let column = 0; column < size; column += 1) {
    let pivot = column;
    for (let row = column; row < size; row += 1) if (Math.abs(rows[row][column]) > Math.abs(rows[pivot][column])) pivot = row;
    [rows[column], rows[pivot]] = [rows[pivot], rows[column]];
    const divisor = rows[column][column];
    if (!(Math.abs(divisor) > 0)) refuse("calibrators through which no curve goes");
    rows[column] = rows[column].map((value) => value / divisor);
    rows.forEach((row, place) => {
      if (place !== column) rows[place] = row.map((value, other) => value - row[column] * rows[column][other]);
    });
  }
  return rows.map((row) => row.slice(size));
}

export function quantile(share, degrees) {
  // Of Student's distribution, above its middle; of the normal one for degrees of freedom without end.
  const above = degrees > 1e7 ? normalTail : (t) => betaShare(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;
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
