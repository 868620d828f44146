import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { joinRun } from "./member.ts";
import { COORDINATOR } from "./messages.ts";

describe("a machine that joins", () => {
  it("is told when what answers is no coordinator, whatever it says", async () => {
    let says = (response: ServerResponse): unknown => response.end("{}");
    const server = createServer((_, response) => says(response));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/abc`;
    try {
      const why = (status: number) =>
        `${url}/join answers (HTTP ${status}), but is no coordinator: give the address that`;
      await expect(joinRun({ url, command: "" })).rejects.toThrow(why(200));
      says = (response) => response.writeHead(404).end("<html>Not found</html>");
      await expect(joinRun({ url, command: "" })).rejects.toThrow(why(404));
      says = (response) => response.flushHeaders(); // and never ends
      await expect(joinRun({ url, command: "" })).rejects.toThrow(why(200));
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it("ends when it is asked to while it waits, and the coordinator hears why", async () => {
    const interrupted = new AbortController();
    let told = "";
    const server = createServer(async (request, response) => {
      response.setHeader("server", COORDINATOR);
      let body = "";
      for await (const chunk of request) body += chunk;
      const what = request.url?.slice(1);
      if (what === "gathered") return interrupted.abort(); // which is answered by nobody
      if (what === "problem") told = body;
      response.end(JSON.stringify({ index: 0, of: 2, aliveEveryMs: 1_000 }));
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const joining = joinRun({ url, command: "", signal: interrupted.signal });
      await expect(joining).rejects.toThrow("Ended before the run began.");
      expect(JSON.parse(told)).toEqual({ index: 0, problem: "Ended before the run began." });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
