import type { GivenLogin } from "../../pull/login.ts";
import { refOf } from "../facts/listed.ts";
import { claim, type Claim, type FailedPull } from "../rule.ts";

/** A placeholder where a refused login's user name or password should be. */
export function loginFaults(failed: FailedPull, logins: readonly GivenLogin[]): readonly Claim[] {
  return logins.flatMap((login) => {
    const { registryKey, userKind, passwordKind } = login.entry;
    const empty = [
      ...(userKind === "placeholder" ? ["user name"] : []),
      ...(passwordKind === "placeholder" ? ["password"] : []),
    ];
    if (empty.length === 0) return [];
    const text = `${login.secret}: the ${empty.join(" and ")} of ${registryKey} is a placeholder that nothing filled in.`;
    return [claim(text, refOf(failed, login))];
  });
}
