/** Every form of a secret that a reader could turn back, in whole or for its greater part. */
export function formsOf(secret: string): readonly string[] {
  const backwards = [...secret].toReversed().join("");
  const forms = [secret, backwards].flatMap((text) => [
    text,
    text.slice(0, 12),
    text.slice(-12),
    ...base64Of(text),
    encodeURIComponent(text).slice(0, 14),
    encodeURIComponent(text)
      .slice(0, 14)
      .replaceAll(/%../g, (byte) => byte.toLowerCase()),
  ]);
  const all = [...forms, ...base64Of(secret).map((text) => [...text].toReversed().join(""))];
  const distinct = [...new Set([...all, ...all.map(encodeURIComponent)])];
  // Whatever holds another form need not be looked for.
  return distinct.filter((form) => !distinct.some((part) => part !== form && form.includes(part)));
}

/** At each of the three places where it may begin within a longer text, in both alphabets. */
function base64Of(text: string): readonly string[] {
  const aligned = [0, 1, 2].map((shift) =>
    Buffer.from("x".repeat(shift) + text)
      .toString("base64")
      .slice(shift === 0 ? 0 : 4, -4),
  );
  return [...aligned, ...aligned.map((form) => form.replaceAll("+", "-").replaceAll("/", "_"))];
}
