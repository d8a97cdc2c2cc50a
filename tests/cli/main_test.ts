import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Command, CommanderError } from "commander";
import { endingOf, prepareCommand } from "../../src/cli/main.ts";
import { InputError } from "../../src/errors.ts";

const MAIN = new URL("../../src/cli/main.ts", import.meta.url).href;
const COMMANDER = import.meta.resolve("commander");
const ERRORS = new URL("../../src/errors.ts", import.meta.url).href;

/** Runs a body under runCli() in a process of its own. */
async function run(body: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const code = `import { Command } from ${JSON.stringify(COMMANDER)};
    import { prepareCommand, runCli } from ${JSON.stringify(MAIN)};
    import { InputError } from ${JSON.stringify(ERRORS)};
    void [InputError, Command, prepareCommand];
    await runCli(async () => { await 0; ${body} });`;
  const output = await new Deno.Command(Deno.execPath(), { args: ["eval", code] }).output();
  const text = (bytes: Uint8Array<ArrayBuffer>) => new TextDecoder().decode(bytes);
  return { code: output.code, stdout: text(output.stdout), stderr: text(output.stderr) };
}

Deno.test("endingOf() gives one line and 2 for an InputError", () => {
  assertEquals(endingOf(new InputError("x.jsonl:1: empty")), {
    message: "error: x.jsonl:1: empty",
    exitCode: 2,
  });
});

Deno.test("endingOf() lets no quoted text steer the terminal", () => {
  const { message } = endingOf(new InputError("a.jsonl:1: \x1b[2J\u202e\nsecond line"));
  assertEquals(message, "error: a.jsonl:1: \\x1b[2J\\u{202e}\nsecond line");
});

Deno.test("endingOf() keeps the stack of any other error and gives 1", () => {
  const ending = endingOf(new TypeError("broken"));
  assertEquals(ending.exitCode, 1);
  assertStringIncludes(ending.message, "TypeError: broken");
  assertStringIncludes(ending.message, "main_test.ts");
});

Deno.test("endingOf() shows a thrown value that is not an error", () => {
  assertEquals(endingOf("plain"), { message: "plain", exitCode: 1 });
});

Deno.test("endingOf() is silent when the reader went away", () => {
  assertEquals(endingOf(new Deno.errors.BrokenPipe("pipe")), { message: "", exitCode: 0 });
});

Deno.test("prepareCommand() makes a program throw on an unknown option instead of ending the process", () => {
  const program = prepareCommand(new Command("demo")).configureOutput({ writeErr: () => {} });
  assertThrows(() => program.parse(["--nope"], { from: "user" }), CommanderError);
});

Deno.test("runCli() exits with 2 and one line on stderr when the input is bad", async () => {
  const { code, stdout, stderr } = await run(`throw new InputError("a.jsonl:2: not JSON");`);
  assertEquals({ code, stdout, stderr }, {
    code: 2,
    stdout: "",
    stderr: "error: a.jsonl:2: not JSON\n",
  });
});

Deno.test("runCli() exits with 2 on a usage error and with 0 after --help", async () => {
  const usage = await run(
    `prepareCommand(new Command("demo")).parse(["--nope"], { from: "user" });`,
  );
  assertEquals(usage.code, 2);
  assertEquals(usage.stderr, "error: unknown option '--nope'\n");
  const help = await run(
    `prepareCommand(new Command("demo")).description("Says it").parse(["--help"], { from: "user" });`,
  );
  assertEquals(help.code, 0);
  assertStringIncludes(help.stdout, "Says it");
});

Deno.test("runCli() exits with 1 and a stack on a fault of ours", async () => {
  const { code, stderr } = await run(`throw new Error("fault");`);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "Error: fault\n    at ");
});
