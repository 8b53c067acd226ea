import type { NearMatch } from "../../pull/path/near-match.ts";
import { nearMisses } from "../../pull/path/providers.ts";
import { giveLogin } from "../fix/login.ts";
import { untilThen } from "../fix/replacement.ts";
import { hostOf, said } from "../facts/listed.ts";
import { nothingFromList } from "../facts/place.ts";
import { authFailures, claim, type Claim } from "../rule.ts";
import { standing } from "../standing.ts";

/**
 * A provider whose matchImages does not cover the image is passed over without a word, in the log neither. Patterns read
 * like globs and are none: each `*` stands for a part of one label of the host, paths are literal, port and scheme count
 * (kubelet pkg/credentialprovider/plugin/plugin.go, 1.26-1.36).
 */
export const credentialProviderNotMatched = standing({
  id: "credential-provider-not-matched",
  explains: authFailures,
  at: nothingFromList,
  word: (failed) => {
    if (failed.pull.sent === "credential") return undefined;
    const [first, ...more] = nearMisses(failed.evidence, failed.pull.reference);
    if (first === undefined) return undefined;
    const { provider, pattern, instead, reason } = first;
    const node = failed.evidence.pod.node ?? "?";
    return {
      confidence: "likely",
      summary: `The node's provider ${provider.name} is not asked for ${hostOf(failed)}: its matchImages has ${pattern}, and ${reason}.`,
      because: [missed(first), ...more.map(missed), said(failed)],
      confirm: `On node ${node}: read the file that the kubelet's flag --image-credential-provider-config names, and start the kubelet with -v 5 to see which providers it asks.`,
      fixes: [
        {
          summary: `Whoever runs node ${node} writes ${instead} into matchImages of provider ${provider.name} in place of ${pattern}, and restarts the kubelet.`,
          effect: "writes",
          lasting: true,
        },
        ...untilThen(giveLogin(failed)),
      ],
      rivals: [],
    };
  },
});

function missed({ provider, position, pattern, reason }: NearMatch): Claim {
  const path = `${provider.ref.path ?? ""}.matchImages[${position}]`;
  return claim(`${provider.name}: ${pattern} does not cover the image; ${reason}.`, {
    ...provider.ref,
    path,
  });
}
