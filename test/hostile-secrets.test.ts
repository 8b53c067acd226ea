import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import {
  certificatePath,
  type FakeApiServer,
  readCertificate,
  startApiServer,
  status,
} from "./api-server.ts";
import { runCommand } from "./command.ts";
import { runProgram } from "./hostile-run.ts";
import { formsOf } from "./secret-forms.ts";
import { startProxies } from "./connection/proxies.ts";
import { dockerConfig, mismatch, namespace, paths, type Routes } from "./shop.ts";

const folder = mkdtempSync(join(tmpdir(), "why-pull-secrets-"));
const name = "web-5d9c8b7f6-x2x2x";
/** Letters that a token, a password, a URL and a header may hold, and no word has. */
const mark = "M4rk3d.pass~w0rd-Zq9XsVt7";
const awkward = "M4rk3d:pa/ss+w0rd@Zq9X?V#t7";

const routes: Routes = mismatch();
const planted = routes[paths.secret] as object;
routes[paths.secret] = {
  ...planted,
  data: dockerConfig({
    "other.example": { username: mark, password: awkward, auth: btoa(`${mark}:${awkward}`) },
  }),
};
const trusted = await startApiServer({ routes });
const strict = await startApiServer({ routes, admits: () => false });
const forbidding = await startApiServer({
  routes: { [paths.pod]: status(403, "Forbidden", 'pods "web" is forbidden: User "x" cannot get resource') },
});
const plain = await startApiServer({ routes, certificate: "none" });
const away = await startApiServer({
  routes: { [paths.pod]: (response) => void response.writeHead(302, { location: `${plain.url}/` }).end() },
});
/** Refuses, and repeats what it was sent: some do, in front of an API server. */
const repeating = await startApiServer({
  routes: {
    [paths.pod]: (response, seen) => {
      const [scheme = "", sent = ""] = String(seen.headers.authorization).split(" ");
      const login = scheme === "Basic" ? Buffer.from(sent, "base64").toString("utf8") : sent;
      const message = `no such login: authorization: ${scheme} ${sent}, which is ${sent}, or ${login}`;
      const text = JSON.stringify(status(403, "Forbidden", message));
      response.writeHead(403, { "content-type": "application/json", "x-refused": sent }).end(text);
    },
  },
});
const proxies = await startProxies();
const servers: Readonly<Record<string, FakeApiServer>> = {
  trusted,
  strict,
  forbidding,
  repeating,
  plain,
  away,
};
afterAll(async () => {
  proxies.close();
  for (const server of Object.values(servers)) await server.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => void vi.unstubAllEnvs());
vi.setConfig({ testTimeout: 120_000 });

const keyText = readCertificate("alice.key").replaceAll(/-----[^-]*-----|\s/g, "");
const forms = [...formsOf(mark), ...formsOf(awkward), keyText.slice(40, 80), keyText.slice(-60, -20)];
const leaksIn = (output: string): readonly string[] => forms.filter((form) => output.includes(form));

const base64 = (file: string): string => readFileSync(certificatePath(file)).toString("base64");
const authority = { "certificate-authority-data": base64("ca.crt") };

function kubeconfig(user: object, cluster: object): string {
  const file = join(folder, "config");
  writeFileSync(
    file,
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "c", cluster }],
      users: [{ name: "u", user }],
      contexts: [{ name: "c", context: { cluster: "c", user: "u", namespace } }],
      "current-context": "c",
    }),
  );
  return file;
}

function plugin(script: string): object {
  const file = join(folder, "plugin");
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return {
    exec: {
      command: file,
      args: [mark],
      env: [{ name: "PASSWORD", value: awkward }],
      apiVersion: "client.authentication.k8s.io/v1",
      interactiveMode: "Never",
      installHint: "install it",
    },
  };
}

const credential = (status: string): string =>
  `printf '%s' '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":${status}}'`;

/** Ways to log in, each with something that nobody may see. */
const users: Readonly<Record<string, () => object>> = {
  "a token": () => ({ token: mark }),
  "a token with a line break": () => ({ token: `${mark}\n${awkward}` }),
  "a user and a password": () => ({ username: "u", password: awkward }),
  "a token file": () => {
    writeFileSync(join(folder, "token"), mark);
    return { tokenFile: join(folder, "token") };
  },
  "a client certificate": () => ({
    "client-certificate-data": base64("alice.crt"),
    "client-key-data": base64("alice.key"),
  }),
  "a client key that is none": () => ({
    "client-certificate-data": base64("alice.crt"),
    "client-key-data": btoa(awkward),
  }),
  "a client key in the certificate's place": () => ({
    "client-certificate-data": base64("alice.key"),
    "client-key-data": base64("alice.crt"),
  }),
  "a client key of another certificate": () => ({
    "client-certificate-data": base64("bob.crt"),
    "client-key-data": base64("alice.key"),
  }),
  "an OIDC token": () => ({
    "auth-provider": {
      name: "oidc",
      config: { "id-token": mark, "refresh-token": awkward, "client-secret": mark },
    },
  }),
  "an auth-provider of old": () => ({ "auth-provider": { name: "gcp", config: { "access-token": mark } } }),
  "a plugin's token": () => plugin(credential(`{"token":"${mark}"}`)),
  "a plugin's token with a line break": () => plugin(credential(`{"token":"${mark}\\n${mark}"}`)),
  "a plugin's key": () => plugin(credential(`{"clientCertificateData":"${mark}","clientKeyData":"${mark}"}`)),
  "a plugin that says nonsense": () => plugin(`printf '%s' '{"status": ${mark}'`),
  "a plugin that says YAML": () => plugin(`printf '%s' 'token: "${mark}'`),
  "a plugin of another version": () =>
    plugin(`printf '%s' '{"apiVersion":"v0","status":{"token":"${mark}"}}'`),
  "a plugin that fails": () => plugin(`printf '%s' '${mark}'; exit 3`),
  "a plugin that is not there": () => ({
    exec: {
      command: "no-such-plugin",
      args: [mark],
      env: [{ name: "A", value: awkward }],
      apiVersion: "client.authentication.k8s.io/v1",
      interactiveMode: "Never",
    },
  }),
};

/** Ways to a server and what goes wrong there. */
const clusters: Readonly<Record<string, () => object>> = {
  "a server that answers": () => ({ server: trusted.url, ...authority }),
  "a server that says 401": () => ({ server: strict.url, ...authority }),
  "a server that says 403": () => ({ server: forbidding.url, ...authority }),
  "a server that repeats the login": () => ({ server: repeating.url, ...authority }),
  "a server that sends us away": () => ({ server: away.url, ...authority }),
  "a server whose authority is unknown": () => ({
    server: trusted.url,
    "certificate-authority-data": base64("other-ca.crt"),
  }),
  "a port without a server": () => ({ server: "https://127.0.0.1:1", ...authority }),
  "a login in the server's URL": () => ({
    server: trusted.url.replace("//", `//${mark}:${encodeURIComponent(awkward)}@`),
    ...authority,
  }),
  "a login in the URL of a port without a server": () => ({
    server: `https://u:${encodeURIComponent(awkward)}@127.0.0.1:1`,
  }),
  "a login that spoils the server's URL": () => ({ server: `https://u:${awkward}@127.0.0.1:1` }),
  "a proxy that refuses": () => ({
    server: trusted.url,
    ...authority,
    "proxy-url": `http://${mark}:${mark}@127.0.0.1:${proxies.ports.denying}`,
  }),
  "a proxy that is not there": () => ({
    server: trusted.url,
    ...authority,
    "proxy-url": `http://u:${encodeURIComponent(awkward)}@127.0.0.1:1`,
  }),
  "a proxy whose login spoils its URL": () => ({
    server: trusted.url,
    ...authority,
    "proxy-url": `http://u:${awkward}@127.0.0.1:1`,
  }),
  "a proxy of an unknown scheme": () => ({
    server: trusted.url,
    ...authority,
    "proxy-url": `ftp://u:${awkward}@127.0.0.1`,
  }),
  "an authority that is none": () => ({ server: trusted.url, "certificate-authority-data": btoa(awkward) }),
};

let bundles = 0;

async function run(words: readonly string[]): Promise<{ output: string; stdout: string; code: number }> {
  const log: string[] = [];
  const spy = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    log.push(String(text));
    return true;
  });
  try {
    const bundle = join(folder, "bundle.yaml");
    const { stdout, stderr, code } = await runCommand([...words, "--save-bundle", bundle]);
    let saved = "";
    if (code < 2) {
      saved = readFileSync(bundle, "utf8");
      bundles += 1;
    }
    return { output: stdout + stderr + log.join("") + saved, stdout, code };
  } finally {
    spy.mockRestore();
  }
}

const flags = [name, "-v", "9", "--request-timeout", "5s"];

describe("nothing of a login is in any output, error, log or bundle", () => {
  test.each(Object.keys(users))("with %s, whatever becomes of it", async (user) => {
    for (const [cluster, make] of Object.entries(clusters)) {
      const config = kubeconfig(users[user]?.() ?? {}, make());
      const { output, code } = await run([...flags, "--kubeconfig", config]);
      expect(leaksIn(output), cluster).toEqual([]);
      expect([1, 3], `${cluster}: ${output}`).toContain(code);
    }
  });

  test("was looked for in bundles too", () => {
    expect(bundles).toBeGreaterThan(5);
  });

  test("and would have been found", () => {
    for (const form of [
      mark,
      btoa(`u:${mark}`),
      encodeURIComponent(awkward),
      [...mark].toReversed().join(""),
    ])
      expect(leaksIn(`before ${form} after`), form).not.toEqual([]);
  });

  const given: readonly (readonly [string, readonly string[]])[] = [
    ["a token", ["--token", mark]],
    ["a token with a line break", ["--token", `${mark}\nx`]],
    ["a password", ["--username", "u", "--password", awkward]],
    [
      "a client key",
      ["--client-key", certificatePath("alice.key"), "--client-certificate", certificatePath("alice.crt")],
    ],
    [
      "a client key for a certificate",
      ["--client-key", certificatePath("alice.crt"), "--client-certificate", certificatePath("alice.key")],
    ],
    ["a server with a login", ["--server", trusted.url.replace("//", `//u:${mark}@`)]],
    ["a server with a login that spoils it", ["--server", `https://u:${awkward}@127.0.0.1:1`]],
    ["a server of another scheme", ["--server", `ftp://u:${awkward}@127.0.0.1:1`]],
    ["an extra of whom to be", ["--token", mark, "--as", "dev", "--as-user-extra", "a=b"]],
  ];
  test.each(given)("with %s on the command line", async (_title, words) => {
    for (const format of ["text", "wide", "json", "yaml", "markdown", "name"]) {
      const config = kubeconfig({}, { server: trusted.url, ...authority });
      const { output, code } = await run([...flags, "-o", format, "--kubeconfig", config, ...words]);
      expect(leaksIn(output), format).toEqual([]);
      expect([1, 2, 3], output).toContain(code);
    }
  });

  test("with a server's login on the command line, the server stays in the commands", async () => {
    const config = kubeconfig({}, { server: trusted.url, ...authority });
    const server = trusted.url.replace("//", `//u:${mark}@`);
    const { stdout, code } = await run([name, "--kubeconfig", config, "--server", server]);
    expect(code).toBe(1);
    expect(stdout).toContain(`--server ${trusted.url} `);
  });

  test.each(["HTTPS_PROXY", "https_proxy", "HTTP_PROXY"])("in %s", async (variable) => {
    vi.stubEnv(variable, `http://u:${encodeURIComponent(awkward)}@127.0.0.1:1`);
    for (const server of ["https://api.example.invalid", "http://api.example.invalid"]) {
      const { output, code } = await run([...flags, "--kubeconfig", kubeconfig({ token: mark }, { server })]);
      expect(leaksIn(output), server).toEqual([]);
      expect(code, server).toBe(3);
    }
  });

  test.each([
    ["that breaks off", `users: [{name: u, user: {token: "${mark}`],
    ["with a tab", `users:\n\t- token: ${mark}\n`],
    ["with a token of another type", `{"users":[{"name":"u","user":{"token":["${mark}"]}}]}`],
    ["with a field twice", `users: [{name: u, user: {token: ${mark}, token: ${mark}}}]`],
    ["that is no object", `"${mark}"`],
    [
      "with a key that is no base64",
      `{"users":[{"name":"u","user":{"client-key-data":"${mark}","client-certificate-data":"${mark}"}}],"clusters":[{"name":"c","cluster":{"server":"${plain.url}"}}],"contexts":[{"name":"x","context":{"user":"u","cluster":"c"}}],"current-context":"x"}`,
    ],
  ])("in a kubeconfig %s", async (_title, text) => {
    const file = join(folder, "odd-config");
    writeFileSync(file, text);
    const { output } = await run([...flags, "--kubeconfig", file]);
    expect(leaksIn(output)).toEqual([]);
  });

  test("in fixes, which name no login that the program was given", async () => {
    const config = kubeconfig({}, { server: trusted.url, ...authority });
    const { stdout } = await run([name, "-o", "json", "--kubeconfig", config, "--token", mark]);
    expect(stdout).toContain("$REGISTRY_PASSWORD");
    expect(stdout).not.toContain("--token");
  });
});

describe("a credential plugin's standard error", () => {
  test("is shown as kubectl shows it: the plugin may ask or explain there, and answers for what it says", async () => {
    const user = plugin(`echo "sign in at https://login.example" >&2; exit 1`);
    const config = kubeconfig(user, { server: trusted.url, ...authority });
    const { code, stderr } = await runProgram([name, "--kubeconfig", config]);
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /^sign in at https:\/\/login\.example\nUnable to connect to the server: getting credentials: exec: executable \S+ failed with exit code 1\n$/,
    );
  });
});
