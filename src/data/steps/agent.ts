/** @file Conversations of agents: a step is what the environment was told to do. */
import { codeFences } from "../display_blocks.ts";
import type { ExpertStep } from "../trajectory.ts";
import { fault, type ParsedSteps, type Solution } from "./parser.ts";

/**
 * Each turn of the agent with an action is a step. The action is the first `<function=…>…</function>` block, tags
 * included, or else the content of the last fenced block; the prose before it is the step's thought, and what is behind it is
 * left out, because no environment saw it. What the environment writes until the agent's next turn is the observation,
 * without the label `OBSERVATION:`. A turn without an action is no step: its prose is part of the next step's thought. What
 * comes before the agent's first turn is part of no step.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const call = "<function=bash>\n<parameter=command>ls</parameter>\n</function>";
 * const messages = [
 *   { role: "user", content: "Mend the bug." },
 *   { role: "assistant", content: `Let us look around.\n\n${call}` },
 *   { role: "user", content: "OBSERVATION:\nmain.py" },
 *   { role: "assistant", content: "<function=submit>\n</function>" },
 * ];
 * assertEquals(agentSteps(messages), {
 *   ok: true,
 *   steps: [
 *     { action: call, thought: "Let us look around.", observation: "main.py" },
 *     { action: "<function=submit>\n</function>" },
 *   ],
 *   intro: "",
 * });
 * ```
 */
export function agentSteps(solution: Solution): ParsedSteps {
  if (typeof solution === "string") return fault("not-messages");
  const steps: ExpertStep[] = [];
  /** Prose since the last action, and answers of the environment to it. */
  let thoughts: string[] = [];
  let observations: string[] = [];
  const observe = () => {
    const observation = observations.filter((text) => text !== "").join("\n\n");
    observations = [];
    const last = steps.pop();
    if (last !== undefined) steps.push(observation === "" ? last : { ...last, observation });
  };
  /** Whether the newest turn of the agent was a step, so that the environment's words answer one. */
  let acted = false;
  for (const { role, content } of solution) {
    if (role !== "assistant") {
      if (acted) observations.push(withoutLabel(content));
      continue;
    }
    if (acted) observe();
    const turn = findAction(content);
    acted = turn.action !== "";
    if (turn.prose !== "") thoughts.push(turn.prose);
    if (!acted) continue;
    const thought = thoughts.join("\n\n");
    thoughts = [];
    steps.push(thought === "" ? { action: turn.action } : { action: turn.action, thought });
  }
  if (acted) observe();
  return steps.length === 0 ? fault("no-action") : { ok: true, steps, intro: "" };
}

const CLOSE = "</function>";

/** A turn's action, empty where it has none, and the prose before it. */
function findAction(content: string): { action: string; prose: string } {
  const start = /<function=[^<>\n]{1,200}>/.exec(content)?.index ?? -1;
  const end = start === -1 ? -1 : content.indexOf(CLOSE, start);
  if (end !== -1) {
    const action = content.slice(start, end + CLOSE.length);
    return { action, prose: content.slice(0, start).trim() };
  }
  const lines = content.replaceAll("\r\n", "\n").split("\n");
  for (const [first, last] of [...codeFences(lines)].reverse()) {
    const action = lines.slice(first + 1, last).join("\n").trim();
    if (action !== "") return { action, prose: lines.slice(0, first).join("\n").trim() };
  }
  return { action: "", prose: content.trim() };
}

function withoutLabel(text: string): string {
  const label = /^\s{0,20}observation:/i.exec(text)?.[0] ?? "";
  return text.slice(label.length).trim();
}
