import { assertAlmostEquals, assertEquals } from "@std/assert";
import { conversion, factorBetween, sameValues } from "../../src/verifier/evaluate.ts";

const same = (a: string, b: string) => sameValues(a, b, 1e-9);

Deno.test("sameValues() holds for identities and not for what is nearly one", () => {
  assertEquals(same("(tan(v_y)^2+1)", "(sec(v_y)^2)"), true);
  assertEquals(same("(tan(v_y)^2+1.0001)", "(sec(v_y)^2)"), false);
  assertEquals(same("(e^(i*pi))", "(-1)"), true);
  assertEquals(same("v_x", "v_y"), false);
  assertEquals(same("f_f(v_x)", "f_f(v_x)"), true);
  assertEquals(same("f_f(v_x)", "f_g(v_x)"), false);
  assertEquals(same("f_f((2*v_x))", "(2*f_f(v_x))"), false);
});

Deno.test("sameValues() takes variables for positive, unless one side has an absolute value", () => {
  assertEquals(same("sqrt((v_r^2))", "v_r"), true);
  assertEquals(same("abs(v_x)", "v_x"), false);
});

Deno.test("sameValues() compares matrices cell by cell and not with numbers", () => {
  assertEquals(same("[[1,2],[3,4]]", "([[0,1],[2,3]]+[[1,1],[1,1]])"), true);
  assertEquals(same("[[1,2],[3,4]]", "[[1,2],[3,5]]"), false);
  assertEquals(same("[[1],[2]]", "[[1,2]]"), false);
  assertEquals(same("[[1]]", "([[1]]+sqrt([[1,2]]))"), false);
});

Deno.test("sameValues() calls nothing equal that is out of the range of doubles", () => {
  assertEquals(same("(1/factorial(2004))", "(1/factorial(2006))"), false);
  assertEquals(same("(1/factorial(2004))", "0"), false);
  assertEquals(same("(1e-200*1e-200)", "0"), false);
  assertEquals(same("(9^(9^(9^9)))", "(8^(9^(9^9)))"), false);
  assertEquals(same("sin(pi)", "0"), true);
  assertEquals(same("(v_x-v_x)", "0"), true);
});

Deno.test("factorBetween() finds the constant between two formulas", () => {
  assertAlmostEquals(factorBetween("((2*v_x)+(4*v_y))", "(v_x+(2*v_y))", 1e-9)!, 2);
  assertEquals(factorBetween("((2*v_x)+(4*v_y))", "(v_x+v_y)", 1e-9), null);
  assertEquals(factorBetween("(v_x^2)", "v_x", 1e-9), null);
});

Deno.test("conversion() goes between units of one dimension", () => {
  assertAlmostEquals(conversion("km / hour", "m / s")!.factor, 1 / 3.6);
  assertEquals(conversion("USD", "cent")?.factor, 100);
  assertAlmostEquals(conversion("degC", "K")!.offset, 273.15);
  assertEquals([conversion("m", "kg"), conversion("USD", "EUR"), conversion("nonsense", "m")], [
    null,
    null,
    null,
  ]);
});
