import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { diagnose } from "../src/diagnose.ts";
import type { Json } from "../src/evidence/field.ts";
import { indexObjects } from "../src/evidence/objects.ts";
import { readFiles } from "../src/gather/files/files.ts";
import { leadingOf } from "../src/verdict.ts";

/** Answers that Harbor got itself and passes on: what of them is about its login, and what only wants time. */

const file = fileURLToPath(new URL("reports/harbor-cache-says-401-of-upstream.yaml", import.meta.url));
const objects = JSON.stringify(await readFiles([file], () => []));
const original = "unauthorized: http status code: 401, body: ";

function leadingFor(message: string): ReturnType<typeof leadingOf> {
  if (!objects.includes(original)) throw new Error("the report has other words");
  const written = objects.replaceAll(original, JSON.stringify(message).slice(1, -1));
  const [first] = diagnose(indexObjects(JSON.parse(written) as Json[]));
  return first === undefined ? undefined : leadingOf(first.verdict);
}

function fixesFor(message: string): string {
  return (leadingFor(message)?.finding.fixes ?? []).map(({ summary }) => summary).join("\n");
}

describe("an answer that was passed on", () => {
  test.each([
    [401, "unauthorized: http status code: 401, body: "],
    [403, "denied: http status code: 403, body: "],
  ])(
    "with %i is about the login and the name that Harbor asked with, as far as is likely",
    (status, message) => {
      const leading = leadingFor(message);
      expect(leading).toMatchObject({ id: "registry-server-error", finding: { confidence: "likely" } });
      expect(leading?.finding.summary).toContain(
        `an answer of ${status} that it got itself, mostly from the registry behind it`,
      );
      expect(fixesFor(message)).toContain("corrects its login");
      expect(fixesFor(message)).toContain("/library/alpine");
    },
  );

  test.each([502, 503])("with %i wants time, and no other login or name", (status) => {
    const message = `unknown: http status code: ${status}, body: `;
    expect(leadingFor(message)).toMatchObject({
      id: "registry-server-error",
      finding: { confidence: "likely" },
    });
    expect(fixesFor(message)).toContain("Wait for harbor.thread.test, or the registry behind it, to recover");
    expect(fixesFor(message)).not.toMatch(/login|library/);
  });

  test.each([
    ["unauthorized: http status code: 403, body: ", 403],
    [
      'Head "https://harbor.thread.test/v2/proxy/alpine/manifests/3.20": unexpected status from HEAD request to https://harbor.thread.test/v2/proxy/alpine/manifests/3.20: 401 Unauthorized\nunauthorized: http status code: 403, body: ',
      403,
    ],
    [
      "unexpected status from GET request to https://harbor.thread.test/v2/proxy/alpine/manifests/3.20: 500 Internal Server Error\nunknown: http status code: 400, body: ",
      400,
    ],
  ])("is that of the registry behind, whatever code it comes with: %j", (message, status) => {
    expect(leadingFor(message)?.finding.summary).toContain(`an answer of ${status} that it got itself`);
  });

  test("of a token server's limit is a limit, whatever code it comes with", () => {
    const message =
      "unexpected status from GET request to https://harbor.thread.test/v2/proxy/alpine/manifests/3.20: 500 Internal Server Error\nunknown: http status code: 429, body: ";
    expect(leadingFor(message)).toMatchObject({ id: "rate-limited", finding: { confidence: "likely" } });
    expect(fixesFor(message)).not.toContain("an account of");
  });

  test("that something is not there is an answer about the image", () => {
    expect(leadingFor("not found: http status code: 404, body: ")?.id).not.toBe("registry-server-error");
  });

  test.each([401, 429, 503])("with %i is a limit where its body says so", (status) => {
    const body = '{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your pull rate limit."}]}';
    expect(leadingFor(`unknown: http status code: ${status}, body: ${body}`)?.id).toBe("rate-limited");
  });

  test("is none where a registry answers 503 itself", () => {
    const message = "received unexpected HTTP status: 503 Service Unavailable";
    expect(leadingFor(message)).toMatchObject({ finding: { confidence: "certain" } });
    expect(fixesFor(message)).not.toContain("behind it");
  });
});

describe("a limit", () => {
  const asked = (host: string): string =>
    `unexpected status from HEAD request to https://${host}/v2/proxy/alpine/manifests/3.20: 429 Too Many Requests`;

  test("is passed on where the answer says so: no login of the Pod's counts", () => {
    const message = `${asked("harbor.thread.test")}\nunknown: too many requests to upstream registry`;
    expect(leadingFor(message)).toMatchObject({
      id: "rate-limited",
      finding: { confidence: "likely", summary: expect.stringContaining("passes on a limit") },
    });
    expect(fixesFor(message)).not.toContain("an account of");
  });

  test("may be passed on by whatever may be a cache, also in Docker Hub's words, which then prove nothing of this node", () => {
    const message = `${asked("harbor.thread.test")}\ntoomanyrequests: You have reached your unauthenticated pull rate limit.`;
    expect(leadingFor(message)).toMatchObject({
      id: "rate-limited",
      finding: { confidence: "likely", summary: expect.not.stringContaining("without a login") },
    });
    expect(fixesFor(message)).toMatch(/of harbor\.thread\.test itself: log in[^]*behind it: whoever runs/);
  });

  test.each([
    ["at the ping", "pinging container registry harbor.thread.test: toomanyrequests: too many"],
    [
      "at the token server",
      "failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://harbor.thread.test/service/token?scope=a&service=b: 429 Too Many Requests",
    ],
  ])("is of whoever answers %s, where nothing of an image was asked", (_, message) => {
    expect(leadingFor(message)).toMatchObject({ id: "rate-limited", finding: { confidence: "certain" } });
    expect(fixesFor(message)).not.toContain("behind");
  });

  test("is of Docker Hub where that answers", () => {
    const message = `${asked("registry-1.docker.io")}\ntoomanyrequests: You have reached your unauthenticated pull rate limit.`;
    expect(leadingFor(message)).toMatchObject({ id: "rate-limited", finding: { confidence: "certain" } });
    expect(leadingFor(message)?.finding.summary).toContain("without a login");
  });
});
