import { afterAll, describe, expect, test } from "vitest";
import { status } from "./api-server.ts";
import { itemsOf, setStage } from "./hostile-run.ts";
import { changedLater, mismatch, namespace, paths, type Routes, toldByEvents } from "./shop.ts";

const { ask, close } = await setStage();
afterAll(close);

const name = "web-5d9c8b7f6-x2x2x";

function refusal(path: string): object {
  const words = path.split("/").slice(path.startsWith("/apis/") ? 4 : 3);
  const [resource = "", object] = words[0] === "namespaces" ? words.slice(2) : words;
  const verb = object === undefined ? "list" : "get";
  const what = object === undefined ? resource : `${resource} "${object}"`;
  return status(
    403,
    "Forbidden",
    `${what} is forbidden: User "dev" cannot ${verb} resource "${resource}" in API group "" in the namespace "${namespace}"`,
  );
}

/** The API server refuses whatever is not among the paths, as RBAC does. */
function allowing(routes: Routes, allowed: readonly string[]): Routes {
  return new Proxy(routes, {
    get: (all, path) => {
      if (typeof path !== "string" || !path.startsWith("/api")) return undefined;
      return allowed.includes(path) ? all[path] : refusal(path);
    },
  });
}

describe("with nothing but get pods", () => {
  test("the report says what it rests on, what it could not see, and how to see it", async () => {
    const { code, stdout, stderr } = await ask(allowing(mismatch(), [paths.pod]), [name]);
    expect(stderr).toBe("");
    expect(code).toBe(1);
    const text = stdout.replaceAll(/ --kubeconfig \S+/g, "").replaceAll(/\s+/g, " ");
    expect(text).toContain("ambiguous · possible");
    expect(text).toContain("Not certain: Secret regcred may not be read with your permissions.");
    expect(text).toContain("the runtime held no login that it could use for this host. [");
    for (const question of [
      "get secrets/regcred -n shop",
      "get serviceaccounts/default -n shop",
      "get deployments/web -n shop",
      "list events -n shop",
      "get nodes/node-1",
    ])
      expect(text).toContain(`kubectl auth can-i ${question}`);
    expect(text).not.toMatch(/(Secret|ServiceAccount|Deployment|Node) \S+ (does not exist|is missing)/);
  });

  test("no cause is taken for sure, whatever it is", async () => {
    for (const routes of [mismatch(), changedLater()]) {
      const { code, stdout } = await ask(allowing(routes, [paths.pod]), [name, "-o", "json"]);
      expect(code).toBe(1);
      expect(itemsOf(stdout)[0]?.verdict).toMatchObject({ state: "ambiguous", confidence: "possible" });
    }
  });

  test("and no cause in the Pod, none is named", async () => {
    const { code, stdout } = await ask(allowing(toldByEvents(), [paths.pod]), [name, "-o", "json"]);
    expect(code).toBe(1);
    expect(itemsOf(stdout)[0]?.verdict).toMatchObject({ state: "undetermined", cause: null });
  });
});

describe("with no permission at all", () => {
  test("a Pod ends in kubectl's own words and exit code 3", async () => {
    const { code, stdout, stderr } = await ask(allowing(mismatch(), []), [name]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(
      /^Error from server \(Forbidden\): pods "web-5d9c8b7f6-x2x2x" is forbidden: User "dev" cannot get resource "pods" in API group "" in the namespace "shop"\nkubectl auth can-i get pods\/web-5d9c8b7f6-x2x2x -n shop --kubeconfig \S+\n$/,
    );
  });

  test("a namespace does", async () => {
    const { code, stdout, stderr } = await ask(allowing(mismatch(), []), []);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(
      /^Error from server \(Forbidden\): pods is forbidden: User "dev" cannot list resource "pods" in API group "" in the namespace "shop"\nkubectl auth can-i list pods -n shop --kubeconfig \S+\n$/,
    );
  });

  test("a user that is nobody is told to log in", async () => {
    const routes = { [paths.pod]: status(401, "Unauthorized", "Unauthorized") };
    const { code, stdout, stderr } = await ask(routes, [name]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toBe("error: You must be logged in to the server (Unauthorized)\n");
  });
});
