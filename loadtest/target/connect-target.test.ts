import { describe, expect, it } from "vitest";
import { findPortBase } from "../../tools/mesh/free-ports.ts";
import { connectTarget } from "./connect-target.ts";

describe("connecting to a mesh", () => {
  it("that is down says what to do", async () => {
    const base = await findPortBase();
    const connecting = connectTarget({
      world: { people: 1_000, seed: 1 },
      env: { TIDINGS_PORT_BASE: String(base) },
    });
    await expect(connecting).rejects.toThrow(
      new RegExp(
        `No timeline process answers at 127.0.0.1:${base + 3}\\. .*Start it with \`npm start\``,
      ),
    );
  });

  it("names a variable that is wrong", async () => {
    const connecting = connectTarget({
      world: { people: 1_000, seed: 1 },
      env: { TIDINGS_POST_ADDRESSES: "a,,b" },
    });
    await expect(connecting).rejects.toThrow('TIDINGS_POST_ADDRESSES="a,,b" has an empty item');
  });
});
