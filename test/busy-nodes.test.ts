import { expect, test } from "vitest";
import type { Json } from "../src/evidence/field.ts";
import { readPod } from "../src/evidence/pod.ts";
import { gatherBusy } from "../src/gather/cluster/busy-nodes.ts";
import type { Reader } from "../src/gather/cluster/reader.ts";

const waiting = (name: string, reason: string): Json => ({ name, state: { waiting: { reason } } });

async function listsFor(init: string, main: string): Promise<readonly string[]> {
  const lists: string[] = [];
  const reader = {
    list: (path: string) => {
      lists.push(path);
      return Promise.resolve([]);
    },
  };
  const pod = readPod({
    kind: "Pod",
    metadata: { name: "web", namespace: "shop" },
    spec: {
      nodeName: "node-1",
      initContainers: [{ name: "migrate", image: "registry.example/migrate:1" }],
      containers: [{ name: "app", image: "registry.example/app:1" }],
    },
    status: {
      initContainerStatuses: [waiting("migrate", init)],
      containerStatuses: [waiting("app", main)],
    },
  });
  // Nothing else of a reader is called where no other Pod is found.
  await gatherBusy(reader as unknown as Reader, [pod]);
  return lists;
}

test("what else a node pulls is asked where nothing has failed, and not where an image before this one did", async () => {
  expect(await listsFor("PodInitializing", "PodInitializing")).toHaveLength(1);
  expect(await listsFor("ImagePullBackOff", "PodInitializing")).toHaveLength(0);
});
