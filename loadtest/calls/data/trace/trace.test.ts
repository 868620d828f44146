import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { readTrace } from "./trace.ts";

const folder = mkdtempSync(join(tmpdir(), "load-trace-"));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(lines: readonly string[], name = "trace.log"): string {
  const file = join(folder, name);
  writeFileSync(file, lines.join("\n"));
  return file;
}

/** A line of an access log, some seconds after noon. */
function access(second: number, request: string): string {
  const clock = `12:00:${String(second).padStart(2, "0")}`;
  return `::1 - - [28/Nov/2026:${clock} +0000] "${request}" 200 5 "-" "-"`;
}

const get = (second: number, path: string) => access(second, `GET /${path} HTTP/1.1`);

describe("a trace whose times are whole seconds", () => {
  const lines = [get(0, "a"), get(1, "b"), get(1, "c"), get(1, "d"), get(1, "e"), get(3, "f")];

  it("has the calls of each second spread over it, in their order, and says so", async () => {
    const { records, notes } = await readTrace({ file: fileOf(lines) });
    expect(records.map(({ request, atSeconds }) => [request, atSeconds])).toEqual([
      ["GET /a", 0],
      ["GET /b", 1],
      ["GET /c", 1.25],
      ["GET /d", 1.5],
      ["GET /e", 1.75],
      ["GET /f", 3],
    ]);
    expect(notes).toEqual([expect.stringContaining("spread evenly")]);
  });

  it("has them as recorded when that is asked for, or when no second is shared", async () => {
    const asRecorded = await readTrace({ file: fileOf(lines), asRecorded: true });
    expect(asRecorded.records.map(({ atSeconds }) => atSeconds)).toEqual([0, 1, 1, 1, 1, 3]);
    expect(asRecorded.notes).toEqual([]);
    expect(await readTrace({ file: fileOf([get(0, "a"), get(2, "b")]) })).toMatchObject({
      records: [{ atSeconds: 0 }, { atSeconds: 2 }],
      notes: [],
    });
  });

  it("is none when one of them is finer", async () => {
    const times = [0, 0, 0.5];
    const fine = times.map((time) => JSON.stringify({ time, request: "GET /" }));
    const { records, notes } = await readTrace({ file: fileOf(fine) });
    expect([records.map(({ atSeconds }) => atSeconds), notes]).toEqual([times, []]);
  });
});

describe("lines of a trace that are no calls", () => {
  it("are left out, counted and said, in an access log", async () => {
    const file = fileOf([get(0, "a"), access(1, "-"), get(1, "b"), get(2, "c"), "hello", ""]);
    const { records, notes } = await readTrace({ file });
    expect(records.map(({ request }) => request)).toEqual(["GET /a", "GET /b", "GET /c"]);
    expect(notes).toEqual([
      '2 of its 5 lines are no calls, and were left out; the first is line 2: "-" is no request as "GET /v1/items".',
    ]);
  });

  it("are so in a server's log of JSON, which holds what other parts of it say", async () => {
    const request = { method: "GET", uri: "/a" };
    const file = fileOf([
      JSON.stringify({ level: "info", ts: 1, logger: "tls", msg: "cleaning" }),
      JSON.stringify({ level: "info", ts: 2.5, request }),
    ]);
    const { records, notes } = await readTrace({ file });
    expect(records).toEqual([{ atSeconds: 0, request: "GET /a" }]);
    expect(notes[0]).toMatch(/^1 of its 2 lines .*; the first is line 1: its field "level" is not/);
  });

  it("make it none when they are more than half", async () => {
    const file = fileOf([get(0, "a"), "hello", "", "you"]);
    await expect(readTrace({ file })).rejects.toThrow(
      /trace.log, line 2: it is neither JSON nor .*\. 2 of its 3 lines are no calls/,
    );
  });
});

describe("a trace's file", () => {
  const lines = [0, 1.5].map((time) => JSON.stringify({ time, request: `GET /${time}` }));
  const read = [
    { atSeconds: 0, request: "GET /0" },
    { atSeconds: 1.5, request: "GET /1.5" },
  ];

  it("may begin with a byte order mark, and end its lines as on Windows", async () => {
    const file = fileOf([`\ufeff${lines.join("\r\n")}`, "  "]);
    expect(await readTrace({ file })).toEqual({ records: read, notes: [] });
  });

  it("may be compressed, as logs are that were put away, whatever it is called", async () => {
    const file = join(folder, "access.log.1.gz");
    const plain = lines.join("\n");
    for (const stored of [gzipSync(plain), zstdCompressSync(plain), plain]) {
      writeFileSync(file, stored);
      expect((await readTrace({ file })).records).toEqual(read);
    }
    writeFileSync(file, gzipSync(plain.repeat(99)).subarray(0, 20));
    await expect(readTrace({ file })).rejects.toThrow(
      /access\.log\.1\.gz, the file is packed by gzip, and damaged or cut off: /,
    );
    writeFileSync(file, Buffer.from("504b0304", "hex"));
    await expect(readTrace({ file })).rejects.toThrow("the file is zip: write it as text first");
    await expect(readTrace({ file: "nowhere.gz" })).rejects.toThrow(
      "nowhere.gz can't be read: ENOENT",
    );
  });

  it("may be a compressed archive of a browser", async () => {
    const request = { method: "GET", url: "http://localhost/a", headers: [] };
    const entries = [{ startedDateTime: "2026-11-28T12:00:00Z", request }];
    const file = join(folder, "page.har.gz");
    writeFileSync(file, gzipSync(JSON.stringify({ log: { entries } })));
    expect((await readTrace({ file })).records).toMatchObject([{ request: "GET /a" }]);
  });
});

it("has the 61st second of a minute, and no time that is none", async () => {
  const at = (time: string) => `::1 - - [${time} +0000] "GET /${time.slice(-2)} HTTP/1.1" 200 5`;
  const times = ["31/Dec/2016:23:59:59", "31/Dec/2016:23:59:60", "01/Jan/2017:00:00:01"];
  const file = fileOf([...times, "01/Ene/2017:00:00:02"].map(at));
  const { records, notes } = await readTrace({ file });
  expect(records.map(({ request, atSeconds }) => [request, atSeconds])).toEqual([
    ["GET /59", 0],
    ["GET /60", 1],
    ["GET /01", 2],
  ]);
  expect(notes[0]).toContain("its time is [01/Ene/2017:00:00:02 +0000], which is none");
});

it("names a file that can't be read", async () => {
  await expect(readTrace({ file: "nowhere.ndjson" })).rejects.toThrow(
    /^nowhere.ndjson can't be read: ENOENT/,
  );
  await expect(readTrace({ file: fileOf([""]) })).rejects.toThrow("trace.log holds no calls.");
});
