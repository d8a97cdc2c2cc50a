import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { openSnapshot, pinRevision } from "../../src/hub/hub_files.ts";
import type { HubRepo } from "../../src/hub/hub_repo.ts";
import { commitOf, startFakeHub } from "./fake_hub.ts";

const COMMIT = commitOf("one");
const REPO = {
  refs: { main: COMMIT },
  commits: { [COMMIT]: { "a.txt": "alpha", "b/c.txt": "beta" } },
};
const REPOS: HubRepo[] = [{ kind: "dataset", name: "lab/d" }, { kind: "model", name: "lab/m" }];

for (const repo of REPOS) {
  Deno.test(`pinRevision() and openSnapshot() get the files of a ${repo.kind}, each once`, async () => {
    await using hub = startFakeHub({ "lab/d": REPO }, { "lab/m": REPO });
    const cacheDir = await Deno.makeTempDir();
    const said: string[] = [];
    const options = { hubUrl: hub.url, cacheDir, report: (line: string) => void said.push(line) };
    try {
      const commit = await pinRevision(repo, "main", "here", options);
      assertEquals(commit, COMMIT);
      const snapshot = await openSnapshot(repo, commit, "here", options);
      assertEquals(snapshot.paths, ["a.txt", "b/c.txt"]);
      const [place] = await snapshot.fetch(["b/c.txt"]);
      assertEquals(
        place,
        `${cacheDir}/${repo.kind}s--lab--${repo.name.at(-1)}/snapshots/${COMMIT}/b/c.txt`,
      );
      assertEquals(await Deno.readTextFile(place!), "beta");
      assertEquals(said, [`downloading b/c.txt of ${repo.name} (0.0 MB)`]);
      await hub.stop();
      const again = await openSnapshot(repo, COMMIT, "here", options);
      assertEquals(await again.fetch(["b/c.txt"]), [place]);
      await assertRejects(
        () => again.fetch(["a.txt"]),
        InputError,
        `here: cannot reach ${hub.url}`,
      );
    } finally {
      await Deno.remove(cacheDir, { recursive: true });
    }
  });

  Deno.test(`pinRevision() says that there is no such revision of a ${repo.kind}`, async () => {
    await using hub = startFakeHub({ "lab/d": REPO }, { "lab/m": REPO });
    const options = { hubUrl: hub.url, cacheDir: await Deno.makeTempDir() };
    const error = await assertRejects(() => pinRevision(repo, "v9", "here", options), InputError);
    assert(error.message.startsWith(`here: the Hub has no such ${repo.kind}, revision or file: `));
  });
}
