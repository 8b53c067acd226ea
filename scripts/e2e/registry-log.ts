import { readFileSync } from "node:fs";
import type { Play } from "./play.ts";

interface RegistryRequest {
  readonly repository: string;
  readonly host: string;
  readonly login: boolean;
}

export type RegistryLog = readonly RegistryRequest[];

export function readRegistryLog(file: string): RegistryLog {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("{") && line.endsWith("}"))
    .map((line) => JSON.parse(line) as RegistryRequest);
}

/** What the registries saw of a case: no request, none with a login, or one with a login. */
export function sentOf(
  log: RegistryLog,
  { case: one, namespace }: Play,
): "nothing" | "anonymous" | "credential" {
  const repository = (one.repository ?? "").replaceAll("NS", namespace);
  if (repository === "") return "nothing";
  // A runtime that was turned away early did not name the repository; its host is the case's own then.
  const host = one.host ?? undefined;
  const requests = log.filter((request) => request.repository === repository || request.host === host);
  if (requests.length === 0) return "nothing";
  return requests.some(({ login }) => login) ? "credential" : "anonymous";
}
