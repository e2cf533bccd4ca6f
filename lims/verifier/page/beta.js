// The regularised incomplete beta function, by its continued fraction, and its inverse, by halves.

const LOG_FACTORIAL = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];
// Lanczos approximation with g = 7 and nine terms.

function logGamma(value) {
  if (value < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * value))) - logGamma(1 - value);
  const shifted = value - 1;
  const series = LOG_FACTORIAL.slice(1).reduce((sum, term, place) => sum + term / (shifted + place + 1), LOG_FACTORIAL[0]);
  const base = shifted + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(series);
}

export function betaShare(x, a, b) {
  // Probability of at most x.
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaShare(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  return front * fraction(x, a, b);
}

export function betaTail(x, a, b) {
  return betaShare(1 - x, b, a);
}

function fraction(x, a, b) {
  // Lentz's way of computing the continued fraction (DLMF 8.17.22).
  const tiny = 1e-300;
  const safe = (value) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / safe(1 - ((a + b) * x) / (a + 1));
  let found = d;
  for (let m = 1; m < 10_000; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const term of [even, odd]) {
      d = 1 / safe(1 + term * d);
      c = safe(1 + term / c);
      change = c * d;
      found *= change;
    }
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return found;
}

export function betaQuantile(share, a, b) {
  let [low, high] = [0, 1];
  for (let i = 0; i < 200 && high - low > 1e-16; i += 1) {
    const middle = (low + high) / 2;
    if (betaShare(middle, a, b) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
