import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { openJupyter } from "../../src/notebook/open_jupyter.ts";

/** A machine on which some commands end with some codes; others are not there. */
function machine(codes: Readonly<Record<string, number>>) {
  const asked: string[] = [];
  const run = (program: string, args: readonly string[]) => {
    const command = [program === Deno.execPath() ? "deno" : program, ...args].join(" ");
    asked.push(command);
    return Promise.resolve(codes[command] ?? (program === Deno.execPath() ? 0 : null));
  };
  return { asked, run };
}

Deno.test("openJupyter() registers the kernel, then opens JupyterLab", async () => {
  const { asked, run } = machine({ "jupyter lab --version": 0, "jupyter lab notebooks": 0 });
  assertEquals(await openJupyter("notebooks", run), 0);
  assertEquals(asked, [
    "jupyter lab --version",
    "deno jupyter -q --install --force",
    "jupyter lab notebooks",
  ]);
});

Deno.test("openJupyter() opens Jupyter Notebook where there is no JupyterLab, and hands its code on", async () => {
  const { run } = machine({
    "jupyter lab --version": 1,
    "jupyter notebook --version": 0,
    "jupyter notebook a.ipynb": 4,
  });
  assertEquals(await openJupyter("a.ipynb", run), 4);
});

Deno.test("openJupyter() says how to install Jupyter, and registers nothing then", async () => {
  const { asked, run } = machine({});
  await assertRejects(() => openJupyter("notebooks", run), InputError, "pip install jupyterlab");
  assertEquals(asked.some((command) => command.startsWith("deno")), false);
});

Deno.test("openJupyter() fails where the kernel cannot be registered", async () => {
  const { run } = machine({
    "jupyter lab --version": 0,
    "deno jupyter -q --install --force": 1,
    "jupyter lab notebooks": 0,
  });
  await assertRejects(
    () => openJupyter("notebooks", run),
    InputError,
    "deno jupyter --install: ended with code 1",
  );
});
