import { afterEach, describe, expect, test } from "vitest";
import { diagnose } from "../../src/diagnose.ts";
import { type Json, record } from "../../src/evidence/field.ts";
import { indexObjects } from "../../src/evidence/objects.ts";
import {
  type Answer,
  failingPod,
  probe,
  registryHost,
  startRegistry,
  type TestRegistry,
} from "./registry.ts";

/** An image whose manifest is there, and of which a node could not get all. */

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const config = { mediaType: "application/vnd.oci.image.config.v1+json", digest: digest("c") };
const layer = (letter: string, more: object = {}): object => ({
  mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
  digest: digest(letter),
  ...more,
});
const image = (...layers: readonly object[]): object => ({ schemaVersion: 2, config, layers });

let registry: TestRegistry | undefined;
afterEach(async () => registry?.close());

/** A registry with these manifests, the first by the tag, and all blobs but some, which it answers as it is told. */
function serving(
  manifests: Readonly<Record<string, object>>,
  blobs: Readonly<Record<string, number>>,
): Answer {
  return ({ url = "", method }, response) => {
    const [, kind, name = ""] = /\/(manifests|blobs)\/([^/?]+)$/.exec(url) ?? [];
    const found =
      kind === "blobs" ? undefined : (manifests[name] ?? manifests[Object.keys(manifests)[0] ?? ""]);
    const status = blobs[name] ?? 200;
    const body = found === undefined ? { os: "linux", architecture: "amd64" } : found;
    response.writeHead(status, {
      "content-type": "application/vnd.oci.image.manifest.v1+json",
      "docker-content-digest": name.startsWith("sha256:") ? name : (Object.keys(manifests)[0] ?? ""),
      location: "https://elsewhere.test/blob?X-Amz-Signature=0123456789abcdef",
    });
    response.end(method === "HEAD" ? undefined : JSON.stringify(body));
  };
}

interface Asked {
  readonly layers: readonly string[];
  readonly cause: string;
  readonly confidence: string;
  readonly said: string;
}

async function ask(
  manifests: Readonly<Record<string, object>>,
  blobs: Readonly<Record<string, number>> = {},
): Promise<Asked> {
  registry = await startRegistry("server", serving(manifests, blobs));
  const host = `${registryHost}:${registry.port}`;
  const name = `${host}/team/app:1.0`;
  const message = `failed to pull and unpack image "${name}": failed to copy: httpReadSeeker: failed open: content at https://${host}/v2/team/app/blobs/${digest("b")} not found: not found`;
  const objects = failingPod(name, { [host]: { username: "u", password: "a-password-of-none" } }).map(
    (object): Json =>
      object["kind"] !== "Pod"
        ? object
        : {
            ...object,
            status: {
              ...record(object, "status"),
              containerStatuses: [
                {
                  name: "app",
                  image: name,
                  imageID: "",
                  restartCount: 0,
                  state: { waiting: { reason: "ErrImagePull", message } },
                },
              ],
            },
          },
  );
  const { documents } = await probe(objects);
  const [diagnosis] = diagnose(indexObjects(documents));
  const verdict = diagnosis?.verdict;
  if (verdict?.state !== "cause") throw new Error(`no cause: ${verdict?.state ?? "nothing"}`);
  const { id, finding } = verdict.leading;
  return {
    layers: registry.seen
      .filter(({ method, url }) => method === "HEAD" && url.includes("/blobs/"))
      .map(({ url }) => url.slice(-1)),
    cause: id,
    confidence: finding.confidence,
    said: finding.because.map(({ text }) => text).join(" "),
  };
}

describe("an image of which the node missed a part", () => {
  test("lacks a layer still, and none behind it is asked for", async () => {
    const asked = await ask(
      { [digest("a")]: image(layer("1"), layer("2"), layer("3")) },
      { [digest("2")]: 404 },
    );
    expect(asked).toMatchObject({ layers: ["1", "2"], cause: "content-missing", confidence: "certain" });
    expect(asked.said).toContain("has the tag and not one of its layers");
  });

  test("lacks its configuration", async () => {
    const { said } = await ask({ [digest("a")]: image(layer("1")) }, { [config.digest]: 404 });
    expect(said).toContain("has the tag and not the image's configuration");
  });

  test("is whole by now", async () => {
    const asked = await ask({ [digest("a")]: image(layer("1"), layer("2"), layer("1")) });
    expect(asked).toMatchObject({ layers: ["1", "2"], cause: "waiting-for-retry", confidence: "likely" });
    expect(asked.said).toContain("all its layers are there");
  });

  test("has more layers than are asked for, and that is said", async () => {
    const asked = await ask({ [digest("a")]: image(..."123456789".split("").map((one) => layer(one))) });
    expect(asked).toMatchObject({ layers: ["1", "2", "3", "4", "5"], cause: "content-missing" });
    expect(asked.said).toContain("of its 9 layers the first 5 were asked for");
  });

  test("has layers at another host, which is not asked", async () => {
    const asked = await ask({ [digest("a")]: image(layer("1"), layer("2")) }, { [digest("1")]: 307 });
    expect(asked).toMatchObject({ layers: ["1", "2"], cause: "waiting-for-retry" });
  });

  test("does not lack what is to be fetched elsewhere", async () => {
    const foreign = layer("2", { urls: ["https://elsewhere.test/2"] });
    const asked = await ask({ [digest("a")]: image(layer("1"), foreign) }, { [digest("2")]: 404 });
    expect(asked).toMatchObject({ layers: ["1"], cause: "waiting-for-retry" });
  });

  test("is looked for in an index by the node's platform", async () => {
    const one = (architecture: string, letter: string): object => ({
      digest: digest(letter),
      platform: { os: "linux", architecture },
    });
    const index = { schemaVersion: 2, manifests: [one("arm64", "d"), one("amd64", "e")] };
    const manifests = {
      [digest("a")]: index,
      [digest("d")]: image(layer("1")),
      [digest("e")]: image(layer("2")),
    };
    const asked = await ask(manifests, { [digest("2")]: 404 });
    expect(asked).toMatchObject({ layers: ["2"], cause: "content-missing" });
  });
});
