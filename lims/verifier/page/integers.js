// Arithmetic of whole numbers modulo another.

export function remainder(value, modulus) {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

export function power(base, exponent, modulus) {
  let result = 1n;
  let square = remainder(base, modulus);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

export function inverse(value, modulus) {
  // Of a value that has no common divisor with the modulus.
  let [left, right] = [modulus, remainder(value, modulus)];
  let [before, now] = [0n, 1n];
  while (right) {
    const quotient = left / right;
    [left, right] = [right, left - quotient * right];
    [before, now] = [now, before - quotient * now];
  }
  return remainder(before, modulus);
}
