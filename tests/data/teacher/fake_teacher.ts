/** @file An OpenAI-compatible endpoint on this machine, for teachers to ask. */

/** A request that the endpoint got. */
export interface AskedRequest {
  /** Its body. */
  readonly body: {
    readonly model: string;
    readonly temperature: number;
    readonly messages: { readonly role: string; readonly content: string }[];
  };
  /** Its `Authorization` header. */
  readonly authorization: string | null;
}

/** What it answers: the text of a completion, a whole response, or null for nothing at all. */
export type Answer = string | Response | null;

/** A running endpoint. */
export interface FakeTeacher extends AsyncDisposable {
  /** Its base address. */
  readonly baseUrl: string;
  /** What was asked of it. */
  readonly requests: AskedRequest[];
  /** The most requests that were under way at once. */
  readonly most: number;
}

/** A completion as the API sends it. */
export function completion(content: string | null, finish = "stop"): Response {
  return Response.json({
    id: "c1",
    object: "chat.completion",
    created: 0,
    model: "m",
    choices: [{ index: 0, finish_reason: finish, message: { role: "assistant", content } }],
  });
}

/** Starts an endpoint; `answer` decides about each request, `count` is how many there were before it. */
export function startFakeTeacher(
  answer: (request: AskedRequest, count: number) => Answer | Promise<Answer>,
): FakeTeacher {
  const stopped = new AbortController();
  const requests: AskedRequest[] = [];
  let running = 0;
  const teacher = {
    most: 0,
    requests,
    baseUrl: "",
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await server.shutdown();
    },
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    if (new URL(request.url).pathname !== "/v1/chat/completions") {
      return Response.json({ error: { message: "no such path" } }, { status: 404 });
    }
    const asked = {
      body: await request.json(),
      authorization: request.headers.get("Authorization"),
    };
    teacher.most = Math.max(teacher.most, ++running);
    try {
      const said = await answer(asked, requests.push(asked) - 1);
      if (said instanceof Response) return said;
      if (said !== null) return completion(said);
      await new Promise((end) => stopped.signal.addEventListener("abort", end));
      return new Response(null, { status: 503 });
    } finally {
      running--;
    }
  });
  teacher.baseUrl = `http://127.0.0.1:${(server.addr as Deno.NetAddr).port}/v1`;
  return teacher;
}

/** Runs a body with an empty folder. */
export async function withFolder(body: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await body(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}
