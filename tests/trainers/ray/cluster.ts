/** @file A Ray cluster on this machine, for the live tests; ended with the test, however that ends. */
import { packageFaults, probePython } from "../../../src/trainers/jobs/python.ts";
import { RayClient, TOKEN_VARIABLE } from "../../../src/trainers/ray/client.ts";
import { PYTHON } from "../../python/environment.ts";

/** What the tests were run with, as in `tests/python/requirements.txt`. */
const RAY = { ray: "2.60.0" };

/** Options of a live test: its name says why it is skipped. */
export async function live(name: string): Promise<{ name: string; ignore: boolean }> {
  const found = await probePython(PYTHON, Object.keys(RAY));
  const why = Deno.build.os !== "linux"
    ? "its processes are looked for in /proc"
    : found.version === null
    ? `${found.program}: ${found.why}`
    : packageFaults(found.packages, RAY).join("; ");
  return { name: why === "" ? name : `${name} (skipped: ${why})`, ignore: why !== "" };
}

/** A port that nobody listens at. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Waits some milliseconds. */
export const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Processes that a process has started, and what these have started. */
function descendants(ancestor: number): number[] {
  const children = new Map<number, number[]>();
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // Behind the program's name, which is in parentheses: state, parent.
      const parent = Number(
        Deno.readTextFileSync(`/proc/${name}/stat`).split(") ").at(-1)!.split(" ")[1],
      );
      children.set(parent, [...children.get(parent) ?? [], Number(name)]);
    } catch {
      // It has ended meanwhile.
    }
  }
  const of = (pid: number): number[] => (children.get(pid) ?? []).flatMap((c) => [c, ...of(c)]);
  return of(ancestor);
}

/** What the cluster's head has. */
export interface HeadOptions {
  /** The Python that it, and jobs on it, run with. Default: that of all tests. */
  readonly python?: string;
  /** Processors that it counts. Default 2. */
  readonly cpus?: number;
  /** GPUs that it counts, whether they are there or not. Default 0. */
  readonly gpus?: number;
  /** Bytes of its object store. Default 80 MB. */
  readonly store?: number;
}

/** A node of the cluster: the process that started it. */
interface Node {
  readonly name: string;
  readonly starter: Deno.ChildProcess;
}

/** Head and further nodes; it asks for a token, so that nobody else of this machine can run anything in it. */
export class Cluster implements AsyncDisposable {
  /** The token that it asks for. */
  readonly token: string = crypto.randomUUID();
  readonly #dir = Deno.makeTempDirSync({ dir: "/tmp", prefix: "ray-" });
  readonly #head = freePort();
  readonly #jobs = freePort();
  readonly #nodes: Node[] = [];
  readonly #options: Required<HeadOptions>;

  private constructor(options: HeadOptions) {
    this.#options = { python: PYTHON, cpus: 2, gpus: 0, store: 80_000_000, ...options };
  }

  /** Starts a head. */
  static async start(options: HeadOptions = {}): Promise<Cluster> {
    const cluster = new Cluster(options);
    Deno.env.set(TOKEN_VARIABLE, cluster.token);
    cluster.#spawn("head", [
      ...["--head", "--port", `${cluster.#head}`, "--temp-dir", cluster.#dir],
      ...["--num-cpus", `${cluster.#options.cpus}`, "--num-gpus", `${cluster.#options.gpus}`],
      ...["--dashboard-host", "127.0.0.1", "--dashboard-port", `${cluster.#jobs}`],
      ...["--ray-client-server-port", `${freePort()}`, "--include-dashboard", "true"],
    ]);
    await cluster.#until("its head answers", async () => (await cluster.client.version()) !== "");
    await cluster.#until("it has a node", async () => (await cluster.client.nodes()).length === 1);
    return cluster;
  }

  /** Where its head listens for jobs. */
  get address(): string {
    return `http://127.0.0.1:${this.#jobs}`;
  }

  /** What talks to it. */
  get client(): RayClient {
    return new RayClient(this.address);
  }

  /** Adds a node. */
  async add(name: string, cpus: number): Promise<void> {
    const address = `127.0.0.1:${this.#head}`;
    this.#spawn(name, ["--address", address, "--num-cpus", `${cpus}`, "--num-gpus", "0"]);
    const count = this.#nodes.length;
    await this.#until(
      `it has node ${name}`,
      async () => (await this.client.nodes()).length === count,
    );
  }

  /** Kills all that a node consists of, as a power cut would; the whole cluster without a name. */
  kill(name?: string): void {
    for (const node of this.#nodes) {
      if (name !== undefined && node.name !== name) continue;
      for (const pid of [node.starter.pid, ...descendants(node.starter.pid)]) {
        try {
          Deno.kill(pid, "SIGKILL");
        } catch {
          // It has ended meanwhile.
        }
      }
    }
  }

  #spawn(name: string, args: readonly string[]): void {
    const { python, store } = this.#options;
    const bin = python.includes("/") ? python.slice(0, python.lastIndexOf("/")) : null;
    const starter = new Deno.Command(python, {
      args: [
        ...["-c", "from ray.scripts.scripts import main; main()", "start", "--block", ...args],
        ...["--node-ip-address", "127.0.0.1", "--node-name", name],
        ...["--object-store-memory", `${store}`, "--disable-usage-stats"],
        ...["--dashboard-agent-listen-port", `${freePort()}`],
      ],
      env: {
        // Jobs run with the first `python` of the path, as on a cluster.
        ...bin === null ? {} : { PATH: `${bin}:${Deno.env.get("PATH")}` },
        // A node that is gone is missed sooner than after the usual half minute.
        ...{ RAY_health_check_period_ms: "1000", RAY_health_check_failure_threshold: "3" },
        ...{ RAY_AUTH_MODE: "token", [TOKEN_VARIABLE]: this.token },
      },
      ...{ stdin: "null", stdout: "null", stderr: "null" },
    }).spawn();
    this.#nodes.push({ name, starter });
  }

  async #until(what: string, holds: () => Promise<boolean>): Promise<void> {
    let why = "";
    for (const end = performance.now() + 60_000; performance.now() < end;) {
      try {
        if (await holds()) return;
      } catch (error) {
        why = (error as Error).message;
      }
      await sleep(200);
    }
    await this[Symbol.asyncDispose]();
    throw new Error(`a Ray cluster was started; not within 60 s: ${what}. ${why}`);
  }

  /** Ends everything that it consists of. */
  async [Symbol.asyncDispose](): Promise<void> {
    // Jobs watch their node's processes, and end with them.
    this.kill();
    await Promise.all(this.#nodes.map(({ starter }) => starter.status));
    await sleep(2000);
    Deno.env.delete(TOKEN_VARIABLE);
    await Deno.remove(this.#dir, { recursive: true });
  }
}
