import { assertEquals, assertRejects } from "@std/assert";
import { loadPrompts } from "../../../src/data/prompts/load_prompts.ts";
import {
  BUILT_IN_PROMPTS,
  PROMPT_NAMES,
  PROMPT_SLOTS,
  type Prompts,
} from "../../../src/data/prompts/prompts.ts";
import { InputError } from "../../../src/errors.ts";

/** What each template says of one problem. */
const SAYS: Readonly<Record<keyof Prompts, (prompts: Prompts) => string>> = {
  system: ({ system }) => system,
  step: ({ step }) => step("p", [{ action: "a" }]),
  steps: ({ steps }) => steps("p", [{ action: "a" }], 2),
  sentence: ({ sentence }) => sentence("p", "t"),
  question: ({ question }) => question("p"),
  answer: ({ answer }) => answer("p"),
};

async function written(text: string): Promise<string> {
  const path = await Deno.makeTempFile({ suffix: ".md" });
  await Deno.writeTextFile(path, text);
  return path;
}

Deno.test("loadPrompts() takes each template from its file, and the others as they are built in", async () => {
  for (const name of PROMPT_NAMES) {
    const slots = PROMPT_SLOTS[name].required.map((slot) => `{{${slot}}}`).join(" ");
    const path = await written(`Own words. ${slots}`);
    const prompts = await loadPrompts({ [name]: path });
    for (const other of PROMPT_NAMES) {
      const expected = SAYS[other](BUILT_IN_PROMPTS);
      if (other !== name) assertEquals(SAYS[other](prompts), expected);
      else assertEquals(SAYS[other](prompts).startsWith("Own words."), true);
    }
    await Deno.remove(path);
  }
  const empty = await written("\n");
  assertEquals((await loadPrompts({ system: empty })).system, "");
  await Deno.remove(empty);
});

Deno.test("loadPrompts() names a file that cannot be read, and the slot that is wrong in one", async () => {
  await assertRejects(
    () => loadPrompts({ step: "no/such.md" }),
    InputError,
    "prompts.step: cannot read no/such.md: there is no such file",
  );
  const path = await written("{{problem}}\n{{step}}");
  await assertRejects(
    () => loadPrompts({ step: path }),
    InputError,
    `${path}:2: unknown slot {{step}}; did you mean {{steps}}?`,
  );
  await Deno.remove(path);
});
