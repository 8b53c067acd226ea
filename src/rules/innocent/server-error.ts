import { kinds } from "../../pull/message/kinds.ts";
import { isOwnRegistry } from "../facts/openshift.ts";
import { officialInCache, unofficialInCache } from "../fix/image.ts";
import { hostOf } from "../facts/listed.ts";
import { isPublicHost } from "../facts/registry.ts";
import { registriesFile } from "../facts/registries-file.ts";
import { contacted, elsewhere, nodeOf, person } from "./connect.ts";
import type { InnocentRow } from "./row.ts";
import { claim, type FailedPull, type Fix } from "../rule.ts";

/** What failed behind it heals by waiting; only a refusal is about a login or a name that it asks with. */
function isRefusedBehind({ failure: { reading } }: FailedPull): boolean {
  return reading.passedOn === "refusal" || reading.passedOn === 401 || reading.passedOn === 403;
}

/** Nobody mirrors a registry of their own; before 1.5 containerd says of a status nothing about who gave it. */
function isWhoeverAnswered(failed: FailedPull): boolean {
  const { host, passedOn, runtime } = failed.failure.reading;
  return (
    host === undefined && passedOn === undefined && runtime === "containerd" && isPublicHost(hostOf(failed))
  );
}

/** The registry behind, where OpenShift's names it: `unable to pull manifest from HOST/PATH: …`. */
function sourceOf({ failure: { message } }: FailedPull): string | undefined {
  return /\bunable to pull manifest from ([A-Za-z0-9.-]{1,253}(?::\d{1,5})?)\//.exec(message)?.[1];
}

function summaryOf(failed: FailedPull): string {
  const { passedOn } = failed.failure.reading;
  const host = contacted(failed);
  const source = sourceOf(failed) ?? "another registry";
  switch (passedOn) {
    case undefined:
      return isWhoeverAnswered(failed)
        ? `${host}, or a mirror that ${nodeOf(failed)} asks in its place, fails by itself (5xx).`
        : `${host} fails by itself (5xx).`;
    case "refusal":
      return `${host} asks ${source} for this image, which refuses it: its own login there, or the name that it asks for.`;
    case "unreached":
      return `${host} asks ${source} for this image, and does not get through to it.`;
    default:
      return `${host} passes on an answer of ${passedOn} that it got itself, mostly from the registry behind it.`;
  }
}

/** Its registry takes logins for what it pulls through from the image stream's project, and from its own global one. */
function ownLogin(failed: FailedPull): string {
  const { reference } = failed.pull;
  if (!reference.ok || !isOwnRegistry(reference.registry))
    return `Whoever runs ${contacted(failed)} corrects its login for the registry behind it; a pull secret does not serve there.`;
  const [project = "?"] = reference.repository.split("/");
  return `Whoever owns project ${project} puts a pull secret for ${sourceOf(failed) ?? "the registry behind it"} there, beside the image stream, or whoever runs the cluster into its global pull secret; one that the Pod names does not serve.`;
}

function fixesOf(failed: FailedPull): readonly Fix[] {
  const { passedOn } = failed.failure.reading;
  const host = contacted(failed);
  if (isRefusedBehind(failed))
    return [
      ...(sourceOf(failed) === undefined ? [...officialInCache(failed), ...unofficialInCache(failed)] : []),
      ...person(ownLogin(failed)),
    ];
  if (passedOn === "unreached")
    return person(
      `Whoever runs ${host} looks at its own way to ${sourceOf(failed) ?? "the registry behind it"}: name servers, proxy, certificates. The node's way there has no part in it.`,
    );
  return person(
    isWhoeverAnswered(failed)
      ? `Wait for ${host} to recover; if it is well, whoever runs ${nodeOf(failed)} looks at the mirrors in ${registriesFile(failed)}.`
      : `Wait for ${host}${passedOn === undefined ? "" : ", or the registry behind it,"} to recover; whoever runs it looks at its log.`,
  );
}

export const serverErrorRows: readonly InnocentRow[] = [
  {
    id: "registry-server-error",
    kind: "registry-server-error",
    confidence: (f) => (f.failure.reading.passedOn === undefined ? "certain" : "likely"),
    summary: summaryOf,
    claims: (f) => {
      const { behind } = f.failure.reading;
      return behind === undefined
        ? elsewhere(f)
        : [claim(`Of what it asked itself: ${kinds[behind].sentence}`, f.failure.ref)];
    },
    confirm: (f) =>
      isRefusedBehind(f)
        ? `Read the log of ${contacted(f)}: which registry it asked for which name, and with which login.`
        : `Look at the status page or the log of ${contacted(f)}; try again in some minutes.`,
    fixes: fixesOf,
  },
];
