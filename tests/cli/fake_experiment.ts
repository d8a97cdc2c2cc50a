/** @file The experiment command over fake stages; their arguments are in the environment, as the user's are the command's. */
import { experimentCommand } from "../../src/cli/experiment.ts";
import { runCli } from "../../src/cli/main.ts";
import { fakeStage } from "../runs/fixtures.ts";

const args = (Deno.env.get("FAKE_STAGE") ?? "").split(" ").filter((arg) => arg !== "");
await runCli(() => experimentCommand(Deno.args, fakeStage(...args)));
