import { expect, test } from "vitest";

import { goDuration, requestTimeout } from "../../src/gather/connection/answer/go-words.ts";
import { printable } from "../../src/gather/connection/answer/read-failure.ts";
import { showServer, parseServerUrl, withoutUserInfo } from "../../src/gather/connection/http/server-url.ts";

test.each([
  ["0", 0],
  ["1m30s", 90_000],
  ["1.5h", 5_400_000],
  [".5s", 500],
  ["-5s", -5000],
  ["+2ms", 2],
  ["1h2m3s4ms", 3_723_004],
  ["", undefined],
  ["5", undefined],
  ["1x", undefined],
  ["1 s", undefined],
  ["s", undefined],
  [".s", undefined],
  ["--1s", undefined],
])("the duration %j is %j milliseconds", (text, milliseconds) => {
  expect(goDuration(text)).toBe(milliseconds);
});

test.each([
  ["", 0],
  ["0", 0],
  ["10", 10_000],
  ["1m30s", 90_000],
  ["-5s", 0],
  ["-5", undefined],
  ["1.5", undefined],
  ["abc", undefined],
])("--request-timeout %j is %j milliseconds", (text, milliseconds) => {
  expect(requestTimeout(text)).toBe(milliseconds);
});

test("a printable text has no escapes, controls or marks that turn it round, and ends within 2 KB at a whole letter", () => {
  expect(printable("a\u001B[1;31mb\u001B]8;;http://x\u001B\\c\u0000\u0085\u202E\u2066d\r\n\te")).toBe(
    "abcd e",
  );
  const long = printable("€".repeat(2000));
  expect(Buffer.byteLength(long)).toBeLessThanOrEqual(2048);
  expect(long).toMatch(/^€+…$/);
});

test.each([
  ["https://api.test", "https://api.test"],
  ["HTTPS://api.test:443/", "https://api.test"],
  ["https://api.test:6443/k8s/c-1/", "https://api.test:6443/k8s/c-1"],
  ["https://u:p@[::1]:6443?x=1#y", "https://[::1]:6443"],
  ["localhost:8080", "http://localhost:8080"],
])("the server %s is shown as %s", (server, shown) => {
  const url = parseServerUrl(server);
  expect(typeof url === "string" ? url : showServer(url)).toBe(shown);
});

test.each([
  ["https://u:p@host/x", "https://host/x"],
  ["u:p@host", "host"],
  ["https://host/a@b", "https://host/a@b"],
  ["https://[u:p@", "https://"],
])("%s loses its login", (url, shown) => {
  expect(withoutUserInfo(url)).toBe(shown);
});
