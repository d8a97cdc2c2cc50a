/** @file What the library would tell its maker, and where it would keep it until then. */
import { assertEquals } from "@std/assert";

const ENGINE = new URL("../../../src/engine/mod.ts", import.meta.url).href;

/** Runs a graph in a process whose home and temporary folder are empty, and gives what that process left in them. */
async function left(): Promise<string[]> {
  const home = await Deno.makeTempDir();
  const program = `
    const { add, Graph, HostTensor, Program } = await import("${ENGINE}");
    const graph = new Graph();
    const x = graph.input("x", "float32", [2]);
    graph.output("doubled", add(x, x));
    const program = new Program(graph, { threads: 1 });
    const input = new HostTensor("float32", [2], Float32Array.of(1, 2));
    const binding = program.bind({ x: input }, { doubled: HostTensor.zeros("float32", [2]) });
    binding.run();`;
  const { PATH, DENO_DIR, HOME } = Deno.env.toObject();
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", program],
    cwd: new URL("../../../", import.meta.url),
    clearEnv: true,
    env: {
      PATH: PATH!,
      DENO_DIR: DENO_DIR ?? `${HOME}/.cache/deno`,
      HOME: home,
      TMPDIR: home,
    },
  }).output();
  assertEquals([success, new TextDecoder().decode(stderr)], [true, ""]);
  return await files(home);
}

async function files(dir: string, below = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(dir)) {
    if (isDirectory) found.push(...await files(`${dir}/${name}`, `${below}${name}/`));
    else found.push(below + name);
  }
  return found.sort();
}

Deno.test({
  name: "ONNX Runtime tells its maker nothing, and prepares nothing to tell",
  // Where it keeps a device's id and unsent events elsewhere is not known.
  ignore: Deno.build.os !== "linux",
  async fn() {
    // A mark of the library's start stays in the temporary folder; it is never sent.
    assertEquals((await left()).filter((name) => name !== ".ses"), []);
  },
});
