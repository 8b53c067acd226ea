import { failureKinds, kinds } from "../../pull/message/kinds.ts";
import type { MirrorAnswer } from "../../pull/mirrors.ts";
import { causes, isCause, type CauseId } from "../causes.ts";
import { distributionOf } from "../facts/distribution.ts";
import { hostOf, listWords, said } from "../facts/listed.ts";
import { lacksImage as lacks, mirrorFailure, type MirrorFailure, mirrorLeads } from "../facts/mirror.ts";
import { isCrio } from "../facts/node-login.ts";
import { askedPlainly, registriesFile } from "../facts/registries-file.ts";
import { claim, type Claim, type FailedPull, likelyUnless, type Rule } from "../rule.ts";

/**
 * A runtime asks the mirrors that its node is configured with first, and the registry only when none gave the image
 * (containerd's hosts.toml, containers/image's registries.conf, which OpenShift writes from ICSP, IDMS and ITMS). Where
 * they stand in for a registry that is fenced off on purpose, the registry's time-out is no news, and what the mirror
 * said is what failed.
 */
export const mirrorFailed: Rule = {
  id: "mirror-failed",
  explains: failureKinds,
  check: (failed) => {
    const failure = mirrorFailure(failed);
    if (failure === undefined || failed.failure.reading.inspect === true) return undefined;
    const { mirror, origin } = failure;
    // It is the registry's turn then, and what that said counts.
    if (origin === "answered" && lacks(mirror)) return undefined;
    const host = hostOf(failed);
    return likelyUnless(mirrorLeads(failure) ? undefined : [meant(failed, failure)], {
      summary: `${mirror.host}, a mirror that node ${failed.evidence.pod.node ?? "?"} asks before ${host}, ${verb(mirror)}${origin === "silent" ? `; ${host} itself is out of reach` : ""}.`,
      because: [
        // containerd keeps one host's error, which is the message as it is.
        failed.failure.reading.mirror === true
          ? said(failed)
          : claim(
              `${mirror.host} ${kinds[mirror.kind].reached === "way" ? "was asked" : "answered"}: ${shortened(mirror.error)}`,
              failed.failure.ref,
            ),
        ...(origin === "unknown" ? [] : [said(failed)]),
        ...unusedSecrets(failed, mirror),
        ...(needsLogin(mirror) ? [whoLogsIn(failed, mirror)] : []),
      ],
      confirm: `On node ${failed.evidence.pod.node ?? "?"}: pull the image with crictl, and read which mirrors ${registriesFile(failed)} names for ${host}.`,
      onNode: true,
      fixes: [
        ...(askedPlainly(failed)
          ? [
              {
                summary: `If that port speaks TLS, whoever runs the nodes writes https://${mirror.host} in ${registriesFile(failed)}: 400 is what such a port answers to HTTP.`,
                effect: "writes" as const,
                lasting: true,
              },
            ]
          : []),
        {
          summary: needsLogin(mirror)
            ? `Whoever runs the nodes gives them a login for ${mirror.host}: ${login(failed)}.`
            : lacks(mirror)
              ? `Whoever fills ${mirror.host} mirrors the image there.`
              : `Whoever runs ${mirror.host} mends it, or whoever runs the nodes takes it out of ${registriesFile(failed)}.`,
          effect: "writes",
          lasting: true,
        },
        ...(origin === "silent" && !lacks(mirror)
          ? [
              {
                summary: `Or whoever runs the network lets the nodes reach ${host}, if it is not fenced off on purpose.`,
                effect: "writes" as const,
              },
            ]
          : []),
      ],
      rivals: rivals(failed, failure),
    });
  },
};

function needsLogin({ kind }: MirrorAnswer): boolean {
  return kind !== "forbidden" && kinds[kind].refusal === true;
}

function verb(mirror: MirrorAnswer): string {
  if (needsLogin(mirror)) return "refuses for want of a login that it accepts";
  if (lacks(mirror)) return "does not have the image";
  return mirror.kind === "forbidden" ? "refuses with 403" : "fails";
}

/** What the node was told by the registry itself would have been the same without a mirror. */
function meant(failed: FailedPull, { mirror, origin }: MirrorFailure): Claim {
  return claim(
    origin === "answered"
      ? `The image was to come from ${mirror.host}, and not from ${hostOf(failed)}.`
      : `What ${mirror.host} says is its own, and not passed on from ${hostOf(failed)}.`,
    failed.failure.ref,
  );
}

/** A listed Secret with a login for the mirror: the kubelet looks by the image's name, which is the registry's. */
function unusedSecrets(failed: FailedPull, { host }: MirrorAnswer): readonly Claim[] {
  const names = failed.pull.lookUp.misses
    .filter(({ entry }) => entry.registryKey.replace(/^https?:\/\//, "").split("/")[0] === host)
    .map(({ secret }) => secret);
  const [first] = names;
  if (first === undefined) return [];
  return [
    claim(
      `${listWords(names)} ${new Set(names).size > 1 ? "hold" : "holds"} a login for ${host}, which the kubelet does not hand over: it looks for one for ${hostOf(failed)}.`,
      { kind: "Secret", namespace: failed.evidence.pod.namespace, name: first },
    ),
  ];
}

function whoLogsIn(failed: FailedPull, { host }: MirrorAnswer): Claim {
  return claim(
    isCrio(failed)
      ? `A Pod's pull secret does not serve mirrors: what logs in to ${host} is ${login(failed)}.`
      : `containerd offers a mirror what the kubelet hands over for ${hostOf(failed)}; a login of the mirror's own is the node's: ${login(failed)}.`,
    failed.evidence.node.ref,
  );
}

function login(failed: FailedPull): string {
  const logins = distributionOf(failed)?.logins;
  if (logins !== undefined) return logins;
  return isCrio(failed)
    ? "CRI-O's global_auth_file, on OpenShift the cluster's global pull secret"
    : "containerd's registry configuration (hosts.toml)";
}

/** The mirror's answer as a cause of its own, and the registry's. */
function rivals(failed: FailedPull, { mirror, origin }: MirrorFailure): readonly CauseId[] {
  const kind: string = failed.failure.reading.kind;
  const innocent = (id: string): readonly CauseId[] =>
    isCause(id) && causes[id].credential === "innocent" ? [id] : [];
  return [
    ...new Set([
      ...(needsLogin(mirror) ? (["node-credential-failed"] as const) : innocent(mirror.kind)),
      ...(mirror.kind === "forbidden" ? (["forbidden"] as const) : []),
      ...(origin === "unknown" ? [] : innocent(kind)),
    ]),
  ];
}

const longest = 300;

function shortened(error: string): string {
  const line = error.replaceAll(/\s+/g, " ").trim();
  return line.length <= longest ? line : `${line.slice(0, longest)}…`;
}
