/**
 * @file Downloads Debian's packages of Mesa's software Vulkan driver and unpacks them outside of the repository, without root. Exits with
 * 3, saying why, where this machine cannot have it. The WebGPU provider refuses drivers older than Mesa 25, so that a stable release's
 * own may not do; then those of its backports are taken.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { FOLDER, LIBRARIES, MANIFEST } from "./driver.ts";

/** Of what the machine lacks. */
const CANNOT = 3;
const OLDEST_MESA = 25;
const DRIVER = "mesa-vulkan-drivers";
/** Of Debian's archive; where they are elsewhere, apt finds them itself. */
const KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg";
const PACKAGES = [DRIVER, "libvulkan1", "libdrm2", "libdrm-amdgpu1"];

function leave(message: string): never {
  console.error(`no software Vulkan: ${message}`);
  Deno.exit(CANNOT);
}

/** Standard output of a program; leaves where it fails. */
async function output(cwd: string, program: string, ...args: string[]): Promise<string> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(program, { args, cwd }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    if (!success) leave(`${program} ${args.at(-1)}: ${decode(stderr).trim().split("\n").at(-1)}`);
    return decode(stdout);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) leave(`there is no program ${program}`);
    throw error;
  }
}

/** Version of the driver that a policy of packages offers; 0 for none. */
async function offered(cwd: string, options: readonly string[]): Promise<number> {
  const policy = await output(cwd, "apt-cache", ...options, "policy", DRIVER);
  return Number(/Candidate: (\d+)\./.exec(policy)?.[1] ?? 0);
}

/** Options that make apt look into the backports of this release too, with lists of its own. */
async function withBackports(dir: string): Promise<string[]> {
  const release = await Deno.readTextFile("/etc/os-release");
  const codename = /^VERSION_CODENAME=(\w+)$/m.exec(release)?.[1];
  const format = "$(REPO_URI) $(RELEASE)";
  const lines = (await output(dir, "apt-get", "indextargets", "--format", format)).split("\n");
  const own = lines.map((line) => line.split(" ")).find(([, suite]) => suite === codename);
  if (!codename || !own) leave("the lists of packages name no archive of this release");
  const signed = existsSync(KEYS) ? `[signed-by=${KEYS}] ` : "";
  const list = join(dir, "sources.list");
  await Deno.writeTextFile(
    list,
    [codename, `${codename}-backports`].map((s) => `deb ${signed}${own[0]} ${s} main\n`).join(""),
  );
  const options = [
    ...["-t", `${codename}-backports`],
    ...["-o", `Dir::Etc::sourcelist=${list}`, "-o", "Dir::Etc::sourceparts=/dev/null"],
    ...["-o", `Dir::State::lists=${dir}/lists`, "-o", `Dir::Cache=${dir}/cache`],
  ];
  await Deno.mkdir(`${dir}/lists/partial`, { recursive: true });
  await Deno.mkdir(`${dir}/cache/archives/partial`, { recursive: true });
  await output(dir, "apt-get", ...options, "update");
  return options;
}

if (!existsSync(MANIFEST)) {
  if (Deno.build.os !== "linux" || Deno.build.arch !== "x86_64") {
    leave(`the packages are for linux on x86_64, not for ${Deno.build.os} on ${Deno.build.arch}`);
  }
  const dir = await Deno.makeTempDir({ prefix: "stepwise-vulkan-" });
  try {
    let options: string[] = [];
    if (await offered(dir, options) < OLDEST_MESA) options = await withBackports(dir);
    const version = await offered(dir, options);
    if (version < OLDEST_MESA) leave(`Mesa ${version} is offered, ${OLDEST_MESA} is needed`);
    await output(dir, "apt-get", ...options, "download", ...PACKAGES);
    for await (const { name } of Deno.readDir(dir)) {
      if (name.endsWith(".deb")) await output(dir, "dpkg-deb", "-x", name, FOLDER);
    }
    const driver = join(LIBRARIES, "libvulkan_lvp.so");
    // What the driver needs of the system (LLVM, X11's libraries) is not brought along.
    try {
      Deno.dlopen(driver, {}).close();
    } catch (error) {
      leave(`the driver cannot be opened: ${(error as Error).message}`);
    }
    const ICD = { library_path: driver, api_version: "1.3.0" };
    await Deno.writeTextFile(MANIFEST, JSON.stringify({ file_format_version: "1.0.0", ICD }));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}
console.log(MANIFEST);
