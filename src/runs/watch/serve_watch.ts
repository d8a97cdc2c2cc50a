/** @file The server behind the live view: the page, its stream of news, and groups of rollouts. */
import { InputError } from "../../errors.ts";
import { FILTERS, type GroupFilter } from "../pick_group.ts";
import { watchPage } from "./page.ts";
import { PAGE, type Watched } from "./watched.ts";

/** How often the disk is looked at for each reader, in milliseconds. */
const EVERY_MS = 700;

/** The page must not be framed, guessed at or quoted elsewhere. */
const HEADERS = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
};

/** A whole number from 0 in a query; null where there is none. */
function whole(text: string | null): number | null {
  return text !== null && /^\d{1,12}$/.test(text) ? Number(text) : null;
}

/**
 * Answers one request: `/`, `/events?experiment&metric` (server-sent events `experiments`, `board`, `points`, `problem`) and
 * `/groups?stage&step&filter&from` (JSON). Only GET, and only under a loopback name: a page elsewhere that has its own name
 * point to this machine gets nothing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Watched } from "./watched.ts";
 *
 * const request = new Request("http://attacker.example/");
 * assertEquals((await answerWatch(request, new Watched("."))).status, 403);
 * ```
 */
export async function answerWatch(request: Request, watched: Watched): Promise<Response> {
  const url = new URL(request.url);
  const say = (status: number, text: string) => new Response(text, { status, headers: HEADERS });
  if (!/^(127\.0\.0\.1|localhost|\[::1\])$/.test(url.hostname)) return say(403, "only locally");
  if (request.method !== "GET") return say(405, "only GET");
  switch (url.pathname) {
    case "/": {
      const { html, policy } = watchPage();
      const type = { "content-type": "text/html; charset=utf-8" };
      return new Response(html, {
        headers: { ...HEADERS, ...type, "content-security-policy": policy },
      });
    }
    case "/events":
      return events(url.searchParams, watched);
    case "/groups": {
      const stage = url.searchParams.get("stage") ?? "";
      if (!/^[0-9a-f]{16}$/.test(stage)) return say(400, "stage: expected the id of a stage");
      const filter = FILTERS.find((name) => name === url.searchParams.get("filter")) ?? null;
      return await groups(url.searchParams, stage, filter, watched);
    }
  }
  return say(404, "there is no such page");
}

async function groups(
  query: URLSearchParams,
  stage: string,
  filter: GroupFilter | null,
  watched: Watched,
): Promise<Response> {
  const step = whole(query.get("step"));
  const from = whole(query.get("from")) ?? 0;
  try {
    const found = await watched.groups(stage, { step, filter, from });
    return Response.json({ ...found, page: PAGE }, { headers: HEADERS });
  } catch (error) {
    if (!(error instanceof InputError) && !(error instanceof Deno.errors.NotFound)) throw error;
    // A broken line, or a folder that was renamed in this moment: the page says so, and may ask again.
    return new Response(error.message, { status: 503, headers: HEADERS });
  }
}

/** A stream of news about one experiment; the one written last, unless another is asked for. */
function events(query: URLSearchParams, watched: Watched): Response {
  const metric = query.get("metric") ?? "reward";
  const encoder = new TextEncoder();
  let gone = false;
  const news = async function* () {
    const curves = watched.curves();
    const last = new Map<string, string>();
    /** An event, where it says something new. */
    const event = (name: string, data: unknown): Uint8Array<ArrayBuffer>[] => {
      const text = JSON.stringify(data);
      if (last.get(name) === text) return [];
      last.set(name, text);
      return [encoder.encode(`event: ${name}\ndata: ${text}\n\n`)];
    };
    while (!gone) {
      try {
        const names = await watched.experiments();
        yield* event("experiments", names);
        const asked = query.get("experiment") ?? "";
        const name = names.includes(asked) ? asked : names[0];
        if (name === undefined) {
          yield* event(
            "problem",
            "No experiment was run here yet: start one with deno task experiment.",
          );
        } else {
          const board = await watched.board(name);
          yield* event("board", board);
          const points = await curves.added(board.stages, metric);
          const { metrics } = curves;
          if (Object.keys(points).length > 0) last.delete("points");
          yield* event("points", { points, metrics, metric });
        }
      } catch (error) {
        // What a run is writing or removing in this moment can be read at the next look.
        yield* event("problem", (error as Error).message);
      }
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  };
  const pieces = news();
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: async (controller) => {
      const { value, done } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    // The reader went away, perhaps in the midst of a long silence.
    cancel: () => void (gone = true),
  });
  return new Response(stream, { headers: { ...HEADERS, "content-type": "text/event-stream" } });
}

/** A running live view. */
export interface WatchServer extends AsyncDisposable {
  /** Where a browser finds it. */
  readonly url: string;
  /** Resolves when it has ended. */
  readonly finished: Promise<void>;
}

/**
 * Serves the live view to this machine alone.
 *
 * @param port 0 for any that is free.
 * @throws {InputError} where the port is taken.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Watched } from "./watched.ts";
 *
 * await using server = serveWatch(new Watched("."), 0);
 * assertEquals((await (await fetch(server.url)).text()).startsWith("<!DOCTYPE html>"), true);
 * ```
 */
export function serveWatch(watched: Watched, port: number): WatchServer {
  const stop = new AbortController();
  try {
    const server = Deno.serve(
      { hostname: "127.0.0.1", port, signal: stop.signal, onListen: () => {} },
      (request) => answerWatch(request, watched),
    );
    return {
      url: `http://127.0.0.1:${server.addr.port}/`,
      finished: server.finished,
      [Symbol.asyncDispose]: async () => {
        stop.abort();
        await server.finished;
      },
    };
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new InputError(`--port: ${port} is taken; expected a free port, or 0 for any`);
  }
}
