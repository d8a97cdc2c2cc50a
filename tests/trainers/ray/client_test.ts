import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import {
  ADDRESS_VARIABLE,
  rayAddress,
  RayClient,
  RayRefusal,
  RayUnreachable,
} from "../../../src/trainers/ray/client.ts";

/** What was asked of a server that answers as it is told. */
interface Asked {
  readonly what: string;
  readonly token: string | null;
  readonly body: string;
}

/** Talks to such a server; the answers are by method and path. */
async function withServer(
  answers: Readonly<Record<string, readonly [number, string]>>,
  body: (client: RayClient, asked: Asked[]) => Promise<void>,
): Promise<void> {
  const asked: Asked[] = [];
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      const what = `${request.method} ${pathname}`;
      asked.push({ what, token: request.headers.get("authorization"), body: await request.text() });
      const [status, text] = answers[what] ?? [404, "nothing here"];
      return new Response(text, { status });
    },
  );
  await body(new RayClient(`http://127.0.0.1:${server.addr.port}`, "secret"), asked);
}

Deno.test("rayAddress() is what is declared, or what the environment says, or Ray's default", () => {
  const before = Deno.env.get(ADDRESS_VARIABLE);
  try {
    Deno.env.set(ADDRESS_VARIABLE, "http://head:1234/");
    assertEquals(rayAddress(null), "http://head:1234");
    assertEquals(rayAddress("https://other"), "https://other");
    Deno.env.delete(ADDRESS_VARIABLE);
    assertEquals(rayAddress(null), "http://127.0.0.1:8265");
  } finally {
    if (before !== undefined) Deno.env.set(ADDRESS_VARIABLE, before);
  }
});

Deno.test("RayClient.provide() sends a package that the cluster does not have, with the token", async () => {
  const path = "/api/packages/gcs/_ray_pkg_1.zip";
  const bytes = new Uint8Array([104, 105]);
  await withServer(
    { [`GET ${path}`]: [404, ""], [`PUT ${path}`]: [200, ""] },
    async (client, asked) => {
      await client.provide("_ray_pkg_1.zip", bytes);
      const token = "Bearer secret";
      assertEquals(asked, [
        { what: `GET ${path}`, token, body: "" },
        { what: `PUT ${path}`, token, body: "hi" },
      ]);
    },
  );
  await withServer({ [`GET ${path}`]: [200, ""] }, async (client, asked) => {
    await client.provide("_ray_pkg_1.zip", bytes);
    assertEquals(asked.length, 1);
  });
  await withServer({ [`GET ${path}`]: [500, "Traceback: no space"] }, async (client) => {
    await assertRejects(
      () => client.provide("_ray_pkg_1.zip", bytes),
      RayRefusal,
      `${path}: 500: Traceback: no space`,
    );
  });
});

Deno.test("RayClient.job() is null for a job that the cluster does not know", async () => {
  await withServer({}, async (client) => assertEquals(await client.job("a"), null));
});

Deno.test("RayClient.version() says that something else listens there", async () => {
  for (const answer of [[200, "<html>"], [200, "{}"], [404, ""], [302, ""]] as const) {
    await withServer({ "GET /api/version": answer }, async (client) => {
      await assertRejects(
        () => client.version(),
        InputError,
        `found a server that answers ${
          answer[0]
        } to /api/version; expected the head of a Ray cluster`,
      );
    });
  }
});

Deno.test("RayClient asks for the token where the cluster wants one", async () => {
  for (const status of [401, 403]) {
    await withServer({ "GET /api/version": [status, "Unauthorized"] }, async (client) => {
      await assertRejects(
        () => client.version(),
        InputError,
        `refuses to be asked (${status}: Unauthorized); expected its token in RAY_AUTH_TOKEN`,
      );
    });
  }
});

Deno.test("RayClient tells a head that does not answer from one that refuses", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await assertRejects(
    () => new RayClient(`http://127.0.0.1:${port}`).job("a"),
    RayUnreachable,
    `Ray at http://127.0.0.1:${port} cannot be reached: `,
  );
});
