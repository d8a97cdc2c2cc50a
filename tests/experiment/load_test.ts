import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { loadExperiment } from "../../src/experiment/load.ts";

const EXPERIMENT = import.meta.resolve("../../src/experiment/experiment.ts");
const dir = await Deno.makeTempDir();

/** The message for a file with this text. */
async function messageFor(name: string, text: string): Promise<string> {
  const path = `${dir}/${name}`;
  await Deno.writeTextFile(path, text);
  const error = await assertRejects(() => loadExperiment(path), InputError);
  return error.message.replaceAll(dir, "DIR");
}

Deno.test("loadExperiment() returns what experiment() made, frozen", async () => {
  const text = `import { experiment } from "${EXPERIMENT}";
    export default experiment({
      name: "tiny", question: "?", policy: { s: "p" }, data: { domain: "relay", tier: "hard" },
      arms: { base: [] }, evaluation: { benchmarks: { hard: { domain: "relay", tier: "hard" } } },
    });`;
  await Deno.writeTextFile(`${dir}/good.ts`, text);
  const made = await loadExperiment(`${dir}/good.ts`);
  assertEquals(made.name, "tiny");
  assertEquals(Object.isFrozen(made.evaluation.benchmarks.hard), true);
});

Deno.test("loadExperiment() names the file and the nearest one when there is none", async () => {
  await Deno.writeTextFile(`${dir}/quickstart.ts`, "");
  const error = await assertRejects(() => loadExperiment(`${dir}/quikstart.ts`), InputError);
  assertEquals(
    error.message,
    `${dir}/quikstart.ts: no such file; did you mean ${dir}/quickstart.ts?`,
  );
  const nowhere = await assertRejects(() => loadExperiment(`${dir}/no/x.ts`), InputError);
  assertEquals(nowhere.message, `${dir}/no/x.ts: no such file`);
});

Deno.test("loadExperiment() refuses a folder", async () => {
  const error = await assertRejects(() => loadExperiment(dir), InputError);
  assertEquals(error.message, `${dir}: is a folder; expected an experiment file`);
});

Deno.test("loadExperiment() names file, line and every problem of the declaration", async () => {
  const message = await messageFor(
    "bad.ts",
    `import { experiment } from "${EXPERIMENT}";\n` +
      `export default experiment({ name: "bad", quesion: "?" } as never);`,
  );
  assertStringIncludes(message, 'DIR/bad.ts:2:16: 5 problems in the experiment "bad"\n');
  assertStringIncludes(message, 'quesion: unknown key (found "?"); did you mean `question`?');
});

Deno.test("loadExperiment() says what a file threw, and where", async () => {
  assertEquals(
    await messageFor("throws.ts", `\nthrow new RangeError("too far");`),
    "DIR/throws.ts:2:7: threw when it was imported: RangeError: too far",
  );
  assertStringIncludes(
    await messageFor("syntax.ts", "export default {"),
    "DIR/syntax.ts:1:17: threw when it was imported: ",
  );
  assertEquals(
    await messageFor("missing.ts", `import "./nothing.ts";`),
    'DIR/missing.ts:1:8: threw when it was imported: TypeError: Module not found "file://DIR/nothing.ts".',
  );
  assertEquals(
    await messageFor("string.ts", `throw "no";`),
    'DIR/string.ts: threw when it was imported: "no"',
  );
});

Deno.test("loadExperiment() wants a default export that experiment() made", async () => {
  assertEquals(
    await messageFor("none.ts", "export const x = 1;"),
    "DIR/none.ts: has no default export; expected `export default experiment({…})`",
  );
  assertEquals(
    await messageFor("plain.ts", `export default { name: "x" };`),
    `DIR/plain.ts: its default export is {"name":"x"}; expected what experiment({…}) returns`,
  );
});
