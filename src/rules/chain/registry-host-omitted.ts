import { parseImageReference } from "../../pull/image-reference.ts";
import { lookUp } from "../../pull/keyring.ts";
import { entryRef, secretTypeOf } from "../../pull/path/credential-path.ts";
import { listWords, said } from "../facts/listed.ts";
import { streamImage } from "../facts/openshift.ts";
import { authorityOfKey } from "../facts/registry.ts";
import { setImage } from "../fix/image.ts";
import { authFailures, claim, type FailedPull, type Fix, inSummary } from "../rule.ts";
import { standing } from "../standing.ts";

/** An image without a host means Docker Hub (distribution/reference normalize.go), whatever the Secrets are for. */
export const registryHostOmitted = standing({
  id: "registry-host-omitted",
  explains: [...authFailures, "repository-not-found", "manifest-not-found"],
  at: "host-omitted",
  word: (failed, { misses }) => {
    const [miss] = misses;
    const { image, listed, reference } = failed.pull;
    const keys = [...new Set(misses.map(({ entry }) => entry.registryKey))];
    return {
      confidence: "likely",
      summary: `${image.image} has no registry host, so it means Docker Hub; the pull secrets are for ${listWords(keys.slice(0, 3))}.`,
      because: [
        inSummary(
          claim(`The image names no host: it is ${reference.ok ? reference.name : image.image}.`, image.ref),
        ),
        inSummary(
          claim(
            `${miss.secret} holds a login for ${miss.entry.registryKey}.`,
            entryRef(
              failed.evidence.pod.namespace,
              miss.secret,
              miss.entry,
              secretTypeOf(listed, miss.secret),
            ),
          ),
        ),
        said(failed),
      ],
      confirm: `Ask whether ${image.image} is meant to be ${hostedImage(failed) ?? `${authorityOfKey(miss.entry.registryKey)}/${image.image}`}.`,
      fixes: [writeHost(failed)],
      rivals: [],
    };
  },
});

/** The image at the registry of a login that would fit it there; a pattern names no registry. */
function hostedImage(failed: FailedPull): string | undefined {
  const { image, lookUp: found } = failed.pull;
  const hosts = found.misses.map(({ entry }) => ({ entry, host: authorityOfKey(entry.registryKey) }));
  const fitting = hosts.find(({ entry, host }) => {
    const reference = parseImageReference(`${host}/${image.image}`);
    return (
      !/[*?[]/.test(host) &&
      reference.ok &&
      lookUp([{ name: "", entries: [entry] }], reference.name).given.length > 0
    );
  });
  const streams = hosts.flatMap(({ host }) => streamImage(failed, host) ?? []);
  return streams[0] ?? (fitting === undefined ? undefined : `${fitting.host}/${image.image}`);
}

function writeHost(failed: FailedPull): Fix {
  const full = hostedImage(failed);
  return full === undefined
    ? { summary: "Write the image with its registry's host and whole path.", effect: "replaces-pod" }
    : setImage(failed, full, `Write the image with its host: ${full}.`);
}
