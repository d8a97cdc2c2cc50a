import { assertEquals, assertStringIncludes } from "@std/assert";
import { serveWatch } from "../../../src/runs/watch/serve_watch.ts";
import { Watched } from "../../../src/runs/watch/watched.ts";
import { chromiumTest } from "./chromium.ts";
import { HOSTILE, rolloutRow, scene } from "./scene.ts";

/** Folder to keep screenshots in, for people to look at; none are kept without it. */
const SCREENSHOTS = Deno.env.get("STEPWISE_SCREENSHOTS");

const text = (selector: string) => `document.querySelector(${JSON.stringify(selector)}).innerText`;
const count = (selector: string) => `document.querySelectorAll(${JSON.stringify(selector)}).length`;
const click = (selector: string) => `document.querySelector(${JSON.stringify(selector)}).click()`;

await chromiumTest(
  "the page shows cells, curves and rollouts, follows the run, and runs nothing that a policy wrote",
  async (browser) => {
    await using place = await scene();
    await using server = serveWatch(new Watched(place.root), 0);
    await browser.call("Page.navigate", { url: server.url });
    await browser.until(`${count(".group")} === 8 && ${count("path.line")} > 0`);

    assertStringIncludes(await browser.evaluate(text("#status")), "running, 4 of 18 stages");
    assertEquals(await browser.evaluate(count("tbody tr")), 5);
    assertStringIncludes(await browser.evaluate(text(".chip.running")), "36 %");
    assertStringIncludes(await browser.evaluate(text("#failures")), HOSTILE);
    // One line for each stage that has a reward.
    assertEquals(await browser.evaluate(count("path.line")), 4);

    await browser.evaluate(`document.getElementById("stage").value = "${place.running}";
      document.getElementById("stage").dispatchEvent(new Event("change"))`);
    await browser.until(`${text(".group h3")}.startsWith("group 0 hard-12#2")`);
    assertEquals(
      await browser.evaluate(
        `[...document.querySelectorAll(".rollout")][1].querySelector(".beside").innerHTML`,
      ),
      '<div class="text"><span>action</span><pre><mark>b=</mark>j+1=8</pre></div>' +
        '<div class="text"><span>expert</span><pre><mark>b=</mark>7</pre></div>',
    );

    const filtered = async (name: string) => {
      const before = await browser.evaluate<string>(text("#groups"));
      await browser.evaluate(click(`[data-filter="${name}"]`));
      await browser.until(`${text("#groups")} !== ${JSON.stringify(before)}`);
      return await browser.evaluate<string[]>(
        `[...document.querySelectorAll(".group h3")].map((h) => h.innerText)`,
      );
    };
    assertEquals(await filtered("format"), ["group 2 hard-12#2 · mean reward -0.400"]);
    assertStringIncludes(await browser.evaluate(text("#groups")), "format: no </think>");
    assertEquals(await filtered("zero-variance"), [
      "group 1 hard-3#1 · mean reward 0.500 · zero variance",
    ]);
    assertEquals((await filtered("top"))[0], "group 0 hard-12#2 · mean reward 0.800");
    assertEquals((await filtered("bottom"))[0], "group 2 hard-12#2 · mean reward -0.400");
    assertEquals(await browser.evaluate(text("#pager")), "‹ 1–8 of 13 groups ›");
    await browser.evaluate(click("#pager button:last-child"));
    await browser.until(`${count(".group")} === 5`);

    // Hostile text is there to the letter, and did nothing.
    assertEquals((await filtered("")).length, 8);
    const shown = await browser.evaluate<string>(`document.getElementById("groups").textContent`);
    assertStringIncludes(shown, HOSTILE);
    assertStringIncludes(shown, "\\u{202e}b=7\\x1b[2J");
    assertEquals(await browser.evaluate("document.title"), "five – Stepwise");
    assertEquals(await browser.evaluate(count("#groups img, #groups script, #failures img")), 0);

    // The run goes on: a new batch, new points, a stage that ends.
    const drawn = `document.querySelector("#chart .arm3 path").getAttribute("d").split("L").length`;
    assertEquals(await browser.evaluate(drawn), 35);
    const more = [36, 37].map((step) => `{"step":${step},"reward":0.9,"kl":0.1}\n`).join("");
    await Deno.writeTextFile(`${place.dir}/metrics.jsonl`, more, { append: true });
    await browser.until(`${drawn} === 37`);
    assertStringIncludes(await browser.evaluate(text("#metric")), "kl");
    const row = rolloutRow({ step: 40, instance: "a new one" });
    await Deno.writeTextFile(`${place.dir}/rollouts.jsonl`, `${JSON.stringify(row)}\n`, {
      append: true,
    });
    await new Promise((resolve) => setTimeout(resolve, 600));
    const event = { type: "progress", done: 40, total: 60, unit: "updates", note: "" } as const;
    const stage = { id: place.running } as never;
    place.board.event({ type: "said", stage, event });
    await browser.until(`${text(".group h3")}.startsWith("group 0 a new one")`);
    place.board.close();
    await browser.until(`${text("#status")}.startsWith("over")`);
    // Nothing was asked of anywhere else, and nothing refused or thrown.
    assertEquals(
      browser.asked.filter((url) => !/^(data:|about:)/.test(url) && !url.startsWith(server.url)),
      [],
    );
    assertEquals(browser.complaints, []);
  },
);

await chromiumTest(
  "the page clips nothing, in light and dark, wide and narrow",
  async (browser) => {
    await using place = await scene();
    await using server = serveWatch(new Watched(place.root), 0);
    for (const scheme of ["light", "dark"]) {
      for (const width of [1280, 420]) {
        await browser.call("Emulation.setEmulatedMedia", {
          features: [{ name: "prefers-color-scheme", value: scheme }],
        });
        const size = { width, height: 900, deviceScaleFactor: 1, mobile: false };
        await browser.call("Emulation.setDeviceMetricsOverride", size);
        await browser.call("Page.navigate", { url: server.url });
        await browser.until(`${count(".group")} === 8 && ${count("path.line")} > 0`);
        // The table of cells scrolls by itself; the page never does sideways.
        assertEquals(
          await browser.evaluate("document.documentElement.scrollWidth <= window.innerWidth"),
          true,
          `${scheme} ${width}`,
        );
        const ground = await browser.evaluate<string>(
          "getComputedStyle(document.body).backgroundColor",
        );
        assertEquals(ground, scheme === "light" ? "rgb(246, 247, 249)" : "rgb(20, 23, 27)");
        if (SCREENSHOTS) await browser.screenshot(`${SCREENSHOTS}/watch-${scheme}-${width}.png`);
      }
    }
  },
);
