import type { AuthEntry } from "../../evidence/pull-secret.ts";
import type { Miss } from "../../pull/keyring.ts";
import type { GivenLogin } from "../../pull/login.ts";
import { expiredAt, hasOutlived } from "./lifetime.ts";
import { isKnownRegistry, whyNotTaken } from "./login-kinds.ts";
import { foreignProject } from "./openshift.ts";
import { isDockerHub } from "./registry.ts";
import type { Replay } from "./replay.ts";

/** What can be wrong with a login that was refused, each by a mark that is to be seen. */
interface Mark {
  /** Of the logins that were refused, the one that has it. */
  readonly find: (replay: Replay, refused: readonly GivenLogin[]) => GivenLogin | undefined;
  /** It accounts for the refusal, so that nothing else has to; else the registry's own reason stays open. */
  readonly accounts: boolean;
  /** Whether a Secret that could not be read may hold a login with it; undefined: any may. */
  readonly possible?: (replay: Replay) => boolean;
}

const marks = {
  /** White space at an edge of the user name or the password. */
  whitespace: {
    find: (_, refused) =>
      refused.find(({ entry: { whitespace } }) => whitespace.password || whitespace.username),
    accounts: true,
  },
  /** The registry says so, or the login's own end was before the last attempt. */
  expired: {
    find: (replay, refused) =>
      replay.failure.reading.kind === "token-expired"
        ? refused[0]
        : refused.find((login) => expiredAt(replay, login) !== undefined),
    accounts: true,
  },
  /** The Secret is older than its kind of login lasts. */
  outlived: {
    find: (replay, refused) => refused.find((login) => hasOutlived(replay, login)),
    accounts: false,
  },
  /** `auth` took the place of another user name or password in the same entry. Which of the two is good, nobody knows. */
  "fields-disagree": {
    find: (_, refused) => refused.find(({ entry }) => entry.authOverrides),
    accounts: false,
  },
  /** Its kind is one that the registry documents as not taken. */
  "kind-not-taken": {
    find: ({ pull: { reference } }, refused) =>
      reference.ok
        ? refused.find(({ entry }) => whyNotTaken(reference.registry, entry) !== undefined)
        : undefined,
    accounts: true,
    possible: ({ pull: { reference } }) => reference.ok && isKnownRegistry(reference.registry),
  },
  /** It keeps a login under Docker Hub's own key from being tried. */
  shadows: {
    find: (replay, refused) => (shadowedLogin(replay) === undefined ? undefined : refused[0]),
    accounts: true,
    possible: ({ pull: { reference } }) => reference.ok && isDockerHub(reference.registry),
  },
  /** The image is another project's, in OpenShift's own registry. */
  "foreign-project": {
    find: (replay, refused) => (foreignProject(replay) === undefined ? undefined : refused[0]),
    accounts: true,
    possible: (replay) => foreignProject(replay) !== undefined,
  },
} as const satisfies Readonly<Record<string, Mark>>;

/** A whole login that is not tried because another entry matches. */
export function shadowedLogin({ pull }: Pick<Replay, "pull">): Miss<AuthEntry> | undefined {
  return pull.lookUp.misses.find(
    ({ reason, entry }) => reason.kind === "shadowed" && entry.login === "complete",
  );
}

export type AilmentKind = keyof typeof marks;

const kinds = Object.keys(marks) as readonly AilmentKind[];
const markOf = (kind: AilmentKind): Mark => marks[kind];

export interface Ailment {
  readonly kind: AilmentKind;
  readonly login: GivenLogin;
}

/** All that can be seen to be wrong with them. */
export function ailmentsOf(replay: Replay, refused: readonly GivenLogin[]): readonly Ailment[] {
  return kinds.flatMap((kind) => {
    const login = markOf(kind).find(replay, refused);
    return login === undefined ? [] : [{ kind, login }];
  });
}

/** Whether one of them accounts for the refusal. */
export function accountFor(ailments: readonly Ailment[]): boolean {
  return ailments.some(({ kind }) => markOf(kind).accounts);
}

/** What would account for the refusal of a login that could not be seen. */
export function possibleAilments(replay: Replay): readonly AilmentKind[] {
  return kinds.filter((kind) => markOf(kind).accounts && (markOf(kind).possible?.(replay) ?? true));
}
