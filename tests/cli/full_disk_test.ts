import { assert, assertEquals, assertMatch } from "@std/assert";
import { expected, Place } from "./tiny_project.ts";

/** Runs a shell script with the right to mount, in a name space of its own; null where the system grants none. */
async function inNamespace(script: string, args: readonly string[]): Promise<string | null> {
  try {
    const { success, stdout } = await new Deno.Command("unshare", {
      args: ["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", ...args],
      env: { NO_COLOR: "1" },
      stderr: "null",
    }).output();
    return success ? new TextDecoder().decode(stdout) : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

const probe = Deno.makeTempDirSync();
const mountable = await inNamespace('mount -t tmpfs tmpfs "$1"', [probe]) !== null;
Deno.removeSync(probe);

/** Fills a small disk, runs the experiment, makes the disk larger, and runs it again. */
const SCRIPT = `
  dir=$1; experiment=$2; size=$3; shift 3
  mount -t tmpfs -o "size=$size" tmpfs "$dir" && cp "$experiment" "$dir/tiny.ts" && cd "$dir" || exit 9
  "$@" 2>&1; echo "code $?"
  find .stepwise -name '*.tmp'; echo "stray above"
  mount -o remount,size=64m "$dir"
  "$@" 2>&1; echo "code $?"
  find .stepwise results -type f | sort | xargs sha256sum
`;

Deno.test({
  name: "an experiment on a full disk ends with one clear error, and goes on once there is space",
  // Without the right to mount there is no small disk; the runner's own tests make a stage say that it is full.
  ignore: !mountable,
  async fn() {
    const reference = await expected();
    using place = new Place();
    const disk = await Deno.makeTempDir();
    const out = await inNamespace(SCRIPT, [
      disk,
      `${place.dir}/tiny.ts`,
      "500k",
      ...place.command,
    ]);
    await Deno.remove(disk);
    assert(out !== null);
    const [first = "", rest = ""] = out.split("stray above\n");
    assertMatch(
      first,
      new RegExp(
        `\nerror: \\.stepwise: no space left on its disk; free some .* and run again: what was finished or saved is kept\ncode 2\n$`,
      ),
    );
    assertEquals(first.includes("    at "), false);
    assertMatch(rest, /; 4 stages: [1-4] finished already/);
    assertMatch(rest, /\ncode 0\n/);
    const hashes = new Map(
      rest.split("\n").flatMap((line) => {
        const [, hash, file] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
        return hash && file ? [[file, hash] as const] : [];
      }),
    );
    for (const [file, hash] of Object.entries(reference)) {
      assertEquals(hashes.get(file), hash, file);
    }
  },
});

Deno.test("an experiment whose results find no space leaves none behind, and loses no stage", async () => {
  const reference = await expected();
  using place = new Place();
  const { code, stderr } = await place.start({ STEPWISE_FAULT: "full:results: rename" }).output();
  const error = new TextDecoder().decode(stderr);
  assertEquals(code, 2);
  assertMatch(error, /^error: results: no space left on its disk; free some [^\n]*\n$/);
  assertEquals(place.files("results/"), []);
  const before = place.finished();
  assertEquals(Object.keys(before).length, 4);
  assertEquals((await place.start().output()).code, 0);
  assertEquals([place.finished(), place.fingerprint()], [before, reference]);
});
