/** @file A Deno kernel in a process of its own, of which no output is lost. */
import { type CellOutput, type MimeBundle, OutputCollector } from "./outputs.ts";
import { type KernelMessage, Wire } from "./wire.ts";
import { ZmtpSocket } from "./zmtp.ts";

/** How a kernel is started. */
export interface KernelOptions {
  /** Program and arguments, before `--conn FILE`. Default: this Deno's own kernel. */
  readonly command?: readonly string[];
  /** Folder that the notebook's paths and imports are relative to: its own, as in Jupyter. */
  readonly cwd: string;
  /** Called with what the kernel's process writes itself, which is part of no cell: warnings, output of subprocesses. */
  onText(text: string): void;
}

/** What became of a cell. */
export interface Execution {
  /** Everything it put out, in order. */
  readonly outputs: readonly CellOutput[];
  /** The number that the kernel gave it. */
  readonly count: number;
  /** Whether it ran to its end. */
  readonly ok: boolean;
}

/** Why a kernel could not go on: it ended, did not answer in time, or was never reached. */
export class KernelError extends Error {
  /** Tells this class from what cells throw. */
  override name = "KernelError";
}

/** How long a kernel may take to answer at first: on a busy machine Deno alone takes seconds. */
const START_MS = 60_000;

/** How long to wait before asking again, while it starts. */
const AGAIN_MS = 50;

/** How long a kernel may take to end when it is asked to. */
const PATIENCE_MS = 2000;

/**
 * What the kernel runs first. It keeps its own ways to say something, whatever cells make of `console` later, and listens on a
 * connection of its own: for marks to say (see {@link DenoKernel.execute}), and for the end of whoever started it, which ends
 * the kernel too.
 */
function setUpCode(port: number, key: string): string {
  return `await (async (log, broadcast, exit) => {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: ${port} });
    await conn.write(new TextEncoder().encode(${JSON.stringify(key)}));
    (async () => {
      try {
        let rest = "";
        for await (const text of conn.readable.pipeThrough(new TextDecoderStream())) {
          const marks = (rest + text).split("\\n");
          rest = marks.pop();
          for (const mark of marks) {
            log(mark);
            broadcast("display_data", { data: { "text/plain": mark }, metadata: {}, transient: {} });
          }
        }
      } finally {
        exit();
      }
    })();
  })(console.log.bind(console), Deno.jupyter.broadcast, Deno.exit); undefined`;
}

/** A request that is waited for. */
interface Pending {
  readonly reply: PromiseWithResolvers<KernelMessage>;
  readonly idle: PromiseWithResolvers<void>;
}

/**
 * A running kernel. It executes one cell after another in one global scope, and ends when it is disposed of.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * await using kernel = await DenoKernel.start({ cwd: ".", onText: () => {} });
 * const { outputs } = await kernel.execute('console.log("out"); 1 + 1', 30_000);
 * assertEquals(outputs.map(({ output_type }) => output_type), ["stream", "execute_result"]);
 * ```
 */
export class DenoKernel implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #ended: Promise<never>;
  readonly #reading: Promise<unknown>;
  readonly #pending = new Map<string, Pending>();
  readonly #displays = new Map<string, (data: MimeBundle, metadata: MimeBundle) => void>();
  readonly #deafened = Promise.withResolvers<never>();
  #deaf: KernelError | null = null;
  #ending: Promise<void> | null = null;
  #take: (message: KernelMessage) => void = () => {};
  #link: { readonly wire: Wire; readonly shell: ZmtpSocket; readonly iopub: ZmtpSocket } | null =
    null;
  /** The connection that the kernel says marks for. */
  #marks: Deno.TcpConn | null = null;

  private constructor(child: Deno.ChildProcess, onText: (text: string) => void) {
    this.#child = child;
    const forward = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
      for await (const text of stream.pipeThrough(new TextDecoderStream())) onText(text);
    };
    this.#reading = Promise.all([forward(child.stdout), forward(child.stderr)]);
    this.#ended = child.status.then(({ signal, code }) => {
      const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
      throw new KernelError(`the kernel's process ${how}`);
    });
    // It is also waited for where nobody races against it.
    this.#ended.catch(() => {});
    this.#deafened.promise.catch(() => {});
  }

  /**
   * Starts a kernel and waits until it answers.
   *
   * @throws {KernelError} where it ends, or does not answer within a minute.
   */
  static async start({ command, cwd, onText }: KernelOptions): Promise<DenoKernel> {
    const [program = "", ...args] = command ?? [Deno.execPath(), "jupyter", "-q", "--kernel"];
    const key = crypto.randomUUID();
    const ports = freePorts();
    const file = await Deno.makeTempFile({ prefix: "kernel-", suffix: ".json" });
    try {
      // Whoever knows the key may run code as this user: makeTempFile's file is its owner's alone.
      await Deno.writeTextFile(
        file,
        JSON.stringify({
          ...ports,
          ip: "127.0.0.1",
          transport: "tcp",
          signature_scheme: "hmac-sha256",
          kernel_name: "deno",
          key,
        }),
      );
      const child = new Deno.Command(program, {
        args: [...args, "--conn", file],
        cwd,
        // Colours in stored text are noise on pages that do not know them.
        env: { NO_COLOR: "1" },
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const kernel = new DenoKernel(child, onText);
      try {
        await kernel.#within(START_MS, kernel.#connect(await Wire.of(key), ports), "at its start");
        await kernel.#within(START_MS, kernel.#setUp(key), "at its start");
        return kernel;
      } catch (error) {
        await kernel[Symbol.asyncDispose]();
        throw error;
      }
    } finally {
      await Deno.remove(file);
    }
  }

  /**
   * Runs a cell. The Deno kernel says that it is idle before all that a cell wrote is under way, and what comes late may bear the
   * next request's name. So the kernel is then asked to say a random mark on both ways that outputs take; all that comes
   * before these marks is the cell's. It is asked through a connection of its own: a request of Jupyter's would have the
   * kernel speak of its state in the midst of an output that the socket could not take at once.
   *
   * @param timeoutMs How long the cell may take.
   * @throws {KernelError} where the kernel ends or the time is over; the kernel is of no use then. Its `outputs` are those that
   * came.
   */
  async execute(code: string, timeoutMs: number): Promise<Execution> {
    const outputs = new OutputCollector(this.#displays);
    this.#take = (message) => outputs.take(message);
    try {
      const reply = await this.#within(timeoutMs, this.#run(code, true), "");
      await this.#within(timeoutMs, this.#fence(outputs), "after the cell had ended");
      const { status, execution_count } = reply.content;
      return {
        outputs: outputs.list(),
        count: Number(execution_count),
        ok: status === "ok" && !outputs.list().some(({ output_type }) => output_type === "error"),
      };
    } catch (error) {
      if (error instanceof KernelError) throw new LostCell(error.message, outputs.list());
      throw error;
    } finally {
      this.#take = () => {};
    }
  }

  /** Ends the kernel's process; asked again, waits for the same. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#ending ??= this.#end();
  }

  async #end(): Promise<void> {
    this.#kill("SIGTERM");
    const killer = setTimeout(() => this.#kill("SIGKILL"), PATIENCE_MS);
    await this.#child.status;
    clearTimeout(killer);
    this.#link?.shell.close();
    this.#link?.iopub.close();
    this.#marks?.close();
    await this.#reading;
  }

  #kill(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch {
      // It has ended by itself.
    }
  }

  async #connect(wire: Wire, ports: Ports): Promise<void> {
    const iopub = await this.#reach(() => ZmtpSocket.connect(ports.iopub_port, "SUB"));
    const shell = await this.#reach(() =>
      ZmtpSocket.connect(ports.shell_port, "DEALER", crypto.randomUUID())
    );
    this.#link = { wire, shell, iopub };
    this.#listen(shell, wire, (message) => {
      this.#pending.get(message.parent ?? "")?.reply.resolve(message);
    });
    this.#listen(iopub, wire, (message) => {
      const { type, parent, content } = message;
      if (type !== "status") this.#take(message);
      else if (content.execution_state === "idle") this.#pending.get(parent ?? "")?.idle.resolve();
    });
    // What is published before the kernel has seen the subscription is lost: ask until an answer is heard.
    for (let heard = false; !heard && this.#ending === null;) {
      const { idle } = await this.#request("kernel_info_request", {});
      heard = await Promise.race([idle.then(() => true), delay(AGAIN_MS).then(() => false)]);
    }
  }

  /** Tries until the kernel listens, or has ended. */
  async #reach(connect: () => Promise<ZmtpSocket>): Promise<ZmtpSocket> {
    while (true) {
      try {
        return await connect();
      } catch (error) {
        if (!(error instanceof Deno.errors.ConnectionRefused) || this.#ending !== null) throw error;
        await delay(AGAIN_MS);
      }
    }
  }

  /**
   * Hands messages on until the connection ends, which the process's end explains. Reading does not wait for what is made of a
   * message: a kernel whose socket is full writes parts of messages.
   */
  async #listen(
    socket: ZmtpSocket,
    wire: Wire,
    hear: (message: KernelMessage) => void,
  ): Promise<void> {
    let heard = Promise.resolve();
    try {
      while (this.#deaf === null) {
        const frames = await socket.receive();
        heard = heard.then(async () => hear(await wire.parse(frames))).catch((error) => {
          this.#deafen(error);
        });
      }
    } catch (error) {
      await heard;
      this.#deafen(error as Error);
    }
  }

  /** Nothing more can be heard: nobody is to wait for it. */
  #deafen(cause: Error): void {
    this.#deaf ??= new KernelError(`the kernel cannot be heard: ${cause.message}`);
    this.#deafened.reject(this.#deaf);
  }

  async #setUp(key: string): Promise<void> {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const [marks, { content }] = await Promise.all([
      acceptFrom(listener, key),
      this.#run(setUpCode(listener.addr.port, key), false),
    ]);
    this.#marks = marks;
    if (content.status !== "ok") {
      throw new KernelError(`the kernel refused its set-up: ${JSON.stringify(content)}`);
    }
  }

  async #fence(outputs: OutputCollector): Promise<void> {
    const mark = `\u2060fence ${crypto.randomUUID()}`;
    const both = Promise.withResolvers<void>();
    let written = false;
    let displayed = false;
    this.#take = (message) => {
      const { type, content } = message;
      if (type === "stream" && String(content.text).includes(mark)) {
        const text = String(content.text).replace(`${mark}\n`, "");
        if (text !== "") outputs.take({ ...message, content: { ...content, text } });
        written = true;
      } else if (
        type === "display_data" && (content.data as MimeBundle)["text/plain"] === mark
      ) {
        displayed = true;
      } else outputs.take(message);
      if (written && displayed) both.resolve();
    };
    await this.#marks!.write(new TextEncoder().encode(`${mark}\n`));
    await both.promise;
  }

  /** Runs code; resolves when the reply and the idle status are there. */
  async #run(code: string, counted: boolean): Promise<KernelMessage> {
    const { reply, idle } = await this.#request("execute_request", {
      code,
      silent: !counted,
      store_history: counted,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
    });
    const [message] = await Promise.all([reply, idle]);
    return message;
  }

  async #request(
    type: string,
    content: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly reply: Promise<KernelMessage>; readonly idle: Promise<void> }> {
    const { wire, shell } = this.#link!;
    const { id, frames } = await wire.request(type, content);
    const reply = Promise.withResolvers<KernelMessage>();
    const idle = Promise.withResolvers<void>();
    this.#pending.set(id, { reply, idle });
    await shell.send(frames);
    return { reply: reply.promise, idle: idle.promise };
  }

  /** A promise that must not outlast the kernel or a time. */
  async #within<T>(timeoutMs: number, promise: Promise<T>, when: string): Promise<T> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const seconds = `${timeoutMs / 1000} s`;
      late.reject(new KernelError(`no answer within ${seconds}${when === "" ? "" : ` ${when}`}`));
    }, timeoutMs);
    try {
      return await Promise.race([promise, this.#ended, this.#deafened.promise, late.promise]);
    } catch (error) {
      // A connection ends with its process, and may say so first; the process knows why.
      if (error !== this.#deaf || !(await this.#isGone())) throw error;
      return await this.#ended;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Whether the process has ended, or does so within a moment. */
  async #isGone(): Promise<boolean> {
    return await Promise.race([
      this.#child.status.then(() => true),
      delay(AGAIN_MS).then(() => false),
    ]);
  }
}

/** A cell that the kernel did not come back from. */
export class LostCell extends KernelError {
  /** What it had put out. */
  readonly outputs: readonly CellOutput[];

  /** Keeps what there is. */
  constructor(message: string, outputs: readonly CellOutput[]) {
    super(message);
    this.outputs = outputs;
  }
}

/** The ports of a connection file. */
type Ports = Readonly<
  Record<"shell_port" | "iopub_port" | "stdin_port" | "control_port" | "hb_port", number>
>;

/** Waits for the connection that begins with the key; others are turned away. */
async function acceptFrom(listener: Deno.TcpListener, key: string): Promise<Deno.TcpConn> {
  while (true) {
    const conn = await listener.accept();
    const said = new Uint8Array(key.length);
    let at = 0;
    for (let got: number | null = 0; got !== null && at < said.length; at += got ?? 0) {
      got = await conn.read(said.subarray(at));
    }
    if (new TextDecoder().decode(said) === key) return conn;
    conn.close();
  }
}

/** Five ports that nobody listens on. */
function freePorts(): Ports {
  // All are held before one is given back: no port is found twice.
  const listeners = Array.from(
    { length: 5 },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  const [shell_port, iopub_port, stdin_port, control_port, hb_port] = listeners.map((listener) => {
    listener.close();
    return listener.addr.port;
  }) as [number, number, number, number, number];
  return { shell_port, iopub_port, stdin_port, control_port, hb_port };
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
