/** @file A thread that decodes: one {@link DecoderLane} with one thread for its operators, at the other end of messages. */
import process from "node:process";
import { parentPort, workerData } from "node:worker_threads";
import { adoptLibrary } from "../engine/ort/ort.ts";
import { Rng, type RngState } from "../random/rng.ts";
import { DecoderLane } from "./decoder_lane.ts";
import {
  type LaneCall,
  type LaneMessage,
  type LaneReply,
  type LaneStart,
  packError,
} from "./lane_messages.ts";
import { StopCondition } from "./stopping.ts";
import { WeightSnapshot } from "./weight_snapshot.ts";

const { config, library } = workerData as LaneStart;
adoptLibrary(library);
const port = parentPort!;
const lane = new DecoderLane(config);
let stop = new StopCondition([], [], { decode: () => "" });

async function answer(call: LaneCall): Promise<LaneReply> {
  try {
    if (call.stop) stop = StopCondition.of(call.stop);
    lane.load(new WeightSnapshot(config, call.weights), 1);
    const requests = call.requests.map((request) => ({
      ...request,
      streams: request.streams.map(streamAt),
    }));
    const options = { ...call.sampling, stop };
    const completions = await lane.decode(requests, options, call.maxRows);
    const streams = requests.map((request) => request.streams.map(({ state }) => state));
    return { completions, streams };
  } catch (error) {
    return { failure: packError(error as Error) };
  }
}

function streamAt(state: RngState): Rng {
  const stream = new Rng();
  stream.state = state;
  return stream;
}

port.on("message", async (message: LaneMessage) => {
  if (message !== "end") return port.postMessage(await answer(message));
  lane[Symbol.dispose]();
  process.exit(0); // ends this thread alone
});
