import { openedElsewhere } from "../claims/same-image.ts";
import { hostOf, said } from "../facts/listed.ts";
import { nodeLogin, providerIsMeant } from "../facts/node-login.ts";
import { claim, type FailedPull, type Finding } from "../rule.ts";

/** Nothing of a cloud, and the node may have been meant to log in all the same. */
export function absentLogin(failed: FailedPull): Finding | undefined {
  const login = nodeLogin(failed);
  if (login === undefined || providerIsMeant(failed)) return undefined;
  const host = hostOf(failed);
  const node = failed.evidence.pod.node ?? "?";
  const where = `Node ${node} was meant to log in to ${host} by itself`;
  return {
    confidence: "possible",
    assuming: [claim(`${where}, by ${login.where}.`, login.because.cites[0])],
    summary: `The login that node ${node} holds for ${host}, in ${login.where}, is missing, refused or not used.`,
    because: [login.because, ...openedElsewhere(failed), said(failed)],
    confirm: `Look for ${host} in ${login.where}, and at a Pod of another node that pulled from ${host} without a pull secret.`,
    fixes: [
      {
        summary: `Whoever runs node ${node} puts the login for ${host} into ${login.where}; a runtime that reads it at its start is restarted.`,
        effect: "writes",
        lasting: true,
      },
    ],
    rivals: ["no-pull-secret"],
  };
}
