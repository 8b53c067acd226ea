import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { type Route, startApiServer } from "./api-server.ts";
import { runProcess, shippedProgram } from "./command.ts";
import { writeKubeconfig } from "./hostile-run.ts";
import { mismatch, paths } from "./shop.ts";

/** Longer than the program waits before it shows that it is busy. */
const slow: Route = (response) => {
  const timer = setTimeout(() => response.writeHead(404).end("{}"), 1500);
  response.on("close", () => clearTimeout(timer));
};

const server = await startApiServer({ certificate: "none", routes: { ...mismatch(), [paths.node]: slow } });
const kubeconfig = writeKubeconfig(server.url);
afterAll(async () => {
  await server.close();
  rmSync(kubeconfig);
});

// Script gives the program a terminal, and as its own input is none, one of 0 columns, as `docker exec -t` and CI do.
test("a terminal that was told no size gets its answer when it takes long", async () => {
  const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
  const command = shippedProgram.length === 0 ? [process.execPath, main] : shippedProgram;
  const words = [...command, paths.pod.split("/").at(-1) ?? "", "--kubeconfig", kubeconfig];
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: process.env["HOME"] ?? "",
    TERM: "xterm",
    PAGER: "cat",
  };
  const { code, stdout } = await runProcess(
    ["timeout", "20", "script", "-qec", words.join(" "), "/dev/null"],
    {
      env,
    },
  );
  expect(stdout).toContain("Cause");
  expect(code).toBe(1);
}, 30_000);
