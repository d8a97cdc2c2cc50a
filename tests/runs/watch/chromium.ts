/** @file A real browser on this machine, where there is one, driven by its debugging protocol. */
import { TextLineStream } from "../../../src/runs/lines.ts";

/** Programs that are tried: `STEPWISE_CHROMIUM`, or the usual names. */
const PROGRAMS = [
  Deno.env.get("STEPWISE_CHROMIUM") ?? [],
  "chromium",
  "chromium-browser",
  "google-chrome",
]
  .flat();

async function program(): Promise<string | null> {
  for (const name of PROGRAMS) {
    try {
      if ((await new Deno.Command(name, { args: ["--version"] }).output()).success) return name;
    } catch {
      // There is no such program.
    }
  }
  return null;
}

/** A test that is ignored, saying why in its name, where there is no Chromium. */
export async function chromiumTest(
  name: string,
  body: (browser: Browser) => Promise<void>,
): Promise<void> {
  const path = await program();
  const reason = path === null ? ` (skipped: there is no ${PROGRAMS.join(", ")})` : "";
  Deno.test({
    name: name + reason,
    ignore: path === null,
    fn: async () => {
      await using browser = await Browser.start(path!);
      await body(browser);
    },
  });
}

/** A browser with one page. */
export class Browser implements AsyncDisposable {
  /** What the page complained of: exceptions, console errors, breaches of its policy. */
  readonly complaints: string[] = [];
  /** Addresses that it asked for. */
  readonly asked: string[] = [];
  #count = 0;
  readonly #waiting = new Map<number, PromiseWithResolvers<Record<string, unknown>>>();

  private constructor(
    private readonly process: Deno.ChildProcess,
    private readonly socket: WebSocket,
    private readonly profile: string,
    private readonly drained: Promise<void>,
  ) {
    socket.onmessage = ({ data }) => this.#take(JSON.parse(data));
  }

  /** Starts it, without a window. */
  static async start(path: string): Promise<Browser> {
    const profile = await Deno.makeTempDir();
    const process = new Deno.Command(path, {
      args: [
        ...["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        ...["--no-first-run", "--remote-debugging-port=0", `--user-data-dir=${profile}`],
        ...["--window-size=1280,900", "about:blank"],
      ],
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const lines = process.stderr.pipeThrough(new TextDecoderStream()).pipeThrough(
      new TextLineStream(),
    ).getReader();
    let address: string | undefined;
    while (address === undefined) {
      const { value, done } = await lines.read();
      if (done) throw new Error(`${path} ended before it could be driven`);
      address = /^DevTools listening on (ws:\S+)/.exec(value)?.[1];
    }
    const drained = (async () => {
      while (!(await lines.read()).done);
    })();
    const { host } = new URL(address);
    const pages = await (await fetch(`http://${host}/json/list`)).json();
    const page = pages.find(({ type }: { type: string }) => type === "page");
    const socket = new WebSocket(page.webSocketDebuggerUrl);
    await new Promise((resolve) => socket.onopen = resolve);
    const browser = new Browser(process, socket, profile, drained);
    for (const domain of ["Page", "Runtime", "Log", "Network"]) {
      await browser.call(`${domain}.enable`);
    }
    return browser;
  }

  /** Calls a method of the protocol. */
  async call(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = ++this.#count;
    const waiting = Promise.withResolvers<Record<string, unknown>>();
    this.#waiting.set(id, waiting);
    this.socket.send(JSON.stringify({ id, method, params }));
    return await waiting.promise;
  }

  /** The value of an expression in the page. */
  async evaluate<T>(expression: string): Promise<T> {
    const answer = await this.call("Runtime.evaluate", {
      expression,
      returnByValue: true,
      awaitPromise: true,
    }) as { result: { value: T }; exceptionDetails?: unknown };
    if (answer.exceptionDetails) throw new Error(JSON.stringify(answer.exceptionDetails));
    return answer.result.value;
  }

  /** Waits until an expression is true in the page, ten seconds at most. */
  async until(expression: string): Promise<void> {
    for (let waited = 0; waited < 10_000; waited += 50) {
      if (await this.evaluate<boolean>(expression)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const text = await this.evaluate<string>("document.body.innerText");
    throw new Error(`never true: ${expression}\n${text}`);
  }

  /** Saves what it shows, whole, as PNG. */
  async screenshot(path: string): Promise<void> {
    const options = { captureBeyondViewport: true };
    const { data } = await this.call("Page.captureScreenshot", options) as { data: string };
    await Deno.writeFile(path, Uint8Array.fromBase64(data));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.socket.onclose = resolve);
    this.socket.send(JSON.stringify({ id: 0, method: "Browser.close" }));
    await Promise.all([closed, this.process.status, this.drained]);
    await Deno.remove(this.profile, { recursive: true });
  }

  #take(message: Record<string, unknown>): void {
    const { id, result, error, method, params } = message as {
      id?: number;
      result: Record<string, unknown>;
      error?: unknown;
      method: string;
      // deno-lint-ignore no-explicit-any -- every event of the protocol has its own
      params: any;
    };
    if (id !== undefined) {
      if (error) this.#waiting.get(id)?.reject(new Error(JSON.stringify(error)));
      else this.#waiting.get(id)?.resolve(result);
      return;
    }
    if (method === "Runtime.exceptionThrown") {
      this.complaints.push(JSON.stringify(params.exceptionDetails));
    }
    if (method === "Log.entryAdded" && params.entry.level === "error") {
      this.complaints.push(params.entry.text);
    }
    if (method === "Network.requestWillBeSent") this.asked.push(params.request.url);
  }
}
