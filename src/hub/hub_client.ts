/** @file What is asked of the Hub, and what its failures mean. */
import type { HubApiError } from "@huggingface/hub";
import { printable } from "../data/check_row.ts";
import { InputError } from "../errors.ts";
import type { HubRepo } from "./hub_repo.ts";

/** Where the Hub is, and who asks. */
export interface HubConnection {
  /** Its address, e.g. `https://huggingface.co`. */
  readonly url: string;
  /** Access token; null for public repositories. */
  readonly token: string | null;
  /** Seconds to wait for an answer, or for more of one. */
  readonly patience: number;
}

/** A file in a repository. */
export interface HubFile {
  /** Its path in the repository. */
  readonly path: string;
  /** Its length in bytes. */
  readonly size: number;
  /** What git calls its content: SHA-1 over a header and the content, or over a pointer to it. */
  readonly oid: string;
  /** SHA-256 of the content of a large file; null for a file that git itself holds. */
  readonly sha256: string | null;
}

/**
 * The commit that a branch or a tag stands for now.
 *
 * @throws {InputError} As every function here: begins with `place`; for what does not exist, what is private, a Hub that
 * fails, cannot be reached or does not answer.
 */
export async function currentCommit(
  repo: HubRepo,
  revision: string,
  connection: HubConnection,
  place: string,
): Promise<string> {
  return await asking(repo, connection, place, async (shared) => {
    const { datasetInfo, modelInfo } = await import("@huggingface/hub");
    const asked = { ...shared, name: repo.name, revision };
    const info = repo.kind === "dataset"
      ? await datasetInfo({ ...asked, additionalFields: ["sha"] })
      : await modelInfo({ ...asked, additionalFields: ["sha"] });
    return info.sha;
  });
}

/** Every file of a repository at a commit. Throws as {@link currentCommit}. */
export async function listRepo(
  repo: HubRepo,
  commit: string,
  connection: HubConnection,
  place: string,
): Promise<HubFile[]> {
  return await asking(repo, connection, place, async (shared) => {
    const { listFiles } = await import("@huggingface/hub");
    const asked = { ...shared, repo: designation(repo), revision: commit };
    const files: HubFile[] = [];
    for await (const entry of listFiles({ ...asked, recursive: true })) {
      if (entry.type !== "file" || entry.oid === undefined) continue;
      const { path, size, oid, lfs } = entry;
      files.push({ path, size, oid, sha256: lfs?.oid ?? null });
    }
    return files;
  });
}

/** A file's content, in pieces as they come. Throws as {@link currentCommit}, also between the pieces. */
export async function* downloadPieces(
  repo: HubRepo,
  commit: string,
  { path }: HubFile,
  connection: HubConnection,
  place: string,
): AsyncGenerator<Uint8Array> {
  const blob = await asking(repo, connection, place, async (shared) => {
    const { downloadFile } = await import("@huggingface/hub");
    return await downloadFile({ ...shared, repo: designation(repo), revision: commit, path });
  });
  if (blob === null) throw new InputError(`${place}: the Hub lists ${path} and does not have it`);
  const reader = blob.stream().getReader();
  try {
    for (;;) {
      const { value, done } = await asking(
        repo,
        connection,
        place,
        () => within(reader.read(), connection),
      );
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {}); // A stream that failed cannot be cancelled, and need not be.
  }
}

/** What every request to the Hub has. */
interface Shared {
  readonly hubUrl: string;
  readonly accessToken?: string;
  readonly fetch: typeof fetch;
}

function designation({ kind, name }: HubRepo) {
  return { type: kind, name };
}

async function asking<T>(
  repo: HubRepo,
  connection: HubConnection,
  place: string,
  ask: (shared: Shared) => Promise<T>,
): Promise<T> {
  const { url, token } = connection;
  if (token !== null && !token.startsWith("hf_")) {
    throw new InputError(`HF_TOKEN: expected a token that begins with hf_`);
  }
  try {
    return await ask({
      hubUrl: url,
      ...token === null ? {} : { accessToken: token },
      fetch: (input, init) => patientFetch(input, init, connection),
    });
  } catch (error) {
    throw new InputError(`${place}: ${reasonOf(error, repo, connection)}`);
  }
}

/** A request whose answer begins within the connection's patience. */
async function patientFetch(
  input: RequestInfo | URL,
  init: RequestInit | undefined,
  connection: HubConnection,
): Promise<Response> {
  const stop = new AbortController();
  try {
    const response = await within(fetch(input, { ...init, signal: stop.signal }), connection);
    // Asked only for what its header says; an unread body would keep the connection.
    const header = new Headers(init?.headers).get("range") === "bytes=0-0";
    if (header && response.ok) await response.body?.cancel();
    return response;
  } catch (error) {
    stop.abort();
    throw error;
  }
}

class Silence extends Error {}

async function within<T>(answer: Promise<T>, { patience }: HubConnection): Promise<T> {
  const { promise: silence, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Silence()), 1000 * patience);
  try {
    return await Promise.race([answer, silence]);
  } finally {
    clearTimeout(timer);
  }
}

function reasonOf(
  error: unknown,
  { kind }: HubRepo,
  { url, token, patience }: HubConnection,
): string {
  if (error instanceof Silence) return `${url} did not answer within ${patience} s`;
  const text = printable(error instanceof Error ? error.message : String(error));
  const { statusCode } = error as Partial<HubApiError>;
  if (statusCode === undefined) return `cannot reach ${url}: ${text}`;
  if (statusCode === 401 || statusCode === 403) {
    const mend = token === null
      ? "set HF_TOKEN if it is private or gated, or mend its name"
      : "HF_TOKEN does not give access to it";
    return `the Hub refuses (${statusCode}): ${mend}`;
  }
  if (statusCode === 404) return `the Hub has no such ${kind}, revision or file: ${text}`;
  return `the Hub failed (${statusCode}): ${text}`;
}
