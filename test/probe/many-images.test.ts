import { afterEach, describe, expect, test } from "vitest";
import { indexObjects } from "../../src/evidence/objects.ts";
import { evidenceReader } from "../../src/evidence/evidence.ts";
import type { Json } from "../../src/evidence/field.ts";
import { readPulls } from "../../src/pull/pull.ts";
import {
  type Answer,
  failingPod,
  probe,
  registryHost,
  startRegistry,
  type TestRegistry,
} from "./registry.ts";

/** Many images of one registry: a login that it refuses is not sent for each of them, as that would lock the account. */

const registries: TestRegistry[] = [];
afterEach(async () => {
  await Promise.all(registries.splice(0).map((registry) => registry.close()));
});

const good = `Basic ${Buffer.from("robot:right-4711").toString("base64")}`;
const wrong = { username: "robot", password: "wrong-4711" };
const right = { username: "robot", password: "right-4711" };
const manifest = { mediaType: "application/vnd.oci.image.manifest.v1+json", schemaVersion: 2 };

const withBasic: Answer = (request, response) => {
  if (request.headers.authorization === good) {
    response.writeHead(200, {
      "content-type": manifest.mediaType,
      "docker-content-digest": `sha256:${"0".repeat(64)}`,
    });
    response.end(request.method === "HEAD" ? undefined : JSON.stringify(manifest));
    return;
  }
  response.writeHead(401, {
    "www-authenticate": 'Basic realm="registry"',
    "docker-distribution-api-version": "registry/2.0",
  });
  response.end();
};

const withTokens: Answer = (request, response, port) => {
  const { url = "", headers } = request;
  if (url.startsWith("/token")) {
    const taken = headers.authorization === undefined || headers.authorization === good;
    response.writeHead(taken ? 200 : 401, { "content-type": "application/json" });
    response.end(taken ? '{"token": "t"}' : "{}");
    return;
  }
  response.writeHead(401, {
    "www-authenticate": `Bearer realm="https://${registryHost}:${port}/token",service="x"`,
    "docker-distribution-api-version": "registry/2.0",
  });
  response.end();
};

async function start(answer: Answer): Promise<TestRegistry> {
  const registry = await startRegistry("server", answer);
  registries.push(registry);
  return registry;
}

/** Pods with an image each, of two namespaces with a Secret each. */
function manyPods(
  port: number,
  logins: Readonly<Record<string, { username: string; password: string }>>,
): readonly Json[] {
  return Array.from({ length: 20 }, (_, at) => {
    const namespace = at % 2 === 0 ? "shop" : "team";
    return failingPod(`${registryHost}:${port}/shop/app-${at}:1.0`, logins).map((object) => ({
      ...object,
      metadata: {
        ...(object["metadata"] as Json),
        namespace,
        ...(object["kind"] === "Pod" ? { name: `web-${at}` } : {}),
      },
    }));
  }).flat();
}

function outcomes(documents: readonly Json[]): readonly (string | undefined)[] {
  const index = indexObjects(documents);
  const readEvidence = evidenceReader(index);
  return index.pods.map((pod) => readPulls(readEvidence(pod))[0]?.probe?.reading.outcome);
}

const withLogin = ({ seen }: TestRegistry, login: { username: string; password: string }) =>
  seen.filter(
    ({ authorization }) =>
      authorization === `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`,
  );

describe("a login that is refused", () => {
  test.each([
    ["by the registry", withBasic],
    ["by its token server", withTokens],
  ])("is refused for every image, and was sent for the first: %s", async (_, answer) => {
    const registry = await start(answer);
    const { documents } = await probe(
      manyPods(registry.port, { [`${registryHost}:${registry.port}`]: wrong }),
    );
    expect(new Set(outcomes(documents))).toEqual(new Set(["login-refused"]));
    // For the image, and by itself.
    expect(withLogin(registry, wrong).length).toBeLessThanOrEqual(2);
  });

  test("leaves the next login its turn, for every image", async () => {
    const registry = await start(withBasic);
    const logins = {
      [`${registryHost}:${registry.port}/shop`]: wrong,
      [`${registryHost}:${registry.port}`]: right,
    };
    const { documents } = await probe(manyPods(registry.port, logins));
    expect(new Set(outcomes(documents))).toEqual(new Set(["opens"]));
    expect(withLogin(registry, wrong).length).toBeLessThanOrEqual(2);
  });
});

test("it is told how many images are done, to the last", async () => {
  const registry = await start(withBasic);
  const told: string[] = [];
  const logins = { [`${registryHost}:${registry.port}`]: right };
  await probe(manyPods(registry.port, logins), {}, {}, (done, all) => void told.push(`${done} of ${all}`));
  expect(told).toEqual(Array.from({ length: 20 }, (_, at) => `${at + 1} of 20`));
});
