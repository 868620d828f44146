/** Processes of a mesh start side by side, and on a busy machine one of them seconds after those who ask it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { GetTimelineRequest } from "#gen/timeline/v1/timeline.ts";
import { developmentToken } from "../../tools/token/development-token.ts";
import { startTestMesh } from "../support/mesh/mesh.ts";

/** Then whoever asks waits for hundreds of milliseconds before it tries once more. */
const VAIN_CONNECTS = 5;
const VIEWER = 7n;

/** In its place nobody answers, until others have tried to connect to it in vain. */
async function takenInVain(port: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = VAIN_CONNECTS;
  const server = createServer((socket) => {
    socket.destroy();
    if (--left === 0) resolve();
  });
  server.listen(port, "127.0.0.1");
  await promise;
  await new Promise((closed) => server.close(closed));
}

test.each(["friend", "post", "timeline"])(
  "the first page of all is whole though %s starts late",
  async (late) => {
    const folder = mkdtempSync(join(tmpdir(), "tidings-late-"));
    const gate = join(folder, "gate");
    execFileSync("mkfifo", [gate]);
    const mesh = await startTestMesh({
      throughOf: ({ label, port = 0 }) => {
        if (label !== late) return [];
        void takenInVain(port).then(() => writeFile(gate, "\n"));
        return ["sh", "-c", 'read -r _ < "$0"; exec "$@"', gate];
      },
    });
    try {
      const url = `http://${mesh.host}:${mesh.ports.gateway}/v1/timeline`;
      const token = await developmentToken(VIEWER, { TIDINGS_DATA_DIR: mesh.dataDir });
      const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({ entries: [] });
      const request = GetTimelineRequest.fromPartial({ viewerId: VIEWER + 1n });
      expect((await mesh.timelines[0].getTimeline(request)).degraded).toEqual([]);
    } finally {
      await mesh.end();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  120_000,
);
