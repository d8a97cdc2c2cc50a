import { assertEquals, assertStringIncludes } from "@std/assert";

const SETUP = new URL("./setup.ts", import.meta.url).pathname;

/** Runs the script with a Python that is a shell script. */
async function setup(python: string | null): Promise<{ code: number; said: string }> {
  const folder = await Deno.makeTempDir();
  try {
    const program = `${folder}/python`;
    if (python !== null) {
      await Deno.writeTextFile(program, `#!/bin/sh\n${python}\n`, { mode: 0o755 });
    }
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", SETUP, program],
      env: { XDG_CACHE_HOME: folder },
    }).output();
    assertEquals(stdout.length, 0);
    return { code, said: new TextDecoder().decode(stderr).replaceAll(folder, "") };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const CASES: Record<string, [string | null, number, string]> = {
  "there is no Python": [null, 3, "no Python environment: there is no program /python"],
  "Python is too old": ["exit 1", 3, "no Python environment: /python is older than Python 3.11"],
  "Python has no venv module": [
    `case "$2" in *venv*) echo "ModuleNotFoundError: venv" >&2; exit 1;; esac`,
    3,
    "no Python environment: /python has no venv module",
  ],
  "venv fails": [
    `case "$2" in venv) echo "Error: no permission" >&2; exit 1;; esac`,
    1,
    "python -m venv: Error: no permission",
  ],
  "the registry is out of reach": [
    `if [ "$2" = venv ]; then mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; fi
     case "$*" in *install*) echo "ERROR: No matching distribution" >&2; exit 1;; esac`,
    3,
    "no Python environment: ERROR: No matching distribution",
  ],
};

for (const [what, [python, code, message]] of Object.entries(CASES)) {
  Deno.test({
    name: `deno task python says so, and exits with ${code}, where ${what}`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      const found = await setup(python);
      assertStringIncludes(found.said, message);
      assertEquals(found.code, code);
    },
  });
}
