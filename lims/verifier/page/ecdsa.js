// ECDSA over the NIST curves P-256, P-384 and P-521 (FIPS 186-5, section 6.4.2).

import { toInteger } from "./bytes.js";
import { inverse, remainder } from "./integers.js";
import { HASHES } from "./sha2.js";

function curve(prime, b, order, x, y) {
  return { prime, a: prime - 3n, b, order, generator: [x, y, 1n], bytes: Math.ceil(prime.toString(16).length / 2) };
}

export const CURVES = {
  "1.2.840.10045.3.1.7": curve(
    0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
    0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
    0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
  ),
  "1.3.132.0.34": curve(
    0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffffn,
    0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
    0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
  ),
  "1.3.132.0.35": curve(
    2n ** 521n - 1n,
    0x0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    0x00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66n,
    0x011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650n,
  ),
};
// By object identifier; the constants of SEC 2, version 2.0.

export function readPoint(curve, bytes) {
  // An uncompressed point that lies on the curve; null for anything else.
  if (bytes.length !== 1 + 2 * curve.bytes || bytes[0] !== 4) return null;
  const x = toInteger(bytes.subarray(1, 1 + curve.bytes));
  const y = toInteger(bytes.subarray(1 + curve.bytes));
  const onCurve = remainder(y * y - (x * x * x + curve.a * x + curve.b), curve.prime) === 0n;
  return x < curve.prime && y < curve.prime && onCurve ? [x, y, 1n] : null;
}

export function verifyEcdsa({ curve, point }, hash, message, { r, s }) {
  const { order } = curve;
  if (!(r > 0n && r < order && s > 0n && s < order)) return false;
  const digest = HASHES[hash](message);
  const excess = BigInt(Math.max(0, 8 * digest.length - order.toString(2).length));
  const inverted = inverse(s, order);
  const first = remainder((toInteger(digest) >> excess) * inverted, order);
  const second = remainder(r * inverted, order);
  const [x, , z] = sum(curve, times(curve, first, curve.generator), times(curve, second, point));
  if (z === 0n) return false;
  const divisor = inverse(z, curve.prime);
  return remainder(x * divisor * divisor, curve.prime) % order === r;
}

// Points are [X, Y, Z] with x = X/Z^2 and y = Y/Z^3; Z = 0 is the point at infinity.

function doubled({ prime, a }, [x, y, z]) {
  if (z === 0n || y === 0n) return [1n, 1n, 0n];
  const square = (y * y) % prime;
  const four = (4n * x * square) % prime;
  const slope = (3n * x * x + a * z ** 4n) % prime;
  const newX = remainder(slope * slope - 2n * four, prime);
  return [newX, remainder(slope * (four - newX) - 8n * square * square, prime), (2n * y * z) % prime];
}

function sum(curve, left, right) {
  const { prime } = curve;
  if (left[2] === 0n) return right;
  if (right[2] === 0n) return left;
  const [leftZ, rightZ] = [(left[2] * left[2]) % prime, (right[2] * right[2]) % prime];
  const [leftX, rightX] = [(left[0] * rightZ) % prime, (right[0] * leftZ) % prime];
  const [leftY, rightY] = [(left[1] * rightZ * right[2]) % prime, (right[1] * leftZ * left[2]) % prime];
  const [run, rise] = [remainder(rightX - leftX, prime), remainder(rightY - leftY, prime)];
  if (run === 0n) return rise === 0n ? doubled(curve, left) : [1n, 1n, 0n];
  const square = (run * run) % prime;
  const cube = (run * square) % prime;
  const shared = (leftX * square) % prime;
  const x = remainder(rise * rise - cube - 2n * shared, prime);
  return [x, remainder(rise * (shared - x) - leftY * cube, prime), (left[2] * right[2] * run) % prime];
}

function times(curve, factor, point) {
  let result = [1n, 1n, 0n];
  let addend = point;
  for (let rest = factor; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = sum(curve, result, addend);
    addend = doubled(curve, addend);
  }
  return result;
}
