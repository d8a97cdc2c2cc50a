import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import * as exact from "../../src/verifier/rational.ts";

const of = (n: number | bigint, d: number | bigint = 1) => exact.rational(BigInt(n), BigInt(d))!;

Deno.test("rational() keeps lowest terms and a positive denominator", () => {
  assertEquals(exact.rational(6n, -8n), { n: -3n, d: 4n });
  assertEquals(exact.rational(0n, 5n), { n: 0n, d: 1n });
  assertEquals(exact.rational(1n, 0n), null);
});

Deno.test("rational() refuses numbers of more than MAX_BITS bits", () => {
  assertEquals(exact.rational(1n << BigInt(exact.MAX_BITS + 8)), null);
  assertEquals(exact.rational(1n << BigInt(exact.MAX_BITS - 8))?.d, 1n);
});

Deno.test("add(), multiply(), divide() and negate() compute fractions", () => {
  assertEquals(exact.add(of(1, 2), of(1, 3)), of(5, 6));
  assertEquals(exact.multiply(of(2, 3), of(3, 4)), of(1, 2));
  assertEquals(exact.divide(of(1, 2), of(-1, 4)), of(-2));
  assertEquals(exact.divide(of(1), of(0)), null);
  assertEquals(exact.negate(of(1, 2)), of(-1, 2));
  assertEquals(exact.absolute(of(-1, 2)), of(1, 2));
  assertEquals([exact.atMost(of(1, 3), of(1, 2)), exact.atMost(of(1, 2), of(1, 3))], [true, false]);
});

Deno.test("power() computes integer powers and refuses the others", () => {
  assertEquals(exact.power(of(2, 3), of(-2)), of(9, 4));
  assertEquals(exact.power(of(5), of(0)), of(1));
  assertEquals(exact.power(of(4), of(1, 2)), null);
  assertEquals(exact.power(of(0), of(-1)), null);
});

Deno.test("power() is quick for exponents of any size", () => {
  const begun = performance.now();
  assertEquals(exact.power(of(9), of(10n ** 100n)), null);
  assertEquals(exact.power(of(10n ** 2000n), of(8000)), null);
  assertEquals(exact.power(of(-1), of(10n ** 100n + 1n)), of(-1));
  assertEquals(exact.power(of(0), of(10n ** 100n)), of(0));
  assertLess(performance.now() - begun, 500);
});

Deno.test("factorial() and binomial() compute small integers only", () => {
  assertEquals(exact.factorial(of(6)), of(720));
  assertEquals([exact.factorial(of(-1)), exact.factorial(of(1, 2)), exact.factorial(of(1001))], [
    null,
    null,
    null,
  ]);
  assertEquals(exact.binomial(of(52), of(5)), of(2598960));
  assertEquals(exact.binomial(of(3), of(4)), null);
});

Deno.test("squareRoot() takes roots of squares only", () => {
  assertEquals(exact.squareRoot(of(9, 16)), of(3, 4));
  assertEquals(exact.squareRoot(of(10n ** 400n)), of(10n ** 200n));
  assertEquals([exact.squareRoot(of(2)), exact.squareRoot(of(-4)), exact.squareRoot(of(1, 3))], [
    null,
    null,
    null,
  ]);
});

Deno.test("near() measures the difference against the first number", () => {
  const tolerance = of(1, 1_000_000);
  assertEquals(exact.near(of(1, 3), of(333333, 1000000), tolerance), true);
  assertEquals(exact.near(of(1, 3), of(33333, 100000), tolerance), false);
  assertEquals(exact.near(of(-1, 3), of(1, 3), tolerance), false);
});

Deno.test("toNumber() keeps the ratio of numbers beyond the range of doubles", () => {
  assertEquals(exact.toNumber(of(1, 4)), 0.25);
  assertAlmostEquals(exact.toNumber(of(3n * 10n ** 2000n, 10n ** 2000n + 1n)), 3, 1e-12);
});

Deno.test("parseDecimal() reads decimals exactly and knows the place of the last digit", () => {
  assertEquals(exact.parseDecimal("-12.50"), { value: of(-25, 2), place: -2 });
  assertEquals(exact.parseDecimal("4.5e3"), { value: of(4500), place: 2 });
  assertEquals(exact.parseDecimal(".5")?.value, of(1, 2));
  assertEquals(exact.parseDecimal("1.")?.value, of(1));
  assertEquals(
    ["", ".", "-", "1,000", "1e99999", "1e3000", "x"].map(exact.parseDecimal),
    Array(7).fill(null),
  );
});
