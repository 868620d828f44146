/** The console of a mesh whose processes call each other by mutual TLS, on both sets of engines. */
import { describe, expect, it } from "vitest";
import type { MeshMap } from "../../console/views/map/map.ts";
import type { PostLife } from "../../console/views/post/read-post.ts";
import { engineSets } from "../support/engines/engine-sets.ts";
import { READER, startConsoleMesh, wholeView } from "../support/mesh/console-mesh.ts";

describe.each(await engineSets())("by TLS, $name", ({ env }) => {
  it.skipIf(!env)("looks at everybody, and misses nothing", async () => {
    const running = await startConsoleMesh({ ...env, TIDINGS_TLS: "1" });
    try {
      for (const page of running.pages) await wholeView(running, page);
      const { processes } = await wholeView<MeshMap>(running, "");
      const others = running.mesh.plans.filter(({ label }) => label !== "console");
      expect(processes).toHaveLength(others.length);
      expect(processes.filter(({ state }) => state !== "serving" && state !== "up")).toEqual([]);
      const { holders } = await wholeView<PostLife>(running, `/post/${running.post}`);
      const having = holders.filter(({ has_it }) => has_it).map(({ viewer_id }) => viewer_id);
      expect(having).toEqual([String(READER)]);
    } finally {
      await running.end();
    }
  });
});
