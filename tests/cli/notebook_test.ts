import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { notebookCommand, type NotebookHost } from "../../src/cli/notebook.ts";
import { InputError } from "../../src/errors.ts";
import { formatNotebook } from "../../src/notebook/ipynb.ts";
import { notebookOf } from "../notebook/fixtures.ts";

/** A folder with notebooks, and what the command says. */
async function place(notebooks: Readonly<Record<string, readonly string[]>>) {
  const folder = await Deno.makeTempDir();
  for (const [name, codes] of Object.entries(notebooks)) {
    await Deno.writeTextFile(`${folder}/${name}`, formatNotebook(notebookOf(...codes)));
  }
  const said: string[] = [];
  const host: NotebookHost = {
    folder,
    signal: new AbortController().signal,
    run: () => Promise.resolve(null),
    say: (line) => said.push(line),
    write: () => {},
  };
  const cell = async (name: string, index: number) =>
    JSON.parse(await Deno.readTextFile(`${folder}/${name}`)).cells[index];
  return { folder, said, host, cell };
}

Deno.test("deno task notebook --run executes all of a folder, by name, and writes outputs into the files", async () => {
  const { folder, said, host, cell } = await place({
    "02-b.ipynb": ["console.log('b')"],
    "01-a.ipynb": ["1 + 1"],
  });
  assertEquals(await notebookCommand(["--run"], host), 0);
  assertEquals(said.filter((line) => line.includes("cell")), [
    `${folder}/01-a.ipynb: cell 1 of 1`,
    `${folder}/02-b.ipynb: cell 1 of 1`,
  ]);
  assertEquals((await cell("01-a.ipynb", 0)).outputs[0].data, { "text/plain": ["2"] });
  assertEquals((await cell("02-b.ipynb", 0)).outputs[0].text, ["b\n"]);
});

Deno.test("deno task notebook --run writes the same bytes when it is run again", async () => {
  const { folder, host } = await place({ "a.ipynb": ["console.log('x'); 1 + 1"] });
  const file = `${folder}/a.ipynb`;
  await notebookCommand(["--run", file], host);
  const once = await Deno.readTextFile(file);
  await notebookCommand(["--run", file], host);
  assertEquals(await Deno.readTextFile(file), once);
});

Deno.test("deno task notebook --run --check leaves the files as they are, and fails as without it", async () => {
  const { folder, host } = await place({ "a.ipynb": ["1", "\nthrow new Error('no');"] });
  const file = `${folder}/a.ipynb`;
  const before = await Deno.readTextFile(file);
  await assertRejects(
    () => notebookCommand(["--run", "--check"], host),
    InputError,
    `${file}: cell 2 (c2), line 2: throw new Error('no');\n  Error: no`,
  );
  assertEquals(await Deno.readTextFile(file), before);
});

Deno.test("deno task notebook --run keeps what a failed notebook put out, and runs none after it", async () => {
  const { host, cell } = await place({ "a.ipynb": ["throw 1"], "b.ipynb": ["2"] });
  await assertRejects(() => notebookCommand(["--run"], host), InputError, "a.ipynb: cell 1 (c1)");
  assertEquals((await cell("a.ipynb", 0)).outputs[0].output_type, "error");
  assertEquals((await cell("b.ipynb", 0)).outputs, []);
});

Deno.test("deno task notebook --run --timeout ends a cell that takes longer", async () => {
  const { host } = await place({
    "a.ipynb": ["await new Promise(() => setTimeout(() => {}, 1e6))"],
  });
  const error = await assertRejects(
    () => notebookCommand(["--run", "--timeout", "1"], host),
    InputError,
  );
  assertStringIncludes((error as Error).message, "no answer within 1 s");
});

for (
  const [args, message] of [
    [["--check"], "--check: found without --run; expected both"],
    [["--timeout", "3"], "--timeout: found without --run; expected both"],
    [["--run", "--timeout", "0"], '--timeout: found "0"; expected whole seconds from 1 to 999999'],
    [["--run", "none.ipynb"], "none.ipynb: no such file"],
    [["--run"], "found no notebooks there"],
    [["a.ipynb", "b.ipynb"], "found 2 notebooks; expected one to open, or --run"],
    [[], "Jupyter is not installed"],
  ] as const
) {
  Deno.test(`deno task notebook ${args.join(" ")} is refused: ${message}`, async () => {
    const { host } = await place({});
    await assertRejects(() => notebookCommand(args, host), InputError, message);
  });
}

Deno.test("deno task notebook --run ends its kernel and itself with 130 on Ctrl-C", async () => {
  const { folder } = await place({ "a.ipynb": [`console.log("x"); while (true);`] });
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "-q", "src/cli/notebook.ts", "--run", `${folder}/a.ipynb`],
    stdout: "piped",
    stderr: "null",
    // No colour of the terminal's: the test reads lines.
    env: { NO_COLOR: "1" },
  }).spawn();
  let text = "";
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (!text.includes("cell 1 of 1")) continue;
    // The group's signal as a terminal sends it would end the kernel too; here the command has to.
    child.kill("SIGINT");
    break;
  }
  assertEquals((await child.status).code, 130);
});

Deno.test({
  name: "deno task notebook --run: a kernel ends by itself when the command was killed",
  // Elsewhere a process cannot be seen by its number alone.
  ignore: Deno.build.os !== "linux",
  async fn() {
    const { folder } = await place({
      "a.ipynb": [
        `console.error("kernel"); Deno.writeTextFileSync("pid", String(Deno.pid)); await new Promise((r) => setTimeout(r, 60_000));`,
      ],
    });
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "-q", "src/cli/notebook.ts", "--run", `${folder}/a.ipynb`],
      stdout: "null",
      stderr: "null",
    }).spawn();
    const until = async <T>(look: () => Promise<T | null>): Promise<T> => {
      for (let waited = 0; waited < 20_000; waited += 50) {
        const found = await look();
        if (found !== null) return found;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error("it did not come about within 20 s");
    };
    const pid = await until(async () =>
      Number(await Deno.readTextFile(`${folder}/pid`).catch(() => "")) || null
    );
    child.kill("SIGKILL");
    await child.status;
    await until(async () => {
      const status = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => null);
      return status === null || / Z /.test(status) ? true : null;
    });
  },
});
