/** @file Whether jobs can be run on a Ray cluster. */
import { ADDRESS_VARIABLE, rayAddress, RayClient, RayUnreachable } from "../trainers/ray/client.ts";
import type { Diagnosis, Finding } from "./finding.ts";

/** Version of Ray that jobs were run on. */
export const RAY_VERSION = "2.60.0";

/** The oldest whose job server knows `entrypoint_num_gpus`, as Ray's own client says. */
const OLDEST = [2, 2] as const;

/** Whether a version has what jobs ask for. */
function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** Looks for the cluster that `RAY_API_SERVER_ADDRESS` names, or one of this machine, and at its nodes. */
export async function diagnoseRay(): Promise<Diagnosis> {
  const address = rayAddress(null);
  const client = new RayClient(address);
  try {
    const version = await client.version();
    const nodes = await client.nodes();
    const findings: Finding[] = [
      { what: "head", found: address, fault: null },
      {
        what: "ray",
        found: version,
        fault: isRecent(version) ? null : `expected ${OLDEST.join(".")} or later`,
      },
      { what: "nodes", found: `${nodes.length}`, fault: nodes.length > 0 ? null : "expected one" },
      ...nodes.map(({ ip, cpus, gpus }): Finding => ({
        what: ip,
        found: `${cpus} processors, ${gpus > 0 ? `${gpus} GPUs` : 'no GPU: device "cpu"'}`,
        fault: null,
      })),
    ];
    const install = isRecent(version) ? [] : [`pip install "ray[default]==${RAY_VERSION}"`];
    return { engine: "ray", findings, install };
  } catch (error) {
    const fault = (error as Error).message;
    const install = error instanceof RayUnreachable
      ? [
        `pip install "ray[default]==${RAY_VERSION}" && ray start --head, or ${ADDRESS_VARIABLE}=http://HEAD:8265`,
      ]
      : [];
    return { engine: "ray", findings: [{ what: "head", found: null, fault }], install };
  }
}
