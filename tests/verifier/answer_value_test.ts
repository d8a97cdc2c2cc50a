import { assertEquals } from "@std/assert";
import { type AnswerValue, MAX_ANSWER, readAnswer } from "../../src/verifier/answer_value.ts";

const raw = String.raw;
/** The kinds within each other, short. */
const shape = (value: AnswerValue): string =>
  "items" in value
    ? `${value.kind}(${value.items.map(shape).join(" ")})`
    : value.kind === "relation"
    ? `${value.operators.join(" ")}[${value.sides.map(shape).join(" ")}]`
    : value.kind === "quantity"
    ? value.expression.code
    : `"${value.raw}"`;
const read = (text: string) => shape(readAnswer(text));

Deno.test("readAnswer() tells lists, sets, tuples and intervals", () => {
  assertEquals(read("1, 2 and 3"), "list(1 2 3)");
  assertEquals(read("-12;-11"), "list((-12) (-11))");
  assertEquals(read(raw`\{1, 2\}`), "set(1 2)");
  assertEquals(read(raw`{1, 2}`), "list(1 2)");
  assertEquals(read("(1, 2]"), "tuple(1 2)");
  assertEquals(read("(1,2),(3,4)"), "list(tuple(1 2) tuple(3 4))");
  assertEquals(read("(0;0;6)"), "tuple(0 0 6)");
  assertEquals(read(raw`\{1\} \cup [0,7)`), "union(tuple(0 7) set(1))");
  assertEquals(read(raw`\{1,3\} \cup \{2\}`), "set(1 3 2)");
  assertEquals(read(raw`\varnothing`), "set()");
  assertEquals(read(raw`\mathbb{R}`), "tuple((-Infinity) Infinity)");
  assertEquals(read("(x+1)"), "(v_x+1)");
});

Deno.test("readAnswer() makes two values of one with a double sign", () => {
  assertEquals(read(raw`1 \pm 2`), "list((1+2) (1-2))");
  assertEquals(read(raw`\{1 \pm 2, 5\}`), "set(list((1+2) (1-2)) 5)");
});

Deno.test("readAnswer() reads relations and ratios", () => {
  assertEquals(read(raw`x = 1 = 2`), "= =[v_x 1 2]");
  assertEquals(read(raw`0 < x \le 2`), "lt le[0 v_x 2]");
  assertEquals(read(raw`x \in [0,1]`), "in[v_x tuple(0 1)]");
  assertEquals(read(raw`\approx 5`), "5");
  assertEquals(read("7:32"), "ratio(7 32)");
});

Deno.test("readAnswer() keeps words as words and says why a formula is one", () => {
  assertEquals(readAnswer(raw`\text{The midpoints}`), {
    kind: "text",
    raw: "Themidpoints",
    reason: null,
  });
  assertEquals(readAnswer(raw`\sum_k k`).kind, "text");
  const reason = (text: string) => {
    const value = readAnswer(text);
    return value.kind === "text" ? value.reason : null;
  };
  assertEquals(reason(raw`\sum_k k`), '"sum" is not supported here');
  assertEquals(reason("x="), "a relation has nothing on its right");
  assertEquals(reason("1".repeat(MAX_ANSWER + 1)), "longer than 4096 characters");
  assertEquals(reason("1".repeat(3000)), "the number 11111111111111111111 is too long");
  assertEquals(reason("((".repeat(200) + "1" + "))".repeat(200)), "nested deeper than 64");
});
