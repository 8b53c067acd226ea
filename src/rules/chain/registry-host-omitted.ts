import { parseImageReference } from "../../pull/image-reference.ts";
import { lookUp } from "../../pull/keyring.ts";
import { entryRef, secretTypeOf } from "../../pull/path/credential-path.ts";
import { kubectl, lines } from "../fix/command.ts";
import { letRoll, managingWorkload, nameOf } from "../fix/workload.ts";
import {
  corrected,
  empty,
  fittingOnAccount,
  ignored,
  isStatic,
  listWords,
  missing,
  named,
  nothingHandedOver,
  said,
  templateAhead,
} from "../facts/listed.ts";
import { isDockerHub } from "../facts/registry.ts";
import { authFailures, claim, type FailedPull, type Fix, type Rule } from "../rule.ts";
import { unlessUnread } from "../facts/unread-rivals.ts";

const hubAlias = /(^|\.)docker\.(io|com)$/i;

/**
 * An image without a host means Docker Hub (distribution/reference normalize.go). True where the listed Secrets know
 * Docker Hub, so that Docker Hub can be meant; false where they know only other registries; undefined where the image
 * has a host or the Secrets hold nothing.
 */
export function hubKeysOnly(failed: FailedPull): boolean | undefined {
  const { reference, lookUp } = failed.pull;
  if (!reference.ok || reference.hostGiven || !isDockerHub(reference.registry)) return undefined;
  if (lookUp.misses.length === 0) return undefined;
  return lookUp.misses.some(({ entry }) => hubAlias.test(hostOfKey(entry.registryKey)));
}

function hostOfKey(key: string): string {
  return authorityOfKey(key).split(":")[0] ?? "";
}

/** Host and port. */
function authorityOfKey(key: string): string {
  return key.replace(/^[a-z]+:\/\//i, "").split(/[/?#]/)[0] ?? "";
}

export const registryHostOmitted: Rule = {
  id: "registry-host-omitted",
  explains: [...authFailures, "repository-not-found", "manifest-not-found"],
  check: (failed) => {
    if (isStatic(failed) || !nothingHandedOver(failed) || corrected(failed).length > 0) return undefined;
    if (templateAhead(failed) !== undefined || missing(failed).length > 0) return undefined;
    if (ignored(failed).length > 0 || empty(failed).length > 0) return undefined;
    if (fittingOnAccount(failed).length > 0 || hubKeysOnly(failed) !== false) return undefined;
    const [miss] = failed.pull.lookUp.misses;
    if (miss === undefined || named(failed).length === 0) return undefined;
    const { image, lookUp, listed, reference } = failed.pull;
    const keys = [...new Set(lookUp.misses.map(({ entry }) => entry.registryKey))];
    return {
      confidence: "likely",
      summary: `${image.image} has no registry host, so it means Docker Hub; the pull secrets are for ${listWords(keys.slice(0, 3))}.`,
      because: [
        claim(`The image names no host: it is ${reference.ok ? reference.name : image.image}.`, image.ref),
        claim(
          `${miss.secret} holds a login for ${miss.entry.registryKey}.`,
          entryRef(failed.evidence.pod.namespace, miss.secret, miss.entry, secretTypeOf(listed, miss.secret)),
        ),
        said(failed),
      ],
      confirm: `Ask whether ${image.image} is meant to be ${authorityOfKey(miss.entry.registryKey)}/${image.image}.`,
      fixes: [writeHost(failed)],
      ...unlessUnread(failed),
    };
  },
};

/** The image at the registry of a login that would fit it there; a pattern names no registry. */
function hostedImage({ pull: { image, lookUp: found } }: FailedPull): string | undefined {
  const hosts = found.misses.map(({ entry }) => ({ entry, host: authorityOfKey(entry.registryKey) }));
  const fitting = hosts.find(({ entry, host }) => {
    const reference = parseImageReference(`${host}/${image.image}`);
    return (
      !/[*?[]/.test(host) &&
      reference.ok &&
      lookUp([{ name: "", entries: [entry] }], reference.name).given.length > 0
    );
  });
  return fitting === undefined ? undefined : `${fitting.host}/${image.image}`;
}

/**
 * A container's image is one of the few fields of a Pod that can change, so the Pod stays, unless its workload makes
 * new ones by itself as soon as the template changes.
 */
function writeHost(failed: FailedPull): Fix {
  const { image } = failed.pull;
  const full = hostedImage(failed);
  if (full === undefined)
    return { summary: "Write the image with its registry's host and whole path.", effect: "replaces-pod" };
  if (image.type === "imageVolume" || image.type === "ephemeralContainer")
    return { summary: `Write the image with its host: ${full}.`, effect: "replaces-pod" };
  const workload = managingWorkload(failed);
  const set = (target: string): string =>
    kubectl(failed, "set", "image", target, `${image.container}=${full}`);
  const lasting = workload !== undefined && workload.kind !== "Job";
  const inPlace = workload?.kind !== "Deployment" && workload?.kind !== "DaemonSet";
  return {
    summary: `Write the image with its host: ${full}.`,
    command: lines(
      lasting ? set(nameOf(workload)) : undefined,
      workload === undefined ? undefined : letRoll(failed, workload)?.command,
      inPlace ? set(`pod/${failed.evidence.pod.name}`) : undefined,
    ),
    effect: "writes",
    lasting,
  };
}
