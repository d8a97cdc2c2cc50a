/** @file `deno task watch`: shows running experiments in a browser. */
import { Command } from "commander";
import { InputError } from "../errors.ts";
import { serveWatch, type WatchServer } from "../runs/watch/serve_watch.ts";
import { Watched } from "../runs/watch/watched.ts";
import { prepareCommand, runCli } from "./main.ts";

/** Port that is not asked for elsewhere by a well-known program. */
const PORT = "8765";

/**
 * The command: starts the server.
 *
 * @param args What follows the command's name.
 * @param root Folder of all that runs leave behind.
 * @throws {InputError} for a port that is none, or is taken.
 */
export function watchCommand(args: readonly string[], root: string): WatchServer {
  const program = prepareCommand(new Command("deno task watch"))
    .description(
      "Serves a page, to this machine alone, that shows experiments while they run: cells, curves, and the rollouts of " +
        "each group. It reads what runs write; it does not touch them, and may be started and ended at any time.",
    )
    .option("--port <n>", "port; 0 for any that is free", PORT)
    .allowExcessArguments(false)
    .parse(args, { from: "user" });
  const { port } = program.opts<{ port: string }>();
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) {
    throw new InputError(
      `--port: found ${JSON.stringify(port)}; expected a number from 0 to 65535`,
    );
  }
  return serveWatch(new Watched(root), Number(port));
}

if (import.meta.main) {
  await runCli(async () => {
    const server = watchCommand(Deno.args, ".stepwise");
    console.log(`watching: ${server.url} (Ctrl-C ends it)`);
    await server.finished;
  });
}
