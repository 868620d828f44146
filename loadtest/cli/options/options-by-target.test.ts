import { describe, expect, it } from "vitest";
import { Command } from "../../../tools/command-line/command.ts";
import { capacityCommand } from "../capacity.ts";
import { coordinateCommand } from "../coordinate.ts";
import { replayCommand } from "../replay.ts";
import { runCommand } from "../run.ts";
import { withCallOptions } from "./call-options.ts";
import { OPTIONS, protocolOf, refuseMeaningless, typedOptions } from "./options-by-target.ts";
import { withMeshOptions } from "./play-options.ts";

describe("an option of a command that loads a target", () => {
  it.each([runCommand(), capacityCommand(), coordinateCommand(), replayCommand()])(
    "is in the table: %#",
    (command) => {
      const names = command.options.map((option) => option.attributeName());
      expect(names.filter((name) => !(name in OPTIONS))).toEqual([]);
    },
  );

  /** What is said of a command line, of calls by flags unless there is a name. */
  async function said(line: readonly string[], asked: "flags" | "file" | "mesh"): Promise<string> {
    let why = "";
    const command = withCallOptions(withMeshOptions(new Command("run"))).action((options, own) => {
      try {
        refuseMeaningless(typedOptions(own), { asked, protocol: protocolOf(options.target) });
      } catch (error) {
        why = (error as Error).message;
      }
    });
    await command.parseAsync(line, { from: "user" });
    return why;
  }

  const HTTP = ["--target", "http://127.0.0.1:1"];
  const HTTPS = ["--target", "https://127.0.0.1:1"];
  const GRPC = ["--target", "127.0.0.1:1"];

  it.each([
    [HTTP, ["--proto", "a.proto"], /^--proto: it is of gRPC, and the target is a URL of http/],
    [HTTPS, ["--descriptor-set", "a.binpb"], /^--descriptor-set: it is of gRPC, .* a URL: leave/],
    [HTTP, ["--ca", "a.pem"], /^--ca: it is of TLS, .* http:\/\/: give --target https:/],
    [HTTP, ["--call", "a.B/C"], /^--call: it is of gRPC, .* --request/],
    [GRPC, ["--http2"], /^--http2: it is of HTTP, and the target is no URL: .* gRPC is over HTTP/],
    [GRPC, ["--request", "GET /"], /^--request: it is of HTTP, .* http:/],
    [GRPC, ["--import-path", "x"], /^--import-path: it means nothing without --proto/],
    [GRPC, ["--rows-order", "random"], /^--rows-order: it means nothing without --rows/],
    [GRPC, ["--token-every", "5"], /^--token-every: it means nothing without --token,/],
    [GRPC, ["--cert", "a.pem"], /^--cert: it means nothing without --key/],
    [GRPC, ["--proto", "a", "--descriptor-set", "b"], /^--proto: give it or --descriptor-set/],
    [
      GRPC,
      ["--timelines", "3"],
      /^--timelines: it is of a scenario of the mesh, and this is calls/,
    ],
  ])("is refused where it means nothing: %s %s", async (target, line, message) => {
    expect(await said([...target, ...line], "flags")).toMatch(message);
  });

  it.each([
    ["file", ["--check", "status == 200"], /^--check: it is of calls that --target .* itself/],
    ["file", ["--header", "a: b"], /^--header: it means nothing without --target/],
    ["file", ["--world", "x"], /^--world: it is of a scenario of the mesh/],
    ["mesh", ["--stages", "1,2"], /^--stages: .* and this is a scenario of the mesh/],
    ["mesh", ["--tls"], /^--tls: it is of calls of any target, and this is a scenario of the mesh/],
  ] as const)("is refused of a %s: %s", async (asked, line, message) => {
    expect(await said(line, asked)).toMatch(message);
  });

  it.each([
    ["flags", [...GRPC, "--call", "a.B/C", "--proto", "a", "--import-path", "b", "--tls"]],
    ["flags", [...HTTPS, "--http2", "--ca", "a", "--rows", "a.csv", "--rows-order", "random"]],
    ["file", [...GRPC, "--header", "a: b", "--rate", "5"]],
    ["file", ["--running"]],
    ["mesh", ["--world", "x", "--rate", "5"]],
  ] as const)("is taken where it means something: %s %s", async (asked, line) => {
    expect(await said(line, asked)).toBe("");
  });
});
