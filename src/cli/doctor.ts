/** @file `deno task doctor`: says of each engine what is present, what is missing, and what installs it. */
import { Command } from "commander";
import { InputError } from "../errors.ts";
import { nearest } from "../experiment/nearest.ts";
import { diagnoseEmbedded } from "../doctor/embedded.ts";
import { type Diagnosis, diagnosisLines, isReady } from "../doctor/finding.ts";
import { diagnoseRay } from "../doctor/ray.ts";
import { diagnoseTrl } from "../doctor/trl.ts";
import { diagnoseVerl } from "../doctor/verl.ts";
import { prepareCommand, runCli } from "./main.ts";

/** What looks at each engine. */
const ENGINES: Readonly<Record<string, () => Diagnosis | Promise<Diagnosis>>> = {
  embedded: diagnoseEmbedded,
  trl: diagnoseTrl,
  verl: diagnoseVerl,
  ray: diagnoseRay,
};

/**
 * The command.
 *
 * @param args What follows the command's name.
 * @returns The exit code: 1 where an engine that was asked for by name, or the embedded one, cannot be used.
 */
export async function doctorCommand(args: readonly string[]): Promise<number> {
  const names = Object.keys(ENGINES);
  const program = prepareCommand(new Command("deno task doctor"))
    .description("Says of each engine what is present, what is missing, and what installs it.")
    .argument("[engine]", `${names.join(" or ")} (default: all)`)
    .allowExcessArguments(false)
    .parse(args, { from: "user" });
  const [asked] = program.processedArgs as [string?];
  if (asked !== undefined && !names.includes(asked)) {
    const near = nearest(asked, names);
    throw new InputError(
      `engine: found ${JSON.stringify(asked)}; expected ${names.join(" or ")}${
        near ? `; did you mean ${near}?` : ""
      }`,
    );
  }
  let code = 0;
  for (const name of asked === undefined ? names : [asked]) {
    const diagnosis = await ENGINES[name]!();
    console.log(diagnosisLines(diagnosis).join("\n"));
    if (!isReady(diagnosis) && (name === asked || name === "embedded")) code = 1;
  }
  return code;
}

if (import.meta.main) await runCli(async () => Deno.exit(await doctorCommand(Deno.args)));
