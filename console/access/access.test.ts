import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ManualClock } from "../../services/platform/clock/manual-clock.ts";
import { isToken, readAdminToken, tokenFileIn } from "./admin-token.ts";
import { Sessions } from "./sessions.ts";

const folder = mkdtempSync(join(tmpdir(), "tidings-console-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the admin token", () => {
  it("is made once, and for its owner alone", async () => {
    const token = await readAdminToken("", folder);
    expect(token.length).toBeGreaterThan(40);
    expect(await readAdminToken("", folder)).toBe(token);
    expect(statSync(tokenFileIn(folder)).mode & 0o777).toBe(0o600);
    expect(readFileSync(tokenFileIn(folder), "utf8").trim()).toBe(token);
  });

  it("is refused when it is short, or not there", async () => {
    const file = join(folder, "short");
    writeFileSync(file, "guess me\n");
    await expect(readAdminToken(file, folder)).rejects.toThrow(/8 characters: 32 or more/);
    await expect(readAdminToken(join(folder, "none"), folder)).rejects.toThrow(/is not read/);
  });

  it("is compared whole", () => {
    expect(isToken("abc", "abc")).toBe(true);
    expect(isToken("abd", "abc")).toBe(false);
    expect(isToken("ab", "abc")).toBe(false);
    expect(isToken("", "abc")).toBe(false);
  });
});

describe("a session", () => {
  const cookieOf = (setCookie: string) => setCookie.split(";")[0];

  it("ends after 12 hours, or when it is closed", async () => {
    const clock = new ManualClock();
    const sessions = new Sessions(clock);
    const cookie = cookieOf(sessions.open());
    expect(sessions.isOpen(`a=b; ${cookie}`)).toBe(true);
    await clock.advance(12 * 3_600_000);
    expect(sessions.isOpen(cookie)).toBe(false);
    const other = cookieOf(sessions.open());
    sessions.close(other);
    expect(sessions.isOpen(other)).toBe(false);
    expect(sessions.isOpen(undefined)).toBe(false);
    expect(sessions.isOpen("tidings_console=")).toBe(false);
  });

  it("makes room by forgetting the oldest", () => {
    const sessions = new Sessions(new ManualClock());
    const all = Array.from({ length: 1_001 }, () => cookieOf(sessions.open()));
    expect(all.map((one) => sessions.isOpen(one)).indexOf(true)).toBe(1);
  });
});
