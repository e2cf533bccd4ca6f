// Decimal numbers as the reports have them: 28 significant digits, rounded half to even (General Decimal Arithmetic).

import { refuse } from "./bytes.js";

const DIGITS = 28;
const LARGEST_EXPONENT = 400;

export class Decimal {
  constructor(coefficient, exponent) {
    this.coefficient = coefficient;
    this.exponent = exponent;
  }

  static read(text) {
    const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/.exec(typeof text === "string" ? text : "");
    if (!match || text.length > 100) return refuse("a number in another form");
    const [, sign, whole, part = "", power = "0"] = match;
    const exponent = Number(power) - part.length;
    if (Math.abs(exponent) > LARGEST_EXPONENT) refuse("a number that is too large or too small");
    return new Decimal(BigInt(`${sign}${whole}${part}`), exponent);
  }

  static whole(number) {
    return new Decimal(BigInt(number), 0);
  }

  compare(other) {
    const { left, right } = aligned(this, other);
    return left < right ? -1 : left > right ? 1 : 0;
  }

  equals(other) {
    return this.compare(other) === 0;
  }

  plus(other) {
    const { left, right, exponent } = aligned(this, other);
    return rounded(left + right, exponent);
  }

  minus(other) {
    return this.plus(new Decimal(-other.coefficient, other.exponent));
  }

  times(other) {
    return rounded(this.coefficient * other.coefficient, this.exponent + other.exponent);
  }

  over(other) {
    if (other.coefficient === 0n) refuse("a division by nothing");
    const shift = BigInt(2 * DIGITS + length(other.coefficient));
    const scaled = this.coefficient * 10n ** shift;
    const quotient = scaled / other.coefficient;
    const sticky = scaled % other.coefficient === 0n ? 0n : quotient < 0n ? -1n : 1n;
    return rounded(quotient * 10n + sticky, this.exponent - other.exponent - Number(shift) - 1);
  }

  root() {
    if (this.coefficient < 0n) refuse("a root of a negative number");
    let shift = 2 * DIGITS + 2;
    if ((this.exponent - shift) % 2) shift += 1;
    const scaled = this.coefficient * 10n ** BigInt(shift);
    const found = integerRoot(scaled);
    const sticky = found * found === scaled ? 0n : 1n;
    return rounded(found * 10n + sticky, (this.exponent - shift) / 2 - 1);
  }

  roundedTo(exponent, upwards = false) {
    // To a number of decimals: half to even, or towards more.
    if (this.exponent >= exponent) return new Decimal(this.coefficient * 10n ** BigInt(this.exponent - exponent), exponent);
    return new Decimal(divided(this.coefficient, 10n ** BigInt(exponent - this.exponent), upwards), exponent);
  }

  get leading() {
    // The power of ten of the first digit.
    return length(this.coefficient) - 1 + this.exponent;
  }

  get fraction() {
    // [numerator, denominator] in whole numbers.
    return this.exponent >= 0 ? [this.coefficient * 10n ** BigInt(this.exponent), 1n] : [this.coefficient, 10n ** BigInt(-this.exponent)];
  }

  get number() {
    return Number(`${this.coefficient}e${this.exponent}`);
  }

  toString() {
    const digits = (this.coefficient < 0n ? -this.coefficient : this.coefficient).toString();
    const sign = this.coefficient < 0n ? "-" : "";
    if (this.exponent >= 0) return sign + digits + "0".repeat(this.exponent);
    const filled = digits.padStart(1 - this.exponent, "0");
    return `${sign}${filled.slice(0, this.exponent)}.${filled.slice(this.exponent)}`;
  }
}

function aligned(left, right) {
  const exponent = Math.min(left.exponent, right.exponent);
  const scaled = (one) => one.coefficient * 10n ** BigInt(one.exponent - exponent);
  return { left: scaled(left), right: scaled(right), exponent };
}

function length(coefficient) {
  return (coefficient < 0n ? -coefficient : coefficient).toString().length;
}

function rounded(coefficient, exponent) {
  const excess = length(coefficient) - DIGITS;
  if (excess <= 0) return new Decimal(coefficient, exponent);
  const found = divided(coefficient, 10n ** BigInt(excess), false);
  return length(found) > DIGITS ? new Decimal(found / 10n, exponent + excess + 1) : new Decimal(found, exponent + excess);
}

function divided(coefficient, divisor, upwards) {
  let quotient = coefficient / divisor;
  let rest = coefficient % divisor;
  if (rest < 0n) [quotient, rest] = [quotient - 1n, rest + divisor];
  if (upwards) return rest ? quotient + 1n : quotient;
  const twice = 2n * rest;
  return twice > divisor || (twice === divisor && quotient & 1n) ? quotient + 1n : quotient;
}

function integerRoot(value) {
  if (value < 2n) return value;
  let guess = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}
