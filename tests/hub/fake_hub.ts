/** @file A Hub on this machine: the requests that `@huggingface/hub` makes for datasets and models, answered as the real one does. */
import { createHash } from "node:crypto";

/** A repository that a fake Hub has. */
export interface FakeRepo {
  /** Commits by branch. */
  readonly refs: Record<string, string>;
  /** Files by path, by commit. A string is a file that git holds, bytes are a large file. */
  readonly commits: Record<string, Record<string, string | Uint8Array>>;
  /** Who may read it; anybody without it. */
  readonly token?: string;
}

/** What goes wrong with a request, if anything: a status, a shorter or another content, a connection that breaks or is silent. */
export type Fault = number | "short" | "altered" | "broken" | "silent" | null;

/** A running fake Hub. */
export interface FakeHub extends AsyncDisposable {
  /** Its address. */
  readonly url: string;
  /** What was asked of it, e.g. `GET /api/datasets/o/n/tree/main`. */
  readonly requests: string[];
  /** Decides about each request. Default: nothing goes wrong. */
  fault: (request: string) => Fault;
  /** Ends it: who asks now is refused. */
  stop(): Promise<void>;
}

const SHA1 = (text: string) => createHash("sha1").update(text).digest("hex");

/** A commit's name. */
export const commitOf = (text: string): string => SHA1(text);

/** Starts a Hub with these datasets and models, by `owner/name`. */
export function startFakeHub(
  datasets: Record<string, FakeRepo>,
  models: Record<string, FakeRepo> = {},
): FakeHub {
  const silent = new AbortController();
  const requests: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    const line = `${request.method} ${decodeURIComponent(pathname)}`;
    requests.push(line);
    const fault = hub.fault(line);
    if (typeof fault === "number") {
      return Response.json({ error: `fault ${fault}` }, { status: fault });
    }
    if (fault === "silent" && !pathname.includes("/resolve/")) {
      await new Promise((end) => silent.signal.addEventListener("abort", end));
    }
    return answer(request, { datasets, models }, fault, silent.signal, hub.url);
  });
  let ended: Promise<void> | undefined;
  const stop = () => {
    silent.abort();
    return ended ??= server.shutdown();
  };
  const hub: FakeHub = {
    url: `http://127.0.0.1:${(server.addr as Deno.NetAddr).port}`,
    requests,
    fault: () => null,
    stop,
    [Symbol.asyncDispose]: stop,
  };
  return hub;
}

function answer(
  request: Request,
  all: Record<"datasets" | "models", Record<string, FakeRepo>>,
  fault: Fault,
  silent: AbortSignal,
  url: string,
): Response {
  const { pathname, searchParams } = new URL(request.url);
  const missing = (code: string) =>
    Response.json({ error: `${code} of ${pathname}` }, {
      status: 404,
      headers: { "X-Error-Code": code },
    });
  // A model's files have no prefix; `/api/models/` has one.
  const [, api, kind = "models", hub = "", what, revision = "", path = ""] =
    /^(\/api)?(?:\/(datasets|models))?\/([^/]+\/[^/]+)\/(revision|tree|resolve)\/([^/]+)(?:\/(.*))?$/
      .exec(pathname) ?? [];
  const dataset = all[kind as keyof typeof all][hub];
  const token = request.headers.get("Authorization")?.replace("Bearer ", "");
  if (dataset === undefined || (dataset.token !== undefined && dataset.token !== token)) {
    return Response.json({ error: "Invalid username or password." }, { status: 401 });
  }
  const asked = decodeURIComponent(revision);
  const commit = dataset.refs[asked] ?? asked;
  const files = dataset.commits[commit];
  if (files === undefined) return missing("RevisionNotFound");
  if (api && what === "revision") return Response.json({ _id: "1", id: hub, sha: commit });
  if (api && what === "tree") {
    const all = Object.entries(files).map(([path, content]) => entryOf(path, content));
    // Two a page, as the real one has a thousand.
    const from = Number(searchParams.get("cursor") ?? 0);
    const next = `<${url}${pathname}?recursive=true&expand=false&cursor=${from + 2}>; rel="next"`;
    const headers: HeadersInit = from + 2 < all.length ? { Link: next } : {};
    return Response.json(all.slice(from, from + 2), { headers });
  }
  const content = files[decodeURIComponent(path)];
  if (content === undefined) return missing("EntryNotFound");
  return download(content, request.headers.get("Range"), fault, silent);
}

function bytesOf(content: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(content);
}

function entryOf(path: string, content: string | Uint8Array) {
  const bytes = bytesOf(content);
  const size = bytes.length;
  if (typeof content !== "string") {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return {
      type: "file",
      path,
      size,
      oid: SHA1(`pointer ${sha256}`),
      lfs: { oid: sha256, size, pointerSize: 134 },
    };
  }
  const oid = createHash("sha1").update(`blob ${size}\0`).update(bytes).digest("hex");
  return { type: "file", path, size, oid };
}

function download(
  content: string | Uint8Array,
  range: string | null,
  fault: Fault,
  silent: AbortSignal,
): Response {
  const bytes = bytesOf(content);
  const headers = { ETag: '"e"', "Accept-Ranges": "bytes" };
  if (range === "bytes=0-0") {
    const size = { "Content-Range": `bytes 0-0/${bytes.length}` };
    return new Response(bytes.slice(0, 1), { status: 206, headers: { ...headers, ...size } });
  }
  if (fault === "short") return new Response(bytes.slice(0, -1), { headers });
  if (fault === "altered") bytes[bytes.length >> 1]! ^= 1;
  if (fault !== "broken" && fault !== "silent") return new Response(bytes, { headers });
  let left = false;
  const half = new ReadableStream({
    start(controller) {
      controller.enqueue(bytes.slice(0, bytes.length >> 1));
      if (fault === "broken") setTimeout(() => controller.error(new Error("broken")), 20);
      else silent.addEventListener("abort", () => left || controller.close());
    },
    cancel() {
      left = true;
    },
  });
  return new Response(half, { headers });
}
