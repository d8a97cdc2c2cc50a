/** @file What a server has, and which of it is meant. */
import type { OpenAI } from "openai";
import { InputError } from "../errors.ts";
import { nearest } from "../experiment/nearest.ts";
import { backOff } from "./back_off.ts";
import { judgeFailure } from "./server_failure.ts";

/** A model as a server lists it. */
export interface ListedModel {
  /** Its name. */
  readonly id: string;
  /** Who owns it: local servers give their own name. */
  readonly owned_by?: string;
  /** Other names of it. */
  readonly aliases?: readonly string[];
}

/** How long to ask. */
export interface ListingOptions {
  /** Address of the endpoint. */
  readonly baseUrl: string;
  /** Seconds to wait for the list. */
  readonly patience: number;
  /** How often a server that is busy is asked. */
  readonly attempts: number;
  /** Seconds before it is asked the second time. */
  readonly pause: number;
}

/** What a server says that it has; null for one that does not list its models. */
export async function listModels(
  openai: typeof import("openai"),
  client: OpenAI,
  { baseUrl, patience, attempts, pause }: ListingOptions,
  keyVariable: string | undefined,
): Promise<ListedModel[] | null> {
  for (let attempt = 1;; attempt++) {
    try {
      const signal = AbortSignal.timeout(1000 * patience);
      const { data } = await client.models.list({ signal });
      if (Array.isArray(data)) return data as ListedModel[];
      throw new InputError(
        `${baseUrl}: this is no endpoint of the API; addresses end in /v1 mostly`,
      );
    } catch (error) {
      if (error instanceof InputError) throw error;
      const failure = error instanceof openai.APIUserAbortError
        ? { kind: "silent" as const, said: `nothing came for ${patience} s`, after: null }
        : judgeFailure(error, openai);
      const { kind, said, after } = failure;
      const status = error instanceof openai.APIError ? error.status : undefined;
      if (status === 404 || status === 405) return null;
      // A server that is starting says so; one that is not there is a mistake in the address.
      if (kind === "busy" && attempt < attempts) {
        const seconds = after ?? backOff(attempt, pause);
        await new Promise((end) => setTimeout(end, 1000 * seconds));
        continue;
      }
      const what = kind === "key"
        ? `refuses the key; ${
          keyVariable === undefined ? "name the variable that has one" : `look at ${keyVariable}`
        }`
        : kind === "unreachable"
        ? "cannot reach the server"
        : "cannot say which models it has";
      throw new InputError(`${baseUrl}: ${what}: ${said}`);
    }
  }
}

/** The model that is meant, and who owns it in the server's words. */
export function chooseModel(
  listed: readonly ListedModel[] | null,
  wanted: string | undefined,
  baseUrl: string,
): { id: string; owner: string } {
  if (listed === null) {
    if (wanted !== undefined) return { id: wanted, owner: "" };
    throw new InputError(`${baseUrl}: it does not list its models; name the one that is meant`);
  }
  const names = listed.map(({ id }) => JSON.stringify(id));
  const shown = names.length > 8 ? [...names.slice(0, 8), "…"] : names;
  if (wanted === undefined) {
    const [only] = listed;
    if (only !== undefined && listed.length === 1) return { id: only.id, owner: ownerOf(only) };
    throw new InputError(`${baseUrl}: it has ${shown.join(", ") || "no models"}; name one of them`);
  }
  const found = listed.find(({ id, aliases }) => id === wanted || aliases?.includes(wanted));
  if (found !== undefined) return { id: wanted, owner: ownerOf(found) };
  const near = nearest(wanted, listed.map(({ id }) => id));
  const advice = near === undefined ? "" : `; did you mean ${JSON.stringify(near)}?`;
  throw new InputError(
    `${baseUrl}: it has no model ${JSON.stringify(wanted)}, but ${shown.join(", ")}${advice}`,
  );
}

function ownerOf({ owned_by: owner }: ListedModel): string {
  return typeof owner === "string" ? owner.toLowerCase() : "";
}
