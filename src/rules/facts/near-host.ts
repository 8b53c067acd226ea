import { parseImageReference } from "../../pull/image-reference.ts";
import { entryRef, secretTypeOf } from "../../pull/path/credential-path.ts";
import { isOneSlip } from "../../text/one-slip.ts";
import { claim, type Claim, type FailedPull } from "../rule.ts";
import { authorityOfKey, cloudRegistry, isDockerHub } from "./registry.ts";

/** A host from which the image's differs by one slip of a hand, and where it is named. */
export interface NearHost {
  readonly host: string;
  /** The image there. */
  readonly image: string;
  readonly claim: Claim;
}

/** Public registries whose names people type. Several are one letter apart, and none of them is anybody's slip. */
const wellKnown = [
  "docker.io",
  "ghcr.io",
  "gcr.io",
  "icr.io",
  "lscr.io",
  "nvcr.io",
  "quay.io",
  "cgr.dev",
  "mcr.microsoft.com",
  "public.ecr.aws",
  "registry.gitlab.com",
  "registry.k8s.io",
  "registry.redhat.io",
];

/**
 * The host that was meant, if the image's is a slip: that of a login which the Pod lists, of another image of it, or of a
 * public registry. Names that differ in a digit are as often two registries of one owner.
 */
export function nearHost(failed: FailedPull): NearHost | undefined {
  const { pull, evidence } = failed;
  const { reference, image } = pull;
  if (!reference.ok || !reference.hostGiven || isKnown(reference.registry)) return undefined;
  const here = reference.registry;
  const isNear = (host: string): boolean =>
    isOneSlip(here.toLowerCase(), host.toLowerCase()) && !differInDigit(here, host);
  const there = (host: string, because: Claim): NearHost => ({
    host,
    image: image.image.replace(here, host),
    claim: because,
  });
  for (const { secret, entry } of pull.lookUp.misses) {
    const host = authorityOfKey(entry.registryKey);
    if (isNear(host) && !/[*?[]/.test(host))
      return there(
        host,
        claim(
          `${secret} holds a login for ${host}; the image's host is ${here}.`,
          entryRef(evidence.pod.namespace, secret, entry, secretTypeOf(pull.listed, secret)),
          image.ref,
        ),
      );
  }
  for (const other of evidence.pod.images) {
    const parsed = parseImageReference(other.image);
    if (parsed.ok && isNear(parsed.registry))
      return there(
        parsed.registry,
        claim(
          `${other.container}'s image is of ${parsed.registry}; this one's host is ${here}.`,
          other.ref,
          image.ref,
        ),
      );
  }
  const known = wellKnown.find(isNear);
  return known === undefined
    ? undefined
    : there(known, claim(`The image's host is ${here}; ${known} is a public registry.`, image.ref));
}

function isKnown(host: string): boolean {
  return wellKnown.includes(host) || isDockerHub(host) || cloudRegistry(host) !== undefined;
}

function differInDigit(one: string, other: string): boolean {
  const without = (host: string): string => host.replaceAll(/\d/g, "");
  return without(one) === without(other);
}
