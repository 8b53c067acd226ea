const decodingErrors =
  /^(?:illegal base64 data at input byte \d{1,9}|unable to parse auth field, must be formatted as base64\(username:password\)|json: cannot unmarshal [^\n]{1,300}|invalid character (?!'<')'[^\n]{1,12}' [^\n]{1,120}|unexpected end of JSON input)$/;

/**
 * Go's error over a pull secret that cannot be decoded, when that is the whole error: the kubelet passes it on unwrapped
 * (pkg/credentialprovider/config.go, 1.26-1.36). Inside a runtime's sentence the same words are about an answer, and
 * `invalid character '<'` is a web page. What could be a byte of the Secret is taken out.
 */
export function dockerConfigError(error: string): string | undefined {
  const text = error.trim();
  if (!decodingErrors.test(text)) return undefined;
  return text.replace(/'[^\n]{1,12}?'/, "'…'").replace(/\bnumber \S{1,300} into\b/, "number into");
}
