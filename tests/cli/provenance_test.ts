import { assertEquals, assertStringIncludes } from "@std/assert";
import { Project } from "./project.ts";

Deno.test("a stage from another machine is visible in every table and plot made with it", async () => {
  using project = new Project();
  await project.run(["five.ts", "--only", "srl,base"]);
  const results = `${project.dir}/results/five`;
  const read = (name: string) => Deno.readTextFile(`${results}/${name}`);
  assertEquals((await read("table.md")).includes("MIXED"), false);
  const [first] = JSON.parse(await read("cells.json")).cells;
  const path = `${project.dir}/${first.stages[0].dir}/provenance.json`;
  const made = JSON.parse(await Deno.readTextFile(path));
  await Deno.writeTextFile(path, JSON.stringify({ ...made, cpu: "Another CPU" }));
  const { out } = await project.run(["five.ts", "--only", "srl,base"]);
  const difference = "different processors";
  // Wrapped to the terminal's width.
  assertStringIncludes(
    out.replaceAll(/\s+/g, " "),
    `MIXED: the cells were made with ${difference}`,
  );
  for (const name of ["table.md", "table.csv"]) assertStringIncludes(await read(name), difference);
  for (const name of ["comparison.svg", "reward.svg"]) {
    assertStringIncludes(await read(name), "MIXED");
  }
  const { stages } = JSON.parse(await read("provenance.json"));
  const cpus = stages.map(({ provenance }: { provenance: { cpu: string } }) => provenance.cpu);
  assertEquals(cpus.filter((cpu: string) => cpu === "Another CPU").length, 1);
});
