import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

const namespace = "team-a";
const image = "ghcr.io/acme/web:1.4.2";
const denied =
  `Failed to pull image "${image}": failed to pull and unpack image "${image}": failed to resolve reference "${image}": ` +
  "failed to authorize: failed to fetch anonymous token: unexpected status from GET request to " +
  "https://ghcr.io/token?scope=repository%3Aacme%2Fweb%3Apull&service=ghcr.io: 401 Unauthorized";
const since = "2026-01-01T00:00:00Z";

const metadata = (name: string): Record<string, unknown> => ({
  name,
  namespace,
  uid: `uid-${name}`,
  creationTimestamp: since,
});

/** The story of the most ordinary failure: the Pod names a pull secret, and the secret is for another registry. */
const objects: Readonly<Record<string, unknown>> = {
  [`/api/v1/namespaces/${namespace}/pods/web`]: {
    apiVersion: "v1",
    kind: "Pod",
    metadata: metadata("web"),
    spec: {
      nodeName: "node-1",
      serviceAccountName: "default",
      imagePullSecrets: [{ name: "regcred" }],
      containers: [{ name: "app", image, imagePullPolicy: "IfNotPresent" }],
    },
    status: {
      phase: "Pending",
      containerStatuses: [
        {
          name: "app",
          image,
          imageID: "",
          ready: false,
          restartCount: 0,
          state: { waiting: { reason: "ErrImagePull", message: denied } },
        },
      ],
    },
  },
  [`/api/v1/namespaces/${namespace}/events`]: {
    apiVersion: "v1",
    kind: "EventList",
    metadata: {},
    items: [
      {
        metadata: metadata("web.1"),
        involvedObject: {
          kind: "Pod",
          namespace,
          name: "web",
          uid: "uid-web",
          fieldPath: "spec.containers{app}",
        },
        reason: "Failed",
        type: "Warning",
        message: denied,
        count: 3,
        firstTimestamp: since,
        lastTimestamp: since,
        source: { component: "kubelet", host: "node-1" },
      },
    ],
  },
  [`/api/v1/namespaces/${namespace}/serviceaccounts`]: {
    apiVersion: "v1",
    kind: "ServiceAccountList",
    metadata: {},
    items: [{ metadata: metadata("default") }],
  },
  [`/api/v1/namespaces/${namespace}/secrets/regcred`]: {
    apiVersion: "v1",
    kind: "Secret",
    metadata: metadata("regcred"),
    type: "kubernetes.io/dockerconfigjson",
    data: {
      ".dockerconfigjson": Buffer.from('{"auths":{"docker.io":{"username":"u","password":"p"}}}').toString(
        "base64",
      ),
    },
  },
  "/api/v1/nodes/node-1": {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "node-1" },
    status: {
      images: [],
      nodeInfo: {
        architecture: "amd64",
        operatingSystem: "linux",
        kubeletVersion: "v1.36.3",
        containerRuntimeVersion: "containerd://2.2.9",
      },
    },
  },
  "/version": { major: "1", minor: "36", gitVersion: "v1.36.3" },
};

/** Certificates of the tests: a server at 127.0.0.1, and a user. */
const certificate = (name: string): Buffer =>
  readFileSync(join(import.meta.dirname, "../../test/connection/fixtures", name));

/** Runs `work` beside an API server with canned answers, and tells it the kubeconfig that leads there. */
export async function withWarmCluster(
  folder: string,
  work: (kubeconfig: string) => Promise<void>,
): Promise<void> {
  const identity = {
    cert: certificate("server.crt"),
    key: certificate("server.key"),
    ca: certificate("ca.crt"),
    requestCert: true,
  };
  const server = createServer(identity, (request, response) => {
    const path = request.url?.split("?")[0] ?? "";
    const found = objects[path];
    const missing = {
      kind: "Status",
      apiVersion: "v1",
      status: "Failure",
      reason: "NotFound",
      message: `${path} not found`,
      code: 404,
    };
    response.writeHead(found === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(found ?? missing));
  });
  const kubeconfig = join(folder, "kubeconfig");
  try {
    writeFileSync(kubeconfig, kubeconfigFor(await listen(server)));
    await work(kubeconfig);
  } finally {
    rmSync(kubeconfig, { force: true });
    server.close();
    server.closeAllConnections();
  }
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });

/** Laid out as kubectl writes kubeconfigs, so that the usual way of reading one is the way that gets cached. */
const kubeconfigFor = (port: number): string => `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${certificate("ca.crt").toString("base64")}
    server: https://127.0.0.1:${port}
  name: warm
contexts:
- context:
    cluster: warm
    namespace: ${namespace}
    user: warm
  name: warm
current-context: warm
kind: Config
preferences: {}
users:
- name: warm
  user:
    client-certificate-data: ${certificate("alice.crt").toString("base64")}
    client-key-data: ${certificate("alice.key").toString("base64")}
`;
