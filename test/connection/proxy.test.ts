import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { proxyFor } from "../../src/gather/connection/http/proxy.ts";
import { parseServerUrl } from "../../src/gather/connection/http/server-url.ts";

function proxyOf(server: string, env: Record<string, string>): unknown {
  const url = parseServerUrl(server);
  if (typeof url === "string") return url;
  return proxyFor(url, undefined, {
    env,
    cwd: "/",
    home: "/",
    platform: "linux",
    stdinIsTerminal: false,
    version: "0",
    log: () => undefined,
    readFile: (path) => readFileSync(path),
  });
}

// golang.org/x/net/http/httpproxy, documentation of Config.NoProxy.
test.each([
  ["a name covers itself", "foo.com", "foo.com", true],
  ["a name covers its subdomains", "foo.com", "bar.foo.com", true],
  ["a name does not cover what only ends alike", "foo.com", "notfoo.com", false],
  [".name covers subdomains", ".foo.com", "bar.foo.com", true],
  [".name does not cover the name", ".foo.com", "foo.com", false],
  ["*.name covers subdomains", "*.foo.com", "bar.foo.com", true],
  ["*.name does not cover the name", "*.foo.com", "foo.com", false],
  ["case does not count", "FOO.com", "Bar.foo.COM", true],
  ["a port must be the server's", "foo.com:6443", "foo.com", true],
  ["another port does not count", "foo.com:443", "foo.com", false],
  ["an address covers itself", "10.1.2.3", "10.1.2.3", true],
  ["an address with another port does not", "10.1.2.3:1", "10.1.2.3", false],
  ["a network covers its addresses", "10.0.0.0/8", "10.1.2.3", true],
  ["a network does not cover others", "10.0.0.0/8", "11.1.2.3", false],
  ["a network covers no names", "10.0.0.0/8", "foo.com", false],
  ["a network of impossible size covers nothing", "10.0.0.0/99", "10.1.2.3", false],
  ["IPv6 addresses", "fd00::1", "[fd00::1]", true],
  ["IPv6 addresses with port", "[fd00::1]:6443", "[fd00::1]", true],
  ["IPv6 networks", "fd00::/8", "[fd12::1]", true],
  ["everything", "*", "foo.com", true],
  ["entries may have white space and be empty", " , x.y ,foo.com ", "foo.com", true],
  ["a port alone covers nothing", ":6443", "foo.com", false],
])("NO_PROXY: %s", (_title, list, host, covered) => {
  const proxy = proxyOf(`https://${host}:6443`, { HTTPS_PROXY: "http://proxy:3128", NO_PROXY: list });
  expect(proxy === undefined).toBe(covered);
});

test.each(["localhost", "127.0.0.1", "127.9.9.9", "[::1]"])(
  "no proxy of the environment is used for %s",
  (host) => {
    expect(proxyOf(`https://${host}:6443`, { HTTPS_PROXY: "http://proxy:3128" })).toBeUndefined();
  },
);

test.each([
  [
    "upper case wins over lower case",
    { HTTPS_PROXY: "http://a:1", https_proxy: "http://b:2" },
    { scheme: "http", host: "a", port: 1 },
  ],
  [
    "an empty variable is none",
    { HTTPS_PROXY: "", https_proxy: "http://b:2" },
    { scheme: "http", host: "b", port: 2 },
  ],
  ["usual ports", { HTTPS_PROXY: "socks5://a" }, { scheme: "socks5", host: "a", port: 1080 }],
  [
    "a login is decoded",
    { HTTPS_PROXY: "https://us%40er:p%3Aw@a" },
    { scheme: "https", host: "a", port: 443, userInfo: { username: "us@er", password: "p:w" } },
  ],
  ["host:port is an HTTP proxy", { HTTPS_PROXY: "a:3128" }, { scheme: "http", host: "a", port: 3128 }],
  ["what is no address is none", { HTTPS_PROXY: "%zz" }, undefined],
  ["ALL_PROXY is not known", { ALL_PROXY: "http://a:1" }, undefined],
])("the proxy of the environment: %s", (_title, env: Record<string, string>, proxy) => {
  expect(proxyOf("https://foo.com", env)).toEqual(proxy);
});

test("HTTP_PROXY is refused where a request's header could have set it", () => {
  expect(proxyOf("http://foo.com", { HTTP_PROXY: "http://a:1", REQUEST_METHOD: "GET" })).toMatch(
    /^refusing to use HTTP_PROXY/,
  );
});
