/** A worker for stoppable_worker_test.ts: does as it is told. */
import { serveCalls } from "../../src/verifier/stoppable_worker.ts";

let calls = 0;

serveCalls((request: string) => {
  calls++;
  if (request === "spin") { for (;;); }
  if (request === "throw") throw new TypeError("as asked");
  if (request === "crash") {
    setTimeout(() => {
      throw new Error("out of turn");
    });
    return "crashing";
  }
  return `${request} ${calls}`;
});
