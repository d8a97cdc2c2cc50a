/** @file `deno task results`: moves an experiment's results between machines. */
import { Command } from "commander";
import { exportResults, importResults } from "../results/store/move_results.ts";
import { prepareCommand, runCli } from "./main.ts";

const DONE = {
  new: "imported",
  replaced: "imported, in place of other results",
  same: "nothing to do: exactly these results are there",
} as const;

/**
 * The command: what it prints for some arguments.
 *
 * @param args What follows the command's name.
 * @param results Folder of all results.
 * @throws {InputError} as `exportResults` and `importResults` do.
 */
export async function resultsCommand(args: readonly string[], results: string): Promise<string> {
  let text = "";
  const program = prepareCommand(new Command("deno task results"))
    .description("Moves an experiment's results between machines, as one file with hashes.");
  prepareCommand(program.command("export"))
    .description("packs results/NAME into a file")
    .argument("<name>", "name of a finished experiment, e.g. quickstart")
    .option("--out <file>", "the file (default: NAME.results.zip)")
    .action(async (name: string, { out = `${name}.results.zip` }: { out?: string }) => {
      await exportResults(results, name, out);
      text = `${out}: packed ${results}/${name}`;
    });
  prepareCommand(program.command("import"))
    .description("checks a file's hashes and unpacks it into results/")
    .argument("<file>", "what export made")
    .option("--replace", "put it in the place of other results of the same name")
    .action(async (file: string, options: { replace?: boolean }) => {
      const { dir, change } = await importResults(file, results, options);
      text = `${dir}: ${DONE[change]}`;
    });
  await program.parseAsync(args, { from: "user" });
  return text;
}

if (import.meta.main) {
  await runCli(async () => console.log(await resultsCommand(Deno.args, "results")));
}
