import { assert, assertEquals, assertLess } from "@std/assert";
import { agentSteps } from "../../../src/data/steps/agent.ts";
import type { ExpertStep } from "../../../src/data/trajectory.ts";

/** The steps of a conversation that alternates between agent and environment, the agent first. */
function stepsOf(...contents: string[]): readonly ExpertStep[] {
  const parsed = agentSteps(
    contents.map((content, i) => ({ role: i % 2 === 0 ? "assistant" : "user", content })),
  );
  assert(parsed.ok);
  return parsed.steps;
}

const call = (command: string) =>
  `<function=bash>\n<parameter=command>${command}</parameter>\n</function>`;

Deno.test("agentSteps() takes the function block alone, the prose before as thought", () => {
  assertEquals(stepsOf(`I use \`ls\` & look.\n\n${call("ls")}\nDone!`, "OBSERVATION:\na\nb"), [
    { action: call("ls"), thought: "I use `ls` & look.", observation: "a\nb" },
  ]);
  // The environment saw the first call only: what is behind was never run.
  assertEquals(stepsOf(`${call("ls")}\nOBSERVATION: x\n${call("rm x")}`), [{ action: call("ls") }]);
});

Deno.test("agentSteps() takes the last fenced command where there is no function block", () => {
  assertEquals(stepsOf("It says\n```\nfoo\n```\nso\n\n```bash\nls -l\ncd x\n```\nok?"), [
    { action: "ls -l\ncd x", thought: "It says\n```\nfoo\n```\nso" },
  ]);
  assertEquals(stepsOf(`\`\`\`python\nx\n\`\`\`\n${call("ls")}`)[0]!.action, call("ls"));
  assertEquals(stepsOf("```bash\r\nls\r\n```\r\n")[0]!.action, "ls");
});

Deno.test("agentSteps() joins all that the environment says until the next turn", () => {
  const parsed = agentSteps([
    { role: "system", content: "ignored" },
    { role: "assistant", content: call("a") },
    { role: "tool", content: "Observation: one" },
    { role: "user", content: "" },
    { role: "user", content: "two observation: three" },
    { role: "assistant", content: call("b") },
  ]);
  assertEquals(parsed.ok && parsed.steps, [
    { action: call("a"), observation: "one\n\ntwo observation: three" },
    { action: call("b") },
  ]);
});

Deno.test("agentSteps() makes a turn without an action a thought of the next one, and of nobody at the end", () => {
  assertEquals(stepsOf("First, hm.", "go on", `Then\n${call("a")}`, "x", "All done."), [
    { action: call("a"), thought: "First, hm.\n\nThen", observation: "x" },
  ]);
  // What is not closed is no action, nor is an empty fence.
  assertEquals(stepsOf("<function=bash>\nls", "?", "```\n```", "?", call("b")).length, 1);
});

Deno.test("agentSteps() names what it cannot read", () => {
  for (
    const [solution, reason] of [
      ["text", "not-messages"],
      [[], "no-action"],
      [[{ role: "assistant", content: "prose" }], "no-action"],
      [[{ role: "user", content: call("a") }], "no-action"],
    ] as const
  ) {
    const parsed = agentSteps(solution);
    assertEquals(parsed.ok ? "" : parsed.reason, reason);
  }
});

Deno.test("agentSteps() takes linear time when turns are long and hostile", () => {
  const begun = performance.now();
  for (
    const part of [
      "<function=",
      "<function=a>",
      "</function>",
      "```\n",
      "~~~\n",
      " ",
      "\n",
      "\ud800",
    ]
  ) {
    const content = part.repeat(1_000_000 / part.length);
    agentSteps([{ role: "assistant", content }, { role: "user", content }]);
    agentSteps(Array.from({ length: 20_000 }, () => ({ role: "assistant", content: part })));
  }
  const talk = ["assistant", "user"].map((role) => ({ role, content: call("a") }));
  agentSteps(Array.from({ length: 20_000 }, (_, i) => talk[i % 2]!));
  assertLess(performance.now() - begun, 10_000);
});
