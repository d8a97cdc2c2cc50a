/**
 * @file A small, openly labelled stand-in for `@std/assert`; see README.md beside this file.
 */
import { isDeepStrictEqual } from "node:util";

/** A constructor whose instances are `T`, abstract ones included. */
// deno-lint-ignore no-explicit-any
type ErrorClass<T> = abstract new (...args: any[]) => T;

/** The error that every assertion here throws. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

function fail_(standard: string, msg?: string): never {
  throw new AssertionError(msg === undefined ? standard : `${standard}: ${msg}`);
}

function show(value: unknown): string {
  return Deno.inspect(value, { depth: 6, strAbbreviateSize: 400 });
}

/** Fails unless `expr` is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) fail_("Expected a truthy value", msg || undefined);
}

/** Fails unless the two values are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (isDeepStrictEqual(actual, expected)) return;
  fail_(`Values are not equal\n  actual:   ${show(actual)}\n  expected: ${show(expected)}`, msg);
}

/** Fails if the two values are deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (isDeepStrictEqual(actual, expected)) {
    fail_(`Expected another value than ${show(actual)}`, msg);
  }
}

/** Fails unless the two values are the same by `Object.is`. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (!Object.is(actual, expected)) {
    fail_(
      `Values are not the same\n  actual:   ${show(actual)}\n  expected: ${show(expected)}`,
      msg,
    );
  }
}

/** Fails unless the two numbers differ by at most `tolerance` (default: 1e-7 of `expected`). */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  msg?: string,
): void {
  if (Object.is(actual, expected)) return;
  const limit = tolerance ?? (Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7);
  if (Math.abs(expected - actual) <= limit) return;
  fail_(`Expected ${actual} to be within ${limit} of ${expected}`, msg);
}

/** Fails unless `actual > expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual > expected)) fail_(`Expected ${show(actual)} > ${show(expected)}`, msg);
}

/** Fails unless `actual >= expected`. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual >= expected)) fail_(`Expected ${show(actual)} >= ${show(expected)}`, msg);
}

/** Fails unless `actual < expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual < expected)) fail_(`Expected ${show(actual)} < ${show(expected)}`, msg);
}

/** Fails unless `actual <= expected`. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual <= expected)) fail_(`Expected ${show(actual)} <= ${show(expected)}`, msg);
}

/** Fails if the value is `null` or `undefined`. */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) {
    fail_(`Expected a value, found ${actual}`, msg);
  }
}

/** Fails unless `actual` contains `expected`. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  if (!actual.includes(expected)) {
    fail_(`Expected ${show(actual)} to contain ${show(expected)}`, msg);
  }
}

/** Fails unless every element of `expected` is deeply equal to some element of `actual`. */
export function assertArrayIncludes<T>(
  actual: ArrayLike<T>,
  expected: ArrayLike<T>,
  msg?: string,
): void {
  const have = Array.from(actual);
  const missing = Array.from(expected).filter((e) => !have.some((a) => isDeepStrictEqual(a, e)));
  if (missing.length > 0) fail_(`Missing from ${show(have)}: ${show(missing)}`, msg);
}

/** Fails unless `actual` matches `expected`. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  if (!expected.test(actual)) fail_(`Expected ${show(actual)} to match ${expected}`, msg);
}

/** Fails unless `actual` is an instance of `expectedType`. */
export function assertInstanceOf<T>(
  actual: unknown,
  expectedType: ErrorClass<T>,
  msg?: string,
): asserts actual is T {
  if (!(actual instanceof expectedType)) {
    fail_(`Expected an instance of ${expectedType.name}, found ${show(actual)}`, msg);
  }
}

function checkError<E extends Error>(
  error: unknown,
  ErrorType: ErrorClass<E> | undefined,
  msgIncludes: string | undefined,
): void {
  if (!(error instanceof Error)) fail_(`Expected an Error, found ${show(error)}`);
  if (ErrorType && !(error instanceof ErrorType)) {
    fail_(
      `Expected ${ErrorType.name}, found ${(error as Error).name}: ${(error as Error).message}`,
    );
  }
  if (msgIncludes !== undefined && !error.message.includes(msgIncludes)) {
    fail_(`Expected an error with ${show(msgIncludes)}, found ${show(error.message)}`);
  }
}

/** Fails unless `fn` throws; returns what it threw. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorType?: ErrorClass<E>,
  msgIncludes?: string,
): E {
  let error: unknown;
  let threw = false;
  try {
    fn();
  } catch (caught) {
    threw = true;
    error = caught;
  }
  if (!threw) fail_("Expected the function to throw");
  checkError(error, ErrorType, msgIncludes);
  return error as E;
}

/** Fails unless the promise of `fn` rejects; resolves to what it rejected with. */
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorType?: ErrorClass<E>,
  msgIncludes?: string,
): Promise<E> {
  let error: unknown;
  let threw = false;
  try {
    await fn();
  } catch (caught) {
    threw = true;
    error = caught;
  }
  if (!threw) fail_("Expected the promise to reject");
  checkError(error, ErrorType, msgIncludes);
  return error as E;
}

/** Fails always. */
export function fail(msg?: string): never {
  fail_("Failed", msg);
}
