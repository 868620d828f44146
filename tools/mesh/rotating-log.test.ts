import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { RotatingLog } from "./rotating-log.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tidings-log-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(options: { maxBytes?: number; keptFiles?: number } = {}, lost: Error[] = []) {
  const { maxBytes = 20, keptFiles = 2 } = options;
  const path = join(folder, "logs", "mesh.jsonl");
  return new RotatingLog({ path, maxBytes, keptFiles, onLost: (error) => lost.push(error) });
}

const text = (name: string) => readFileSync(join(folder, "logs", name), "utf8");

it("keeps the newest lines, in files that are bounded in number and length", async () => {
  const log = open();
  for (let i = 100; i < 140; i++) log.write(`line ${i}`);
  await log.end();
  expect(readdirSync(join(folder, "logs")).sort()).toEqual([
    "mesh.jsonl",
    "mesh.jsonl.1",
    "mesh.jsonl.2",
  ]);
  const lines = ["mesh.jsonl.2", "mesh.jsonl.1", "mesh.jsonl"].map(text).join("");
  const expected = Array.from(
    { length: lines.split("\n").length - 1 },
    (_, i) => `line ${139 - i}`,
  );
  expect(lines.trimEnd().split("\n")).toEqual(expected.reverse());
});

it("goes on behind what an earlier process wrote, and counts it", async () => {
  const first = open();
  first.write("twelve bytes");
  await first.end();
  const second = open();
  second.write("and more of it");
  second.write("over");
  await second.end();
  expect(text("mesh.jsonl.1")).toBe("twelve bytes\nand more of it\n");
  expect(text("mesh.jsonl")).toBe("over\n");
});

it("is for who writes it alone, also one that was for everybody", async () => {
  const modeOf = (name: string) => statSync(join(folder, "logs", name)).mode & 0o777;
  mkdirSync(join(folder, "logs"));
  writeFileSync(join(folder, "logs", "mesh.jsonl"), "", { mode: 0o644 });
  const log = open();
  expect(modeOf("mesh.jsonl")).toBe(0o600);
  for (let i = 0; i < 5; i++) log.write("ten bytes.");
  await log.end();
  expect(readdirSync(join(folder, "logs")).map(modeOf)).toEqual([0o600, 0o600, 0o600]);
});

it("without any kept file begins anew", async () => {
  const log = open({ keptFiles: 0 });
  for (let i = 0; i < 9; i++) log.write("ten bytes.");
  await log.end();
  expect(readdirSync(join(folder, "logs"))).toEqual(["mesh.jsonl"]);
});

it("that can't be written says so once, ends nothing, and goes on when it can be", async () => {
  const lost: Error[] = [];
  const path = join(folder, "logs", "mesh.jsonl");
  mkdirSync(path, { recursive: true });
  const log = open({}, lost);
  log.write("into nothing");
  log.write("and again");
  rmSync(path, { recursive: true });
  log.write("here");
  await log.end();
  expect(lost.map(({ message }) => message)).toEqual([expect.stringContaining("EISDIR")]);
  expect(text("mesh.jsonl")).toBe("here\n");
});
