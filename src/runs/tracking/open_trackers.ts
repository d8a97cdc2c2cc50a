/** @file Opens the trackers that the user asks for. */
import { MlflowTracker } from "./mlflow.ts";
import type { TrackTarget } from "./parse_track.ts";
import { TensorBoardTracker } from "./tensorboard.ts";
import type { Tracker } from "./tracker.ts";

/**
 * Opens each target.
 *
 * @param experiment Name of the experiment.
 * @param results Folder of its results.
 * @param warn Shows a line while the run goes on.
 * @throws {InputError} where a server cannot be reached.
 */
export async function openTrackers(
  targets: readonly TrackTarget[],
  experiment: string,
  results: string,
  warn: (text: string) => void,
): Promise<Tracker[]> {
  return await Promise.all(
    targets.map((target) =>
      target.kind === "tensorboard"
        ? new TensorBoardTracker(`${results}/tensorboard`)
        : MlflowTracker.connect(target.url, experiment, warn)
    ),
  );
}
