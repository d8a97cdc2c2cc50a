/** @file `deno task paper`: figures, tables and the PDF, from stored results alone. */
import { Command } from "commander";
import { buildPaper } from "../paper/build_paper.ts";
import { prepareCommand, runCli } from "./main.ts";

const HELP = `
Nothing is trained or measured: all is made from results/<experiment>/. Results that are missing, that another
declaration made than the experiment file has now, or that no commit accounts for are refused, with the
command that makes them anew.

Examples:
  deno task paper            paper/stepwise.pdf; figures and tables in paper/build/
  deno task paper --draft    whatever results there are; what cannot be published is marked
`;

/**
 * The command: what it prints for some arguments.
 *
 * @param args What follows the command's name.
 * @param results Folder of all results.
 * @throws {InputError} as `buildPaper` does.
 */
export async function paperCommand(args: readonly string[], results: string): Promise<string> {
  const program = prepareCommand(new Command("deno task paper"))
    .description("Makes a paper's figures, tables and PDF from stored results.")
    .argument("[file]", "the paper's declaration", "paper/paper.ts")
    .option("--draft", "mark results that are missing, stale or dirty instead of refusing them")
    .addHelpText("after", HELP)
    .allowExcessArguments(false)
    .parse(args, { from: "user" });
  const [file = "paper/paper.ts"] = program.processedArgs as [string?];
  const { draft = false } = program.opts<{ draft?: boolean }>();
  const { pdf, build, figures, tables, problems } = await buildPaper({ file, results, draft });
  return [
    ...problems.length > 0 ? ["a draft:", ...problems.map((line) => `  ${line}`)] : [],
    `${pdf}; ${figures} figures and ${tables} tables in ${build}/`,
  ].join("\n");
}

if (import.meta.main) {
  await runCli(async () => console.log(await paperCommand(Deno.args, "results")));
}
