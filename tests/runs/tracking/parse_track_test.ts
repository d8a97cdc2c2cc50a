import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { parseTrack } from "../../../src/runs/tracking/parse_track.ts";

Deno.test("parseTrack() takes tensorboard, and an MLflow server's address", () => {
  assertEquals(parseTrack("tensorboard"), { kind: "tensorboard" });
  const url = "https://example.org/mlflow?a=b";
  assertEquals(parseTrack(`mlflow=${url}`), { kind: "mlflow", url });
});

Deno.test("parseTrack() says what it expected, and the nearest that there is", () => {
  const cases = [
    ["tensorbord", 'did you mean "tensorboard"?'],
    ["mlfow=http://a", 'did you mean "mlflow"?'],
    ["wandb", '--track: found "wandb"; expected "tensorboard" or "mlflow=URL"'],
    ["tensorboard=logs", 'expected "tensorboard" alone'],
    ["mlflow", "expected the address of an MLflow server"],
    ["mlflow=", "expected the address"],
    ["mlflow=localhost:5000", "expected the address"],
    ["mlflow=file:///tmp", "expected the address"],
    ["mlflow=http://a:b@c", "expected the address"],
  ] as const;
  for (const [value, expected] of cases) {
    assertStringIncludes(assertThrows(() => parseTrack(value), InputError).message, expected);
  }
});
