import { expect, test } from "vitest";
import { crowdedFolders } from "./folders.ts";

const files = (count: number, end: string) =>
  Array.from({ length: count }, (_, i) => `services/post/handlers/call-${i}${end}`);

test("a folder of sixteen source files wants rooms", () => {
  expect(crowdedFolders(files(16, ".ts"))).toEqual([
    "services/post/handlers/ crowded-folder: 16 source files; give it rooms by meaning at 15",
  ]);
});

test("tests beside fifteen source files, and files in rooms below, are not counted", () => {
  const rooms = files(15, "/room.ts");
  expect(crowdedFolders([...files(15, ".ts"), ...files(15, ".test.ts"), ...rooms])).toEqual([]);
});
