/** @file The TypeScript that scores rollouts, copied into a job: the one implementation, without the rest of the project. */
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "../../errors.ts";

/** Folder in a job that the sources lie in. */
export const SOURCES = "stepwise";

/** What the worker starts or imports by name, so that no import statement leads there. */
const ROOTS = [
  "../../rewards/score_lines.ts",
  "../../rewards/serve_rewards.ts",
  "../../rewards/stdin_thread.ts",
];

const LOOKED_UP = /import\.meta\.resolve\("([\w@-][^":]*)"\)/g;

/** A module of `deno info --json`. */
interface GraphModule {
  readonly specifier: string;
  readonly local?: string;
  readonly error?: string;
  readonly dependencies?: readonly { readonly specifier: string }[];
}

/** The project's folder, where `deno.json` is. */
function projectRoot(): string {
  const here = new URL("../../../", import.meta.url);
  if (here.protocol === "file:") return resolve(fileURLToPath(here));
  throw new InputError(
    `engine trl: Stepwise runs from ${here.href}; expected a checkout on this machine, whose reward sources a job takes along`,
  );
}

/** All modules that some files import, themselves included. */
async function graphOf(files: readonly string[], root: string): Promise<GraphModule[]> {
  const found = new Map<string, GraphModule>();
  for (const file of files) {
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", file],
      cwd: root,
      env: { NO_COLOR: "1" },
    }).output();
    if (!success) {
      throw new InputError(
        `${file}: its imports cannot be read: ${new TextDecoder().decode(stderr)}`,
      );
    }
    const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as { modules: GraphModule[] };
    for (const module of modules) found.set(module.specifier, module);
  }
  return [...found.values()];
}

/**
 * Copies the sources of the reward worker, with what they import, into `stepwise/` of a job folder. Paths stay as they are in the project.
 *
 * @param dir The job's folder.
 * @param verifier URL of the module that judges final answers.
 * @param modules Files of the user's own rewards, relative to the working directory.
 * @returns Where the files lie in `stepwise/`: the worker, the verifier, and each module by its path as given.
 * @throws {InputError} for a module that imports what lies outside of the project: it could not travel.
 */
export async function copyRewardSources(
  dir: string,
  verifier: string,
  modules: readonly string[],
): Promise<{
  readonly script: string;
  readonly verifier: string;
  readonly modules: ReadonlyMap<string, string>;
}> {
  const root = projectRoot();
  const own = ROOTS.map((path) => fileURLToPath(new URL(path, import.meta.url)));
  const asked = [...own, fileURLToPath(verifier), ...modules.map((file) => resolve(file))];
  const placeOf = (file: string) => relative(root, file).replaceAll("\\", "/");
  const graph = await graphOf(asked, root);
  const packages = new Set<string>();
  for (const { specifier, local, error, dependencies = [] } of graph) {
    for (const { specifier: name } of dependencies) {
      if (!/^(?:\.|\/|node:|file:|https?:|data:)/.test(name)) packages.add(name);
    }
    if (!specifier.startsWith("file:")) continue;
    const file = fileURLToPath(specifier);
    if (error !== undefined) throw new InputError(`${file}: cannot be read: ${error}`);
    const place = placeOf(file);
    if (place.startsWith("..")) {
      throw new InputError(
        `${
          modules[0] ?? file
        }: imports ${file}, outside of ${root}; expected files in it: they travel with the job`,
      );
    }
    await Deno.mkdir(`${dir}/${SOURCES}/${dirname(place)}`, { recursive: true });
    const text = await Deno.readTextFile(local ?? file);
    // What is looked up by name is no import of the graph, but must be in the import map all the same.
    for (const [, name] of text.matchAll(LOOKED_UP)) packages.add(name!.split("/")[0]!);
    await Deno.writeTextFile(`${dir}/${SOURCES}/${place}`, text);
  }
  const config = JSON.parse(await Deno.readTextFile(`${root}/deno.json`));
  const imports = Object.entries(config.imports as Record<string, string>)
    .filter(([name]) => packages.has(name));
  const text = JSON.stringify({ imports: Object.fromEntries(imports) }, null, 2);
  await Deno.writeTextFile(`${dir}/${SOURCES}/deno.json`, `${text}\n`);
  await Deno.copyFile(`${root}/deno.lock`, `${dir}/${SOURCES}/deno.lock`);
  return {
    script: placeOf(own[0]!),
    verifier: placeOf(fileURLToPath(verifier)),
    modules: new Map(modules.map((file) => [file, placeOf(resolve(file))])),
  };
}
