import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createErasure } from "./erase.ts";
import { type ItemStore, RefusedItems } from "./ports.ts";
import { closureOf, keyOf, memoryStore, type Reference } from "./testing/memory-store.ts";

const item = (table: string, id: number | string | bigint) => ({ table, id });
const user = item("users", 1);
const posts = [item("posts", 10), item("posts", 11)];
const likes = [item("likes", "a"), item("likes", "b"), item("likes", "c")];
const other = [item("users", 2), item("posts", 20)];
const ALL = [user, ...posts, ...likes, ...other];
const REFERENCES: Reference[] = [
  { from: posts[0], to: user },
  { from: posts[1], to: user },
  { from: other[1], to: other[0] },
  { from: likes[0], to: posts[0] },
  { from: likes[0], to: user },
  { from: likes[1], to: posts[1] },
  { from: likes[1], to: other[0] },
  { from: likes[2], to: user },
  { from: likes[2], to: other[1] },
];
const noWait = { sleep: async () => {} };

/** Only what the port asks for: two methods. */
function plain(store: ItemStore): ItemStore {
  return {
    getForeignKeys: (table, ids) => store.getForeignKeys(table, ids),
    delete: (table, ids) => store.delete(table, ids),
  };
}

describe("deleteAllItems", () => {
  it("deletes a person with all that hangs on them, and nothing else", async () => {
    const store = memoryStore(ALL, REFERENCES);
    const erased = await createErasure(plain(store)).deleteAllItems("users", 1);
    expect(erased).toMatchObject({
      status: "done",
      deleted: 6,
      tables: { likes: 3, posts: 2, users: 1 },
      levels: 3,
      scans: 3,
      blocked: [],
    });
    expect([...store.items.keys()]).toEqual(["users:2", "posts:20"]);
    expect(store.offences).toEqual([]);
  });

  it("puts a like below the post although the person leads to it at once", async () => {
    const store = memoryStore(ALL, REFERENCES);
    await createErasure(store).deleteAllItems("users", 1);
    expect(store.deletions.map((one) => Object.keys(one))).toEqual([
      ["likes"],
      ["posts"],
      ["users"],
    ]);
  });

  it("is harmless a second time", async () => {
    const store = memoryStore(ALL, REFERENCES);
    const { deleteAllItems } = createErasure(store);
    await deleteAllItems("users", 1);
    expect(await deleteAllItems("users", 1)).toMatchObject({ status: "done" });
    expect([...store.items.keys()]).toEqual(["users:2", "posts:20"]);
  });

  it("finds what is written meanwhile", async () => {
    const store = memoryStore(ALL, REFERENCES);
    let late = 0;
    const erasure = createErasure(store, {
      onDeleted: (table) => {
        if (table === "likes" && late++ === 0) store.add(item("likes", "late"), [posts[0]]);
      },
    });
    const erased = await erasure.deleteAllItems("users", 1);
    expect(erased.status).toBe("done");
    expect(erased.tables.likes).toBe(4);
    expect(store.items.has("likes:late")).toBe(false);
    expect(store.offences).toEqual([]);
  });

  it("keeps the parents of what can't be deleted, names the path, and goes on when it can", async () => {
    const store = memoryStore(ALL, REFERENCES);
    let stuck = true;
    const failing: ItemStore = {
      ...plain(store),
      delete: async (table, ids) => {
        if (stuck && table === "likes" && ids.includes("a")) throw new Error("disk is full");
        await store.delete(table, ids);
      },
    };
    const { deleteAllItems } = createErasure(failing, noWait);
    const erased = await deleteAllItems("users", 1);
    expect(erased).toMatchObject({ status: "blocked", deleted: 3, kept: 2 });
    expect(erased.blocked).toEqual([
      { ...likes[0], reason: "disk is full", path: [user, posts[0], likes[0]] },
    ]);
    expect(store.items.has(keyOf(posts[1]))).toBe(false);
    stuck = false;
    expect(await deleteAllItems("users", 1)).toMatchObject({ status: "done", deleted: 3 });
  });

  it("takes refusals by item, and tries again first", async () => {
    const store = memoryStore(ALL, REFERENCES);
    let tries = 0;
    const refusing: ItemStore = {
      ...plain(store),
      delete: async (table, ids) => {
        await store.delete(
          table,
          ids.filter((id) => id !== "b" || tries >= 2),
        );
        if (table === "likes" && tries++ < 2) throw new RefusedItems([{ id: "b", reason: "busy" }]);
      },
    };
    const erased = await createErasure(refusing, noWait).deleteAllItems("users", 1);
    expect(erased).toMatchObject({ status: "done", deleted: 6 });
    expect(tries).toBe(3);
  });

  it("stops when the store refuses everything", async () => {
    const items = Array.from({ length: 5_000 }, (_, i) => item("posts", i));
    const store = memoryStore(
      [user, ...items],
      items.map((from) => ({ from, to: user })),
    );
    const down: ItemStore = {
      ...plain(store),
      delete: () => Promise.reject(new Error("the store is down")),
    };
    const erased = await createErasure(down, noWait).deleteAllItems("users", 1);
    expect(erased).toMatchObject({ status: "blocked", deleted: 0 });
    expect(erased.blocked).toHaveLength(1_000);
  });

  it("ends with the reason of its signal, and reports nothing as blocked", async () => {
    const ending = new AbortController();
    const store = memoryStore(ALL, REFERENCES);
    const erasure = createErasure(store, {
      signal: ending.signal,
      onDeleted: () => ending.abort(new Error("told to stop")),
    });
    await expect(erasure.deleteAllItems("users", 1)).rejects.toThrow("told to stop");
    expect(store.items.has(keyOf(user))).toBe(true);
  });

  it("names a table whose ids are of two types, and a setting out of its limits", async () => {
    const mixed = [item("posts", 1), item("posts", "1")];
    const store = memoryStore(
      [user, ...mixed],
      mixed.map((from) => ({ from, to: user })),
    );
    const { deleteAllItems } = createErasure(store, noWait);
    await expect(deleteAllItems("users", 1)).rejects.toThrow("posts has ids of two types");
    expect(() => createErasure(store, { workers: 0 })).toThrow("workers is 0");
  });

  it("handles a table that is called as a property of every object is", async () => {
    const odd = [item("constructor", 1), item("toString", 2)];
    const store = memoryStore(
      [user, ...odd],
      [
        { from: odd[0], to: user },
        { from: odd[1], to: odd[0] },
        { from: odd[0], to: odd[0] },
      ],
    );
    const erased = await createErasure(store).deleteAllItems("users", 1);
    expect(erased).toMatchObject({ status: "done", deleted: 3 });
  });
});

describe("dryRun", () => {
  it("tells tables, order and paths with examples, and changes nothing", async () => {
    const store = memoryStore(ALL, REFERENCES);
    const dry = await createErasure(store).dryRun("users", 1);
    expect(dry).toEqual({
      found: 6,
      changes: [],
      hindrances: [],
      tables: { users: 1, posts: 2, likes: 3 },
      levels: [["users"], ["posts"], ["likes"]],
      paths: [
        { tables: ["users"], count: 1, examples: [1], repeats: false },
        { tables: ["users", "posts"], count: 2, examples: [10, 11], repeats: false },
        { tables: ["users", "likes"], count: 2, examples: ["a", "c"], repeats: false },
        { tables: ["users", "posts", "likes"], count: 1, examples: ["b"], repeats: false },
      ],
    });
    expect(store.deletions).toEqual([]);
    expect(store.items.size).toBe(ALL.length);
  });
});

/** Up to 5 tables and 40 items; any item may refer to any: diamonds, cycles, self references. */
const graphs = fc.array(fc.nat(4), { minLength: 1, maxLength: 40 }).chain((tables) => {
  const items = tables.map((table, i) => item(`t${table}`, BigInt(i) * 2n ** 40n));
  const any = fc.nat(items.length - 1).map((i) => items[i]);
  return fc.record({
    items: fc.constant(items),
    references: fc.array(fc.record({ from: any, to: any }), { maxLength: 80 }),
  });
});

describe("any graph of items", () => {
  const settings = fc.record({
    batchItems: fc.integer({ min: 1, max: 5 }),
    workers: fc.integer({ min: 1, max: 4 }),
    memoryItems: fc.constantFrom(1, 10, 1_000),
    only: fc.constantFrom("plain", "together"),
  });
  it("goes whole, each item once, nothing before what refers to it", async () => {
    await fc.assert(
      fc.asyncProperty(graphs, settings, async ({ items, references }, { only, ...options }) => {
        const store = memoryStore(items, references);
        const used = only === "plain" ? plain(store) : store;
        const gone = closureOf(items[0], references);
        const { deleteAllItems } = createErasure(used, options);
        const erased = await deleteAllItems(items[0].table, items[0].id);
        const rest = items.map(keyOf).filter((key) => !gone.has(key));
        expect([...store.items.keys()]).toEqual(rest);
        expect(erased).toMatchObject({ status: "done", deleted: gone.size });
        const deletedOnce = store.deletions.flatMap((one) => Object.values(one).flat()).length;
        expect(deletedOnce).toBe(gone.size);
        if (only === "together") expect(store.offences).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
