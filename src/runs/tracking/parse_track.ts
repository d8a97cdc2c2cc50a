/** @file What `--track` says. */
import { InputError } from "../../errors.ts";
import { nearest } from "../../experiment/nearest.ts";

/** Where metrics go besides `metrics.jsonl`. */
export type TrackTarget =
  | {
    /** Event files in the results folder. */
    readonly kind: "tensorboard";
  }
  | {
    /** A server. */
    readonly kind: "mlflow";
    /** Its address. */
    readonly url: string;
  };

const KINDS = ["tensorboard", "mlflow"];

/**
 * Reads one value of `--track`.
 *
 * @throws {InputError} with the nearest that there is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const url = "http://127.0.0.1:5000";
 * assertEquals(parseTrack(`mlflow=${url}`), { kind: "mlflow", url });
 * ```
 */
export function parseTrack(value: string): TrackTarget {
  if (value === "tensorboard") return { kind: "tensorboard" };
  const equals = value.indexOf("=");
  const kind = equals < 0 ? value : value.slice(0, equals);
  const url = equals < 0 ? "" : value.slice(equals + 1);
  const found = `--track: found ${JSON.stringify(value)}`;
  if (kind === "tensorboard") throw new InputError(`${found}; expected "tensorboard" alone`);
  if (kind !== "mlflow") {
    const near = nearest(kind, KINDS);
    const advice = near === undefined ? "" : `; did you mean "${near}"?`;
    throw new InputError(`${found}; expected "tensorboard" or "mlflow=URL"${advice}`);
  }
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.username !== "") {
    throw new InputError(
      `${found}; expected the address of an MLflow server, e.g. "mlflow=http://127.0.0.1:5000"`,
    );
  }
  return { kind: "mlflow", url };
}
