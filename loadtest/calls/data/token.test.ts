import { expect, it } from "vitest";
import { Token } from "./token.ts";

const LONG_MS = 60_000;

it.each([
  ["sleep 100", 50, "did not end within 0.05 s, and was stopped"],
  ["echo no rights >&2; exit 7", LONG_MS, "ended with code 7: no rights"],
  ["printf ''", LONG_MS, "printed no token, which is one line of text"],
])("says what was wrong with %s", async (command, withinMs, why) => {
  await expect(Token.of({ command }, withinMs)).rejects.toThrow(`token: \`${command}\` ${why}`);
});

it("names the most that it takes of a command that goes on printing", async () => {
  const printing = Token.of({ command: "yes" }, LONG_MS);
  await expect(printing).rejects.toThrow("printed more than 65536 bytes, which is no token");
});
