import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { run } from "../src/cli.ts";
import { certificatePath, status } from "./api-server.ts";
import { writeKubeconfig } from "./hostile-run.ts";
import { type LiveCluster, startLiveCluster } from "./live-cluster.ts";
import { namespace, paths } from "./shop.ts";

const image = "registry.example/shop/api:1.0";
const noLogin =
  `failed to pull and unpack image "${image}": failed to resolve image: pull access denied, repository does not exist ` +
  "or may require authorization: authorization failed: no basic auth credentials";
const tooMany =
  `failed to pull and unpack image "${image}": failed to copy: httpReadSeeker: failed open: unexpected status code ` +
  "https://registry.example/v2/shop/api/manifests/1.0: 429 Too Many Requests";
const waiting = (reason: string, message = ""): object => ({
  waiting: { reason, ...(message === "" ? {} : { message }) },
});
const failed = (message: string): object => waiting("ErrImagePull", message);
const creating = waiting("ContainerCreating");
const running = { running: { startedAt: "2026-01-01T00:05:00Z" } };

interface Like {
  readonly hash?: string;
  readonly uid?: string;
  readonly secrets?: readonly string[];
}

/** A Pod of Deployment web with a container for each state. */
function pod(name: string, states: readonly object[], like: Like = {}): object {
  const { hash = "aaa", uid = `uid-${name}`, secrets = ["regcred"] } = like;
  const containers = states.map((_, index) => ({
    name: `c${index}`,
    image,
    imagePullPolicy: "IfNotPresent",
  }));
  return {
    metadata: {
      name,
      uid,
      creationTimestamp: "2026-01-01T00:00:00Z",
      labels: { app: "web", "pod-template-hash": hash },
      ownerReferences: [
        {
          apiVersion: "apps/v1",
          kind: "ReplicaSet",
          name: `web-${hash}`,
          uid: `rs-${hash}`,
          controller: true,
        },
      ],
    },
    spec: {
      nodeName: "node-1",
      serviceAccountName: "default",
      containers,
      imagePullSecrets: secrets.map((secret) => ({ name: secret })),
    },
    status: {
      phase: states.every((state) => "running" in state) ? "Running" : "Pending",
      conditions: [{ type: "PodScheduled", status: "True" }],
      containerStatuses: states.map((state, index) => ({
        name: `c${index}`,
        image,
        imageID: "running" in state ? "sha256:1" : "",
        restartCount: 0,
        state,
      })),
    },
  };
}

function replicaSets(...hashes: readonly string[]): object {
  return {
    kind: "ReplicaSetList",
    apiVersion: "apps/v1",
    items: hashes.map((hash, index) => ({
      metadata: {
        name: `web-${hash}`,
        namespace,
        uid: `rs-${hash}`,
        annotations: { "deployment.kubernetes.io/revision": String(index + 1) },
        ownerReferences: [{ kind: "Deployment", name: "web", uid: "uid-web", controller: true }],
      },
      spec: {},
    })),
  };
}

interface Running {
  readonly out: () => string;
  readonly err: () => string;
  /** Waits until standard output has what is looked for. */
  readonly until: (wanted: RegExp) => Promise<void>;
  readonly interrupt: () => void;
  readonly code: Promise<number>;
}

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of cleanUp.splice(0)) await one();
});

async function cluster(
  initial: readonly object[],
  admits?: (authorization: string | undefined) => boolean,
): Promise<LiveCluster> {
  const live = await startLiveCluster(initial, admits);
  const events = live.routes[paths.events] as { items: object[] };
  events.items.length = 0;
  live.routes[`/apis/apps/v1/namespaces/${namespace}/replicasets`] = replicaSets("aaa");
  cleanUp.push(live.server.close);
  return live;
}

function start(live: LiveCluster, words: readonly string[], user: object = { token: "t" }): Running {
  const authority = { "certificate-authority": certificatePath("ca.crt") };
  const kubeconfig = writeKubeconfig(live.server.url, user, authority);
  let out = "";
  let err = "";
  const cancel = new AbortController();
  const code = run([...words, "--kubeconfig", kubeconfig], {
    env: {},
    write: (text) => void (out += text),
    complain: (text) => void (err += text),
    input: async function* () {},
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    columns: undefined,
    colorLevel: () => 0,
    signal: cancel.signal,
    now: () => Date.parse("2026-01-01T00:06:00Z"),
  });
  cleanUp.unshift(async () => {
    cancel.abort();
    await code;
  });
  return {
    out: () => out,
    err: () => err,
    until: async (wanted) => {
      for (let round = 0; !wanted.test(out); round += 1) {
        if (round > 1000) throw new Error(`${String(wanted)} is not in ${out}${err}`);
        await pause(20);
      }
    },
    interrupt: () => cancel.abort(),
    code,
  };
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("--wait", () => {
  test("ends when every image is there", async () => {
    const live = await cluster([pod("web-1", [creating, creating])]);
    const { code, out } = start(live, ["deploy/web", "--wait"]);
    await pause(700);
    live.put(pod("web-1", [running, creating]));
    await pause(700);
    live.put(pod("web-1", [running, running]));
    expect(await code).toBe(0);
    expect(out()).toBe("Every image is there: 1 Pod has all of its own.\n");
  });

  test("ends at once, with the report, for what waiting does not heal", async () => {
    const live = await cluster([pod("web-1", [creating])]);
    const { code, out } = start(live, ["deploy/web", "--wait"]);
    await pause(700);
    live.put(pod("web-1", [failed(noLogin)]));
    expect(await code).toBe(1);
    expect(out()).toContain("registry-key-mismatch");
  });

  test("waits for what heals by itself", async () => {
    const live = await cluster([pod("web-1", [failed(tooMany)])]);
    const { code } = start(live, ["deploy/web", "--wait"]);
    await pause(1500);
    live.put(pod("web-1", [running]));
    expect(await code).toBe(0);
  });

  test("waits for a Secret that is made shortly after the Pod", async () => {
    const live = await cluster([]);
    const secret = live.routes[paths.secret];
    live.routes[paths.secret] = status(404, "NotFound", 'secrets "regcred" not found', {
      details: { name: "regcred", kind: "secrets" },
    });
    live.put(pod("web-1", [failed(noLogin)]));
    const { code } = start(live, ["deploy/web", "--wait"]);
    await pause(1500);
    if (secret !== undefined) live.routes[paths.secret] = secret;
    live.put(pod("web-1", [running]));
    expect(await code).toBe(0);
  });

  test("says when the time is over what fails, though it may heal", async () => {
    const live = await cluster([pod("web-1", [failed(tooMany)])]);
    const { code, out } = start(live, ["deploy/web", "--wait=1500ms"]);
    expect(await code).toBe(1);
    expect(out()).toContain("rate-limited");
  });

  test("says when the time is over what is still awaited", async () => {
    const live = await cluster([pod("web-1", [creating])]);
    const { code, err } = start(live, ["deploy/web", "--wait=1s"]);
    expect(await code).toBe(3);
    expect(err()).toContain("1s are over, and images are still awaited by web-1");
  });

  test("waits for Pods that are not there yet", async () => {
    const live = await cluster([]);
    const { code } = start(live, ["deploy/web", "--wait"]);
    await pause(700);
    live.put(pod("web-1", [creating]));
    await pause(300);
    live.put(pod("web-1", [running]));
    expect(await code).toBe(0);
    const late = start(await cluster([]), ["deploy/web", "--wait=500ms"]);
    expect(await late.code).toBe(3);
    expect(late.err()).toContain("there is no Pod of deployment/web yet");
  });

  test("looks at the Pods of the newest template alone", async () => {
    const live = await cluster([pod("old-1", [failed(noLogin)]), pod("new-1", [running], { hash: "bbb" })]);
    live.routes[`/apis/apps/v1/namespaces/${namespace}/replicasets`] = replicaSets("aaa", "bbb");
    expect(await start(live, ["deploy/web", "--wait"]).code).toBe(0);
    const deployment = live.routes[paths.deployment] as { metadata: object };
    live.routes[paths.deployment] = {
      ...deployment,
      metadata: { ...deployment.metadata, generation: 3 },
      status: { observedGeneration: 2 },
    };
    expect(await start(live, ["deploy/web", "--wait=1s"]).code).toBe(3);
  });

  const job = (conditions: readonly object[]): object => ({
    kind: "Job",
    apiVersion: "batch/v1",
    metadata: { name: "web", namespace, uid: "uid-web" },
    spec: { selector: { matchLabels: { app: "web" } } },
    status: { conditions },
  });
  const jobPath = `/apis/batch/v1/namespaces/${namespace}/jobs/web`;
  const over = { type: "Failed", status: "True", reason: "BackoffLimitExceeded", message: "too often" };

  test("ends at once for a Job that is over and has no Pod", async () => {
    const live = await cluster([]);
    live.routes[jobPath] = job([over]);
    const { code, err } = start(live, ["job/web", "--wait"]);
    expect(await code).toBe(3);
    expect(err()).toContain('job "web" has failed (BackoffLimitExceeded), and has no Pod: none is to come');
    live.routes[jobPath] = job([{ type: "Complete", status: "True" }]);
    const complete = start(live, ["job/web", "--wait"]);
    expect(await complete.code).toBe(3);
    expect(complete.err()).toContain('job "web" is complete, and has no Pod');
  });

  test("waits for a Job's Pods while it may make one, and for those that a failed one has", async () => {
    const live = await cluster([]);
    live.routes[jobPath] = job([
      { ...over, status: "False" },
      { type: "Suspended", status: "True" },
    ]);
    const waits = start(live, ["job/web", "--wait=700ms"]);
    expect(await waits.code).toBe(3);
    expect(waits.err()).toContain("there is no Pod of job/web yet");
    live.routes[jobPath] = job([over]);
    live.put(pod("web-1", [running]));
    expect(await start(live, ["job/web", "--wait"]).code).toBe(0);
  });

  test("ends for a Pod that was named and is deleted, and not for one of a workload", async () => {
    const live = await cluster([pod("web-1", [creating])]);
    const named = start(live, ["web-1", "--wait"]);
    const whole = start(live, ["deploy/web", "--wait"]);
    await pause(800);
    live.remove("web-1");
    expect(await named.code).toBe(3);
    expect(named.err()).toContain('pod "web-1" was deleted');
    live.put(pod("web-2", [running]));
    expect(await whole.code).toBe(0);
  });

  test("has an answer for programs", async () => {
    const live = await cluster([pod("web-1", [running])]);
    const { code, out } = start(live, ["-l", "app=web", "--wait", "-o", "json"]);
    expect(await code).toBe(0);
    expect(JSON.parse(out())).toMatchObject({ items: [{ verdict: { state: "no-failure" } }] });
  });

  test("ends with Ctrl-C", async () => {
    const { code, interrupt, out } = start(await cluster([pod("web-1", [creating])]), [
      "deploy/web",
      "--wait",
    ]);
    await pause(500);
    interrupt();
    expect(await code).toBe(130);
    expect(out()).toBe("");
  });

  test.each([
    [["--wait=soon"], 'invalid value for --wait: "soon" is no duration'],
    [["--wait", "--watch"], "--wait cannot be combined with --watch\n--wait ends when every image is there"],
    [["--wait", "-f", "x.yaml"], "--wait cannot be combined with --filename\nFiles do not change"],
    [["--watch", "--save-bundle", "x"], "--watch cannot be combined with --save-bundle\nA bundle is"],
    [["--watch", "--contexts", "a,b"], "--watch cannot be combined with --contexts\nOne cluster is followed"],
    [["--wait", "--probe"], "--wait cannot be combined with --probe\nA login is not to be tried again"],
    [["--watch", "-o", "yaml"], "--watch prints no yaml"],
  ])("refuses %j", async (words, sentence) => {
    const { code, err } = start(await cluster([]), words);
    expect(await code).toBe(2);
    expect(err()).toContain(sentence);
  });

  test("says that nothing by that name is there", async () => {
    const { code, err } = start(await cluster([]), ["deploy/nothing", "--wait"]);
    expect(await code).toBe(3);
    expect(err()).toContain("NotFound");
  });
});

describe("--watch", () => {
  test("tells of what begins to fail, changes its cause, and heals, and of nothing twice", async () => {
    const live = await cluster([pod("web-1", [running]), pod("web-2", [creating])]);
    const { until, out, interrupt, code } = start(live, ["--watch"]);
    await pause(500);
    live.put(pod("web-2", [failed(tooMany)]));
    await until(/failing/);
    live.put(
      pod("web-2", [
        waiting("ImagePullBackOff", `Back-off pulling image "${image}": ErrImagePull: ${tooMany}`),
      ]),
    );
    await pause(700);
    live.put(pod("web-2", [failed(noLogin)]));
    await until(/changed/);
    live.put(pod("web-2", [running]));
    await until(/healed/);
    interrupt();
    expect(await code).toBe(130);
    expect(
      out()
        .split("\n")
        .map((line) =>
          line
            .split(" ")
            .slice(0, line.includes("healed") ? 4 : 3)
            .join(" "),
        ),
    ).toEqual([
      "2026-01-01T00:06:00Z failing deployment/web",
      "2026-01-01T00:06:00Z changed deployment/web",
      "2026-01-01T00:06:00Z healed  deployment/web",
      "",
    ]);
    expect(out()).toMatch(/rate-limited: .*\n.*registry-key-mismatch: .*\n.*: the image is there\n$/);
  });

  test("prints a JSON object a line", async () => {
    const live = await cluster([pod("web-1", [failed(noLogin), running])]);
    const { until, out } = start(live, ["deploy/web", "--watch", "-o", "json"]);
    await until(/\n/);
    expect(JSON.parse(out())).toMatchObject({
      type: "failing",
      item: { pod: { name: "web-1" }, container: "c0", verdict: { cause: "registry-key-mismatch" } },
    });
  });

  test.each(["end", "drop"] as const)("goes on behind a watch that was cut: %s", async (how) => {
    const live = await cluster([pod("web-1", [running])]);
    const { until, err } = start(live, ["--watch"]);
    await pause(500);
    live.bookmark();
    live.cut(how);
    live.put(pod("web-1", [failed(noLogin)]));
    await until(/failing/);
    expect(live.counts().watches).toBeGreaterThan(1);
    expect(err()).toBe("");
  });

  test("lists anew where the server forgot", async () => {
    const live = await cluster([pod("web-1", [running])]);
    const { until } = start(live, ["--watch"]);
    await pause(500);
    live.forget();
    live.cut("end");
    live.put(pod("web-2", [failed(noLogin)]));
    await until(/failing/);
    expect(live.counts().lists).toBeGreaterThan(1);
  });

  test("outlives a server that is away for some seconds, and says so once", async () => {
    const live = await cluster([pod("web-1", [running])]);
    const { until, err } = start(live, ["--watch"]);
    await pause(500);
    live.leave();
    await pause(3000);
    live.put(pod("web-1", [failed(noLogin)]));
    live.comeBack();
    await until(/failing/);
    expect(err().match(/does not answer/g)).toHaveLength(1);
    expect(err()).toContain("The API server answers again.\n");
  });

  describe.skipIf(process.platform === "win32")("when its login expires meanwhile", () => {
    /** A credential plugin whose first login is token-1, its second token-2, and how often it ran. */
    function plugin(): { readonly user: object; readonly runs: () => number } {
      const folder = mkdtempSync(join(tmpdir(), "why-pull-plugin-"));
      cleanUp.push(() => rmSync(folder, { recursive: true }));
      const runs = join(folder, "runs");
      const script = `echo run >> '${runs}'; printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"token-%s"}}' "$(wc -l < '${runs}' | tr -d ' ')"`;
      const apiVersion = "client.authentication.k8s.io/v1";
      return {
        user: { exec: { apiVersion, command: "/bin/sh", args: ["-c", script], interactiveMode: "Never" } },
        runs: () => readFileSync(runs, "utf8").split("\n").length - 1,
      };
    }

    test("logs in once more, and goes on", async () => {
      let good = "Bearer token-1";
      const live = await cluster([pod("web-1", [running])], (login) => login === good);
      const { user, runs } = plugin();
      const { until, err } = start(live, ["--watch"], user);
      await pause(700);
      good = "Bearer token-2";
      live.bookmark();
      live.cut("end");
      live.put(pod("web-1", [failed(noLogin)]));
      await until(/failing/);
      expect(runs()).toBe(2);
      expect(err()).toBe("");
    });

    test("ends with the server's words where the new login is refused as well", async () => {
      let isOver = false;
      const live = await cluster([pod("web-1", [running])], () => !isOver);
      const { user, runs } = plugin();
      const { code, err } = start(live, ["--watch"], user);
      await pause(700);
      isOver = true;
      live.cut("end");
      expect(await code).toBe(3);
      expect(err()).toContain("Unauthorized");
      expect(runs()).toBe(2);
    });

    test("reads a token file again", async () => {
      const folder = mkdtempSync(join(tmpdir(), "why-pull-token-"));
      cleanUp.push(() => rmSync(folder, { recursive: true }));
      const tokenFile = join(folder, "token");
      writeFileSync(tokenFile, "token-1");
      let good = "Bearer token-1";
      const live = await cluster([pod("web-1", [running])], (login) => login === good);
      const { until } = start(live, ["--watch"], { tokenFile });
      await pause(700);
      good = "Bearer token-2";
      writeFileSync(tokenFile, "token-2");
      live.bookmark();
      live.cut("end");
      live.put(pod("web-1", [failed(noLogin)]));
      await until(/failing/);
    });
  });

  test("tells of a Pod that was made anew by the same name as of another", async () => {
    const live = await cluster([pod("web-0", [failed(noLogin)])]);
    const { until, out } = start(live, ["--watch"]);
    await until(/failing/);
    live.remove("web-0");
    live.put(pod("web-0", [failed(noLogin)], { uid: "another" }));
    await until(/failing[^]*failing/);
    expect(out()).not.toContain("healed");
  });
});
