import type { ProbeLogin } from "../../evidence/registry-probe.ts";

/** A login with its values, for the length of the requests that are made with it. */
export interface HeldLogin extends ProbeLogin {
  readonly username: string;
  readonly password: string;
}
