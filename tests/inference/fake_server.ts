/** @file An OpenAI-compatible server on this machine that can fail in every way that real ones do. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request for a completion, as the server got it. */
export interface Asked {
  readonly model: string;
  readonly messages: { readonly role: string; readonly content: string }[];
  readonly temperature: number;
  readonly seed: number;
  readonly max_tokens?: number;
  readonly [field: string]: unknown;
}

/**
 * What becomes of a request: it is answered; `drop` closes the connection before the head, `cut` and `end` in the midst of the answer (with and without
 * an error of the transport), `stall` says nothing, `freeze` begins and falls silent, `drip` sends chunks with nothing in them without end; a number is a status.
 */
export type Behaviour =
  | WholeAnswer
  | { readonly chunks: readonly object[] }
  | { readonly status: number; readonly error?: object; readonly headers?: Record<string, string> }
  | "drop"
  | "cut"
  | "end"
  | "stall"
  | "freeze"
  | "drip";

/** A whole answer. */
export interface WholeAnswer {
  readonly text: string;
  readonly tokens?: number;
  readonly finish?: string;
}

/** A running server. */
export interface FakeServer extends AsyncDisposable {
  readonly baseUrl: string;
  /** Every request for a completion, in order. */
  readonly asked: Asked[];
  /** Those that were answered whole. */
  readonly answered: Asked[];
  /** The most requests that were under way at once. */
  readonly most: number;
}

/** What the server has, and how it behaves. */
export interface FakeServerOptions {
  /** What `/models` answers; a number is a status. */
  readonly models?: readonly object[] | number;
  /** Decides about a request; `before` counts the earlier ones with the same messages and seed. */
  readonly behave: (asked: Asked, before: number) => Behaviour | Promise<Behaviour>;
}

/** Answers as the API does. */
export async function startFakeServer(options: FakeServerOptions): Promise<FakeServer> {
  const { models = [{ id: "m", owned_by: "vllm" }], behave } = options;
  const counts = new Map<string, number>();
  const held = new Set<ServerResponse>();
  let running = 0;
  const fake = {
    asked: [] as Asked[],
    answered: [] as Asked[],
    most: 0,
    baseUrl: "",
    async [Symbol.asyncDispose]() {
      for (const response of held) response.destroy();
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
  const complete = async (request: IncomingMessage, response: ServerResponse) => {
    let text = "";
    for await (const piece of request) text += piece;
    const asked = JSON.parse(text) as Asked;
    fake.asked.push(asked);
    const key = JSON.stringify([asked.messages, asked.seed]);
    const before = counts.get(key) ?? 0;
    counts.set(key, before + 1);
    fake.most = Math.max(fake.most, ++running);
    let behaviour: Behaviour;
    try {
      behaviour = await behave(asked, before);
    } finally {
      running--;
    }
    if (behaviour === "drop") return request.socket.destroy();
    if (behaviour === "stall") return held.add(response);
    if (typeof behaviour === "object" && "status" in behaviour) {
      const { status, error = { message: "no" }, headers = {} } = behaviour;
      return json(response, status, { error }, headers);
    }
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    if (behaviour === "drip") {
      const drop = () => response.write(`data: ${JSON.stringify(delta({ content: "" }))}\n\n`);
      const timer = setInterval(drop, 20);
      response.on("close", () => clearInterval(timer));
      return held.add(response);
    }
    const send = (chunk: object) => response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    if (typeof behaviour === "string") {
      send(delta({ content: "half an ans" }));
      if (behaviour === "end") return response.end();
      // The head and the first chunk must be out before the connection goes.
      await new Promise((done) => setTimeout(done, 20));
      return behaviour === "cut" ? request.socket.destroy() : held.add(response);
    }
    const chunks = "chunks" in behaviour ? behaviour.chunks : whole(behaviour);
    for (const chunk of chunks) send(chunk);
    if ("text" in behaviour) fake.answered.push(asked);
    response.end("data: [DONE]\n\n");
  };
  const server = createServer((request, response) => {
    if (request.url === "/v1/chat/completions") {
      complete(request, response).catch((error) => response.destroy(error));
    } else if (request.url === "/v1/models" && typeof models === "object") {
      json(response, 200, { object: "list", data: models });
    } else {
      const status = request.url === "/v1/models" ? models as number : 404;
      json(response, status, { error: { message: "no such path" } });
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", () => done()));
  fake.baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return fake;
}

/** The chunks of a whole answer. */
function whole({ text, tokens, finish = "stop" }: WholeAnswer): object[] {
  const middle = Math.floor(text.length / 2);
  return [
    delta({ role: "assistant", content: null }),
    delta({ content: text.slice(0, middle) }),
    delta({ content: text.slice(middle) }),
    { choices: [{ index: 0, delta: {}, finish_reason: finish }] },
    { choices: [], usage: { completion_tokens: tokens ?? text.length } },
  ];
}

/** One chunk with a part of the message. */
export function delta(part: object): object {
  return { choices: [{ index: 0, delta: part, finish_reason: null }] };
}

function json(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "Content-Type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}
