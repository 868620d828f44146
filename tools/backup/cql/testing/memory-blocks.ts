import { hash } from "node:crypto";
import { present } from "../../../../services/model/invariant.ts";
import type { Blocks } from "../../repository/blocks.ts";

/** Blocks of a backup that nobody keeps. */
export function memoryBlocks(): Pick<Blocks, "get" | "put"> {
  const blocks = new Map<string, Buffer>();
  return {
    put: async (content) => {
      const name = hash("sha256", content, "hex");
      const isNew = !blocks.has(name);
      blocks.set(name, Buffer.from(content));
      return { name, added: isNew ? content.length : 0 };
    },
    get: async (name) => present(blocks.get(name)),
  };
}
