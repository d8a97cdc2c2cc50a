import { assertEquals } from "@std/assert";
import { type Quantity, readAnswer } from "../../src/verifier/answer_value.ts";
import { compareQuantities } from "../../src/verifier/compare_quantities.ts";

const raw = String.raw;
const quantity = (text: string) => {
  const value = readAnswer(text);
  if (value.kind !== "quantity") throw new TypeError(`${text} is a ${value.kind}`);
  return value as Quantity;
};
const equal = (
  gold: string,
  prediction: string,
  options: { relative?: number; rounded?: boolean } = {},
) =>
  compareQuantities(quantity(gold), quantity(prediction), {
    relative: 1e-6,
    rounded: false,
    budget: { left: 10 },
    ...options,
  }).equal;

Deno.test("compareQuantities() forgives whole numbers and decimals nothing", () => {
  assertEquals(equal("27.0", "27"), true);
  assertEquals([equal("27", "27.0000001"), equal("27.0", "27.04"), equal("204", "203.9999999")], [
    false,
    false,
    false,
  ]);
  assertEquals([equal("1234567.8", "1234567.9"), equal("0.5613", "0.56131")], [false, false]);
  assertEquals(equal("0.3", "0.30000000000000004"), true);
  assertEquals(equal("4", raw`4\sqrt{1}`), true);
});

Deno.test("compareQuantities() compares long integers exactly", () => {
  assertEquals(equal("10^{20}+1", "10^{20}"), false);
  assertEquals(equal("2^{1000}", "4^{500}"), true);
  assertEquals(equal("2^{1000}", "2^{1000}+1"), false);
});

Deno.test("compareQuantities() lets relativeTolerance decide where a decimal stands for no decimal", () => {
  assertEquals([equal(raw`\frac13`, "0.333333"), equal(raw`\frac13`, "0.3333")], [true, false]);
  assertEquals([equal(raw`\sqrt{17}`, "4.123106"), equal(raw`\sqrt{17}`, "4.12")], [true, false]);
  assertEquals(equal(raw`\frac13`, "0.33", { relative: 0.02 }), true);
  assertEquals(equal("33", "33.0001", { relative: 0.02 }), false);
});

Deno.test("compareQuantities() accepts with rounded what rounds to the expected decimal", () => {
  const rounded = { rounded: true };
  assertEquals([equal("1.6", "1.62"), equal("1.6", "1.62", rounded)], [false, true]);
  assertEquals([equal("1.6", "1.66", rounded), equal("1.6", "-1.6", rounded)], [false, false]);
  assertEquals([
    equal("4.5e33", raw`4.52 \times 10^{33}`, rounded),
    equal("4.5e33", "4.6e33", rounded),
  ], [true, false]);
  assertEquals(equal("4.12", raw`\sqrt{17}`, rounded), true);
  // Whole numbers stay exact, however they are written.
  assertEquals([equal("27.0", "27.04", rounded), equal("10", "10.2", rounded)], [false, false]);
});

Deno.test("compareQuantities() converts units and refuses others", () => {
  assertEquals(equal(raw`25\text{ cm}`, raw`0.25\text{ m}`), true);
  assertEquals(equal(raw`25\text{ cm}`, raw`25\text{ m}`), false);
  assertEquals(equal(raw`25\text{ cm}`, raw`25\text{ kg}`), false);
  assertEquals(equal(raw`36\text{ km/h}`, raw`10\text{ m/s}`), true);
  assertEquals(equal(raw`\$5`, raw`500\text{ cents}`), true);
  assertEquals(equal(raw`\$5`, "5€"), false);
  assertEquals(equal(raw`0\text{ degC}`, raw`273.15\text{ K}`), true);
});

Deno.test("compareQuantities() leaves out a unit that one side has and words that are none", () => {
  assertEquals(equal("25", raw`25\text{ seconds}`), true);
  assertEquals(equal(raw`25\text{ seconds}`, "25"), true);
  assertEquals(equal(raw`5\text{ apples}`, raw`5\text{ red apples}`), true);
});

Deno.test("compareQuantities() takes percent for hundredths", () => {
  assertEquals([equal(raw`28\%`, "28"), equal(raw`28\%`, "0.28"), equal("28", raw`28\%`)], [
    true,
    true,
    true,
  ]);
  assertEquals([equal("0.28", raw`28\%`), equal("28", "0.28"), equal(raw`28\%`, raw`0.28\%`)], [
    true,
    false,
    false,
  ]);
  assertEquals(equal(raw`28\%`, "2800"), false);
});

Deno.test("compareQuantities() says what decided", () => {
  const how = (gold: string, prediction: string) =>
    compareQuantities(quantity(gold), quantity(prediction), {
      relative: 1e-6,
      rounded: false,
      budget: { left: 100 },
    }).how;
  assertEquals(how("1", "2"), "number");
  assertEquals(how(raw`\sqrt8`, raw`2\sqrt2`), "expression");
  assertEquals(how(raw`1\text{ m}`, raw`1\text{ kg}`), "unit");
});
