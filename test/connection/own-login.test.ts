import { expect, test } from "vitest";

import { withoutOwnLogin } from "../../src/gather/connection/login/own-login.ts";

const login = String.raw`ann:<p&ss> "back\slash`;

test.each([
  ["as it is", String.raw`<p&ss> "back\slash`],
  ["as JSON", String.raw`<p&ss> \"back\\slash`],
  ["as Go writes JSON", String.raw`\u003cp\u0026ss\u003e \"back\\slash`],
])("a refusal loses our own password, %s", (_, written) => {
  const answer = withoutOwnLogin(
    { status: 403, statusText: "Forbidden", headers: {}, body: Buffer.from(`who is ${written}?`) },
    `Basic ${Buffer.from(login).toString("base64")}`,
  );
  expect(answer.body?.toString()).toBe("who is [redacted]?");
});
