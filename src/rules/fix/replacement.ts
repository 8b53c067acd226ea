import { secretOf } from "../../evidence/evidence.ts";
import { known } from "../../evidence/observed.ts";
import type { AuthEntry } from "../../evidence/pull-secret.ts";
import type { Writer } from "../../evidence/writer.ts";
import { keysFit } from "../facts/fits.ts";
import { mayBeGoodLogin } from "../facts/same-answer.ts";
import { type FailedPull, type Fix, unknownLogin } from "../rule.ts";
import { giveLogin, giveShownLogin, registryKeyFor } from "./login.ts";
import { introduced } from "./introduced.ts";
import { forNextAttempt } from "./next-attempt.ts";
import { overwriteLogin } from "./secret.ts";

/**
 * Puts a good login in the place of a bad one. In place only where nothing else would be lost: the Secret's other
 * entries cannot be written back by somebody who does not know their passwords.
 */
export function replaceLogin(
  failed: FailedPull,
  secret: string,
  entry: AuthEntry | undefined,
): readonly Fix[] {
  const observed = secretOf(failed.evidence, secret);
  const old = entry?.registryKey ?? registryKeyFor(failed);
  // As long as it is listed, no keyring is built.
  const without = known(observed)?.payload.state === "undecodable" ? [secret] : [];
  const writer = known(observed)?.writtenBy;
  if (writer !== undefined) return besideWriter(failed, secret, old, writer, entry);
  if (observed.state === "found" && canBeOverwritten(observed.value, old))
    return [
      ...forNextAttempt(failed, {
        summary: `Write a good login into Secret ${secret}`,
        command: overwriteLogin(failed, secret, writableKey(failed, old), entry),
        lasting: true,
        more: overwritten(failed, observed.value.payload),
      }),
      ...giveShownLogin(failed, { without }),
    ];
  return giveLogin(failed, without);
}

/** A part of the key may not be shown (shown-registry-key.ts), and cannot be written back. */
function writableKey(failed: FailedPull, old: string): string {
  return old.includes("***") ? registryKeyFor(failed) : old;
}

/**
 * What writes the Secret would write it again. So its source is what has to be put right; until then a Secret of one's
 * own does, or, where only the next release would write, the Secret itself.
 */
function besideWriter(
  failed: FailedPull,
  secret: string,
  old: string,
  writer: Writer,
  entry: AuthEntry | undefined,
): readonly Fix[] {
  const source: Fix = {
    summary: `Put the login right where ${writer.name} takes it from: it writes Secret ${secret}, and ${writer.reverts ? "puts back what is changed here" : "its next release overwrites what is changed here"}.`,
    effect: "writes",
    lasting: true,
  };
  const observed = secretOf(failed.evidence, secret);
  const inPlace =
    !writer.reverts && observed.state === "found" && canBeOverwritten(observed.value, old)
      ? forNextAttempt(failed, {
          summary: `Until then, write a good login into Secret ${secret}`,
          command: overwriteLogin(failed, secret, writableKey(failed, old), entry),
          more: overwritten(failed, observed.value.payload),
        })
      : untilThen(giveLogin(failed, spent(failed, secret)));
  return [source, ...inPlace];
}

/**
 * Which Secret may leave the lists: one that nobody is served by. An entry for other images may serve another container,
 * or other Pods of the ServiceAccount; and a login that only lacks a right opens other repositories. What stays is tried
 * first, and the new login after it (pkg/kubelet/kuberuntime/kuberuntime_image.go, 1.26-1.36).
 */
function spent(failed: FailedPull, secret: string): readonly string[] {
  const payload = known(secretOf(failed.evidence, secret))?.payload;
  if (payload === undefined || payload.state === "withheld") return [];
  if (payload.state !== "entries") return [secret];
  const { given } = failed.pull;
  const logins = given.state === "logins" ? given.logins : [];
  const isUnknown = unknownLogin.includes(failed.failure.reading.kind) && !mayBeGoodLogin(failed, logins);
  return isUnknown && payload.entries.every(({ registryKey }) => keysFit(failed, [registryKey]))
    ? [secret]
    : [];
}

/** What helps until somebody else has done what lasts. */
export function untilThen(fixes: readonly Fix[]): readonly Fix[] {
  return fixes.map((fix) => ({ ...introduced("Until then:", fix), lasting: false }));
}

/** Whether a login under `key` is all that would be lost. */
function canBeOverwritten(
  secret: { readonly type: string; readonly immutable: boolean; readonly payload: PayloadShape },
  key: string,
): boolean {
  if (secret.immutable || secret.type !== "kubernetes.io/dockerconfigjson") return false;
  const { payload } = secret;
  if (payload.state === "undecodable") return payload.readable.length === 0;
  if (payload.state !== "entries") return payload.state === "ignored";
  const others = [...payload.entries.map(({ registryKey }) => registryKey), ...payload.looseRegistries];
  return others.every((registryKey) => registryKey === key);
}

/** What is lost with content that cannot be decoded, unless that was meant for the image itself. */
function overwritten(failed: FailedPull, payload: PayloadShape): string {
  if (payload.state !== "undecodable") return "";
  const { registryKey } = payload;
  if (registryKey === undefined)
    return " That replaces all that the Secret holds, and for which registries that is cannot be read.";
  return keysFit(failed, [registryKey])
    ? ""
    : ` That replaces all that the Secret holds: its entry for ${registryKey}, which cannot be decoded, is lost.`;
}

type PayloadShape =
  | { readonly state: "ignored" | "withheld" }
  | { readonly state: "undecodable"; readonly readable: readonly string[]; readonly registryKey?: string }
  | {
      readonly state: "entries";
      readonly entries: readonly AuthEntry[];
      /** Registries that stand outside `auths`, where the kubelet does not look and their author still may. */
      readonly looseRegistries: readonly string[];
    };
