import { describe, expect, it } from "vitest";
import { collections, contextOf, type LabelledMessage, readLabelled } from "../../scripts/check-corpus.ts";
import { readMessage } from "../../src/pull/message/message.ts";

/** Words of other causes, as somebody could call an image, a tag, a Secret or a container. */
const hostileNames = [
  "unauthorized-page",
  "too-many-requests",
  "no-such-host",
  "manifest-unknown",
  "not-found",
  "x509",
  "403-forbidden",
  "eof",
  "429",
  "timeout",
  "denied",
  "toomanyrequests",
  "proxyconnect",
  "no-space-left-on-device",
  "expired",
  "401",
  "blocked",
  "insufficient_scope",
  "connection-refused",
  "500",
  "pull-qps_exceeded",
  "unexpected-eof_tls",
  "lookup",
  "sandbox",
  "unauthorized",
];
const hostileHosts = [
  "denied.example",
  "x509.no-such-host.internal",
  "429.eof.example",
  "unauthorized.timeout.internal",
  "not-found.example",
  "toomanyrequests.example",
  "proxyconnect.connection-refused.internal",
];
const hostileBareHosts = ["denied", "timeout", "eof", "unauthorized", "x509", "lookup"];

function renamed(row: LabelledMessage, round: number): string {
  const other = new Map<string, string>();
  row.names.forEach((name, index) => {
    other.set(name, hostileNames[(round + index * 7) % hostileNames.length] ?? "");
  });
  row.hosts.forEach((host, index) => {
    const words = host.includes(".") ? hostileHosts : hostileBareHosts;
    other.set(host, words[(round + index) % words.length] ?? "");
  });
  if (other.size === 0) return row.message;
  const names = [...other.keys()].toSorted((a, b) => b.length - a.length).map((name) => RegExp.escape(name));
  const place = new RegExp(
    `(?<=^|[^A-Za-z0-9._-]|%2F|%3A)(?:${names.join("|")})(?=$|[^A-Za-z0-9._-]|[.](?![A-Za-z0-9]))`,
    "g",
  );
  return row.message.replace(place, (name) => other.get(name) ?? name);
}

const rows = collections.flatMap(readLabelled).filter((row) => row.names.length + row.hosts.length > 0);

describe("names are never evidence", () => {
  it("replaces every name that a message holds", () => {
    for (const row of rows)
      for (const name of [...row.names, ...row.hosts])
        expect(row.message, `${row.id} has ${name}`).toContain(name);
    expect(rows.length).toBeGreaterThan(400);
  });

  it.each(hostileNames.map((name, round) => [name, round] as const))(
    "reads every message the same when its names are %s and the like",
    (_, round) => {
      const changed = rows.flatMap((row) => {
        const before = readMessage(row.message, contextOf(row));
        const message = renamed(row, round);
        const after = readMessage(message, contextOf(row));
        return before.kind === after.kind && before.sent === after.sent
          ? []
          : [`${row.id}: ${before.kind} ${before.sent} became ${after.kind} ${after.sent} in ${message}`];
      });
      expect(changed).toEqual([]);
    },
  );
});
