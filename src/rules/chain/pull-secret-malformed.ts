import { known } from "../../evidence/observed.ts";
import type { Payload } from "../../evidence/pull-secret.ts";
import type { ListedSecret } from "../../pull/login.ts";
import { fits } from "../facts/fits.ts";
import { namingOf, listRef, listWords, named, writtenBy } from "../facts/listed.ts";
import { kubectl } from "../fix/command.ts";
import { attach, giveLogin } from "../fix/login.ts";
import { replaceLogin } from "../fix/replacement.ts";
import { type Claim, claim, type FailedPull, type Fix, inSummary, type Rule } from "../rule.ts";
import { standing } from "../standing.ts";

/**
 * One accepted Secret that cannot be decoded aborts the whole keyring, for every image of the Pod, public ones and
 * those of other Secrets included (pkg/credentialprovider/secrets/secrets.go). The kubelet's text names neither the
 * Secret nor the registry; since 1.33 it stands where a waiting reason should be.
 */
export const pullSecretMalformed = standing({
  id: "pull-secret-malformed",
  explains: ["unknown", "backoff-only"],
  at: "undecodable",
  word: (failed, { secrets: broken }) => {
    const { kind, dockerConfigError: error } = failed.failure.reading;
    // A text that says something else is not this Secret's doing.
    if (error === undefined && kind !== "backoff-only") return undefined;
    const [first] = broken;
    // Without the kubelet's word: as long as one of them is as it is, no pull of this Pod can succeed.
    const saidSo =
      error === undefined
        ? claim("The kubelet waits after a failed attempt; no text is left to tell why.", failed.failure.ref)
        : claim(
            `The kubelet could not decode a pull secret: "${error}". It tried no registry.`,
            failed.failure.ref,
          );
    if (first === undefined) return unseen(failed, error ?? "");
    const where = whereIn(known(first.observed)?.payload);
    return {
      confidence: error === undefined ? "likely" : "certain",
      summary: `Secret ${listWords(broken.map((s) => s.name))} cannot be decoded${where}, so the kubelet pulls nothing for this Pod.`,
      because: [
        saidSo,
        namingOf(failed, first),
        // In the kubelet's own words it stands in the message.
        ...broken.map(whyNot).map((why) => (error === undefined ? why : inSummary(why))),
        ...writtenBy(failed, first.name),
      ],
      confirm: kubectl(failed, "why-pull", failed.evidence.pod.name, "-o", "wide"),
      fixes: fixes(failed, first),
      rivals: [],
    };
  },
});

function whereIn(payload: Payload | undefined): string {
  const key = payload?.state === "undecodable" ? payload.registryKey : undefined;
  return key === undefined ? "" : `, in its entry for ${key}`;
}

/** In Go's words, without the character that they may quote. */
function whyNot({ name, observed }: ListedSecret): Claim {
  const payload = known(observed)?.payload;
  const why = payload?.state === "undecodable" ? `: "${payload.error}"` : "";
  return claim(`Read as the kubelet reads it, ${name} fails${whereIn(payload)}${why}.`, observed.ref);
}

function fixes(failed: FailedPull, broken: ListedSecret): readonly Fix[] {
  const good = named(failed).find((secret) => secret.name !== broken.name && fits(failed, secret.name));
  const repair = replaceLogin(failed, broken.name, undefined);
  if (good === undefined) return repair;
  return [
    ...attach(failed, good.name, {
      how: `Secret ${good.name} fits this image; take ${broken.name} off the list: `,
      without: [broken.name],
    }),
    ...repair.filter((fix) => fix.effect === "writes"),
  ];
}

/** The text is the kubelet's own and leaves no other reading, even where the Secrets may not be read. */
function unseen(failed: FailedPull, error: string): ReturnType<Rule["check"]> {
  const names = named(failed).map((secret) => secret.name);
  const { pod } = failed.evidence;
  return {
    confidence: "certain",
    summary: `A pull secret of this Pod${names.length > 0 ? ` (${listWords(names)})` : ""} cannot be decoded, so the kubelet pulls nothing for it.`,
    because: [
      claim(
        `The kubelet could not decode a pull secret: "${error}". It tried no registry.`,
        failed.failure.ref,
      ),
      ...(names.length > 0 ? [claim(`imagePullSecrets names ${listWords(names)}.`, listRef(failed))] : []),
    ],
    confirm:
      names[0] === undefined
        ? kubectl(failed, "get", "pod", pod.name, "-o", "jsonpath={.spec.imagePullSecrets}")
        : kubectl(failed, "auth", "can-i", "get", `secrets/${names[0]}`),
    fixes:
      names.length === 1 && names[0] !== undefined
        ? giveLogin(failed, [names[0]])
        : [
            {
              summary: `Write ${listWords(names)} anew with kubectl create secret docker-registry.`,
              effect: "writes",
            },
          ],
    rivals: [],
  };
}
