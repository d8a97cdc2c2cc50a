import { assertEquals, assertThrows } from "@std/assert";
import { sweSmith } from "../../../src/data/mappings/swe_smith.ts";
import { InputError } from "../../../src/errors.ts";

const TASK = [{ role: "system", content: "You are" }, { role: "user", content: "Mend it.\n" }];
const TURNS = [{ role: "assistant", content: "ls" }, { role: "user", content: "a" }];

Deno.test("sweSmith takes the user's task as the problem, and the rest as the solution", () => {
  assertEquals(sweSmith.map({ messages: [...TASK, ...TURNS], instance_id: "r.1" }, "f:1"), {
    ok: true,
    id: "r.1",
    problem: "Mend it.",
    solution: TURNS,
    answer: "",
  });
});

Deno.test("sweSmith reads messages that are JSON text, lists of parts, or null", () => {
  const messages = [
    { role: "user", content: [{ type: "text", text: "Mend" }, { type: "text", text: " it." }] },
    { role: "assistant", content: null },
  ];
  const mapped = sweSmith.map({
    messages: JSON.stringify(messages),
    instance_id: "r",
    traj_id: "t",
  }, "f:1");
  assertEquals(mapped, {
    ok: true,
    id: "t",
    problem: "Mend it.",
    solution: [{ role: "assistant", content: "" }],
    answer: "",
  });
});

Deno.test("sweSmith drops a conversation without a task", () => {
  for (const messages of [[], TURNS, [TASK[0]!, ...TURNS]]) {
    assertEquals(sweSmith.map({ messages, instance_id: "r" }, "f:1"), {
      ok: false,
      id: "r",
      reason: "no-task",
    });
  }
});

Deno.test("sweSmith names the field that is wrong", () => {
  const cases: [unknown, string][] = [
    [{ instance_id: "r" }, 'f:1: field "messages" is missing; the row has "instance_id"'],
    [{ messages: [{ role: "user" }] }, 'f:1: field "messages"'],
    [
      { messages: "[{" },
      'f:1: field "messages": expected a list of messages as JSON, found another text',
    ],
    [{ messages: '[{"role":"user"}]' }, 'f:1: field "messages.0.content" is missing'],
    [
      { messages: [], instance_id: 7 },
      'f:1: field "instance_id": expected string, found the number 7',
    ],
  ];
  for (const [row, message] of cases) {
    assertThrows(() => sweSmith.map(row, "f:1"), InputError, message);
  }
});
