import { describe, expect, test } from "vitest";
import { hiddenRegistryKey, shownRegistryKey } from "../src/evidence/gate/shown-registry-key.ts";

/** Keys that are shown as they are written, and why. */
const whole: readonly (readonly [string, string])[] = [
  ["ghcr.io", "a host"],
  ["https://index.docker.io/v1/", "what docker login writes"],
  ["HTTPS://ghcr.io", "a scheme in capitals is the fault to be seen"],
  ["oci://ghcr.io/org", "so is another scheme"],
  ["https://https://ghcr.io", "or two of them"],
  ["//ghcr.io", "or none"],
  ["https:/ghcr.io", "or half of one"],
  ["GHCR.io", "capitals in a host are a fault to be seen"],
  ["ghcr.io/Org/App", "and in a path"],
  ["registry.example.com:5000/team-a/re_po.x", "port and path"],
  ["registry.example.com:*", "a star is no secret"],
  ["localhost", "a host in one word"],
  ["localhost:/org", "with an empty port"],
  ["registry:5000", "one word with a port"],
  ["*.*.amazonaws.com", "patterns"],
  ["*", "the shortest one"],
  ["r[ae]gistry.example.com", "a class, for which the entry is dropped"],
  ["[::1]:5000", "an IPv6 address"],
  ["10.0.0.7:5000", "an IPv4 address"],
  ["registry.k8s", "a domain of one's own"],
  ["my_host.io", "an underscore"],
  ["ghcr.io.", "a dot at the end"],
  [" ghcr.io", "a blank before"],
  ["ghcr.io\n", "a line break behind"],
  ["ghcr.io/org/app \t", "blanks at the end of the path"],
  ["ghcr.io\u200b", "a character that nobody sees"],
  ['"ghcr.io"', "quotes"],
  ["ghcr.io, quay.io", "a list"],
  ["ghсr.io", "a letter of another script"],
  ["ghcr.io/%6frg", "an escaped letter"],
  ["ghcr.io/org/*", "a star in the path"],
  ["{{ .Values.registry }}", "a template"],
  ["${REGISTRY}", "a variable"],
  ["auths", "the new format in a .dockercfg"],
  ["https://", "a scheme alone"],
  ["\u0000", "a control character alone"],
  ["", "nothing"],
];

/** Keys that are shown in part, how, and why. */
const masked: readonly (readonly [string, string, string])[] = [
  ["https://u:p@ghcr.io/org", "https://***@ghcr.io/org", "a login before the host"],
  ["u@ghcr.io", "***@ghcr.io", "a user name alone"],
  ["HTTPS://u:p@ghcr.io", "HTTPS://***@ghcr.io", "behind a scheme that stays"],
  ["u:p w@ghcr.io", "[***]@ghcr.io", "one that makes the kubelet drop the entry still does"],
  ["u:%zz@ghcr.io", "%***@ghcr.io", "for the same reason"],
  ["u:p\n@ghcr.io", "***\n@ghcr.io", "or for a control character"],
  ["ghcr.io?token=x", "ghcr.io?***", "a query"],
  ["ghcr.io/org?a@b.c", "ghcr.io/org?***", "which may have an @ where the host is plain"],
  ["ghcr.io#x", "ghcr.io#***", "a fragment"],
  ["ghcr.io#%x", "ghcr.io#%***", "with a broken escape, for which the entry is dropped"],
  ["ghcr.io?a\nb", "ghcr.io?***\n", "a control character in the query"],
  ["ghcr.io/org/%3ftoken", "ghcr.io/org/%3f***", "a query that was escaped"],
  ["ghcr.io:500x", "ghcr.io:***", "what begins like a port and is none"],
  ["ghcr.io/org/app:1.0", "ghcr.io/org/app:***", "a tag may be a password"],
  ["ghcr.io/org/app@sha256:ab", "ghcr.io/org/app@***", "and so may a digest"],
  ["ghcr.io/Zx9Kq2LmPw7RtY4v", "ghcr.io/***", "a segment that looks like a token"],
  ["ghcr.io/a=b/c", "ghcr.io/***/c", "a segment that is no name"],
  ["ghcr.io/%41bc", "ghcr.io/***", "escapes of what no path has"],
];

/** Keys of which nothing is shown. */
const hidden: readonly (readonly [string, string])[] = [
  ["hunter2", "one word"],
  ["Tr0ub4dor&3", "one word with signs"],
  ["u:p", "a user and a password"],
  ["https://u:p/w@ghcr.io/org", "a password with a slash, which makes it a host and a path"],
  ["https://u:p?w@ghcr.io", "or a question mark"],
  ["https://u:p#w@ghcr.io", "or a hash"],
  ["ghcr.io/org@my.secret", "the other way round it looks the same"],
  ["john.doe:secret", "also where the user looks like a host"],
  ["dXNlcjpwYXNzd29yZA==", "base64"],
  ["Basic dXNlcjpwYXNzd29yZA==", "a header"],
  ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "a JSON web token"],
  ["header.claims.Zx9Kq2LmPw7RtY4vBn", "dots with something random behind"],
  ["a".repeat(64) + ".example.com", "a label that no name server takes"],
  ["a.".repeat(200) + "example.com", "a name that is too long for one"],
  ["x".repeat(5000), "something long"],
  ["correct horse battery staple", "several words"],
];

describe("a registry key is shown without what could be a login", () => {
  test.each(whole)("%j is shown: %s", (key) => expect(shownRegistryKey(key)).toBe(key));
  test.each(masked)("%j is shown as %j: %s", (key, shown) => expect(shownRegistryKey(key)).toBe(shown));
  test.each(hidden)("%.60j is not shown: %s", (key) => expect(shownRegistryKey(key)).toBe(hiddenRegistryKey));

  test("what was shown once is shown the same again", () => {
    for (const [key] of [...whole, ...masked, ...hidden]) {
      const shown = shownRegistryKey(key);
      expect(shownRegistryKey(shown), key).toBe(shown);
    }
  });
});
