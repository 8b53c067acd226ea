/**
 * Messages of runtimes quote URLs, and a URL may carry a login: `https://user:password@proxy`, a pre-signed blob
 * address, a token in a query. Go hides the password of a URL in its own errors; registries' sentences do not.
 */
const userinfo = /(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@"'<>]{1,2048}@/gi;
const tellingParameter =
  /([?&;](?:[a-z0-9_-]*(?:token|signature|secret|password|passwd|credential|apikey|api_key|access_key)[a-z0-9_-]*|sig|key|auth|code|jwt)=)[^&\s"'<>]+/gi;
const authorization =
  /\b(authorization["']?\s*[:=]\s*["']?(?:basic|bearer)?|bearer|basic)\s+(?!realm|auth|challenge|credential|token\b)[A-Za-z0-9+/_.~%=:-]{12,}/gi;
const jsonWebToken = /\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?/g;

/** The message with whatever could be a login in it replaced by `[redacted]`; otherwise whole. */
export function redactMessage(message: string): string {
  let text = message;
  // Each pattern is made only for a text that has the sign it cannot do without.
  if (text.includes("@")) text = text.replace(userinfo, "$1[redacted]@");
  if (text.includes("=")) text = text.replace(tellingParameter, "$1[redacted]");
  if (text.includes("eyJ")) text = text.replace(jsonWebToken, "[redacted]");
  return text.replace(authorization, "$1 [redacted]");
}
