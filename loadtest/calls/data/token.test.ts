import { expect, it } from "vitest";
import { Token } from "./token.ts";

it.each([
  ["sleep 100", "did not end within 0.05 s, and was stopped"],
  ["echo no rights >&2; exit 7", "ended with code 7: no rights"],
  ["printf ''", "printed no token, which is one line of text"],
])("says what was wrong with %s", async (command, why) => {
  await expect(Token.of({ command }, 50)).rejects.toThrow(`token: \`${command}\` ${why}`);
});

it("names the most that it takes of a command that goes on printing", async () => {
  const printing = Token.of({ command: "yes" }, 30_000);
  await expect(printing).rejects.toThrow("printed more than 65536 bytes, which is no token");
});
