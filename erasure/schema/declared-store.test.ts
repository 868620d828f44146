import { describe, expect, it } from "vitest";
import { createErasure } from "../erase.ts";
import type { Id } from "../ports.ts";
import { edgeSuite } from "../testing/edge-suite.ts";
import {
  anonymise,
  apart,
  counted,
  declareSchema,
  deep,
  problemsOf,
  root,
  shallow,
  table,
} from "./declare.ts";
import { type Drivers, declaredStore } from "./declared-store.ts";

const SHOP = declareSchema({
  people: root(),
  posts: table({ author: deep("people"), photo: counted("photos") }),
  photos: table({ album: shallow("posts") }),
  likes: table({ post: deep("posts"), person: deep("people") }),
  orders: table({ buyer: anonymise("people") }),
  countries: apart("a list of the world's"),
});

type Row = Record<string, Id | undefined>;

/** Tables of rows, whose columns are the names of their edges. */
class Rows {
  readonly tables = new Map<string, Map<Id, Row>>();

  of(name: string): Map<Id, Row> {
    const rows = this.tables.get(name) ?? new Map<Id, Row>();
    this.tables.set(name, rows);
    return rows;
  }

  add(name: string, id: Id, row: Row = {}): Id {
    this.of(name).set(id, row);
    return id;
  }

  referring(name: string, column: string, to: readonly Id[]): Id[] {
    const isTo = (row: Row) => to.includes(row[column] ?? "");
    return [...this.of(name)].filter(([, row]) => isTo(row)).map(([id]) => id);
  }

  clear(name: string, column: string, to: readonly Id[]): void {
    for (const id of this.referring(name, column, to)) this.of(name).set(id, {});
  }
}

function driversOf(rows: Rows): Drivers<typeof SHOP> {
  const remove = (name: string) => async (ids: readonly Id[]) => {
    for (const id of ids) rows.of(name).delete(id);
  };
  const find = (name: string, column: string) => ({
    find: async (to: readonly Id[]) => rows.referring(name, column, to),
  });
  return {
    people: { delete: remove("people"), edges: {} },
    posts: {
      delete: remove("posts"),
      edges: {
        author: find("posts", "author"),
        photo: {
          held: async (ids) => ids.flatMap((id) => rows.of("posts").get(id)?.photo ?? []),
          holders: async (ids) => ids.map((id) => rows.referring("posts", "photo", [id])),
        },
      },
    },
    photos: {
      delete: remove("photos"),
      edges: { album: { cut: async (to) => rows.clear("photos", "album", to) } },
    },
    likes: {
      delete: remove("likes"),
      edges: { post: find("likes", "post"), person: find("likes", "person") },
    },
    orders: {
      edges: {
        buyer: {
          ...find("orders", "buyer"),
          anonymise: async (ids) => {
            for (const id of ids) rows.add("orders", id, {});
          },
        },
      },
    },
  };
}

const rows = new Rows();
let next = 0;
const person = () => rows.add("people", ++next);
const post = (row: Row = {}) => rows.add("posts", ++next, { author: person(), ...row });
const linked = (name: string, column: string, to: Id) => ({
  to,
  from: rows.add(name, ++next, { [column]: to }),
});

edgeSuite(SHOP, () => ({
  storeFor: () => declaredStore(SHOP, driversOf(rows)),
  exists: async (name, id) => rows.of(name).has(id),
  refers: async (name, id, edge) => rows.of(name).get(id)?.[edge] !== undefined,
  make: {
    posts: {
      author: async () => linked("posts", "author", person()),
      photo: async () => {
        const photo = rows.add("photos", ++next);
        return { to: photo, from: post({ photo }) };
      },
    },
    photos: { album: async () => linked("photos", "album", post()) },
    likes: {
      post: async () => linked("likes", "post", post()),
      person: async () => linked("likes", "person", person()),
    },
    orders: { buyer: async () => linked("orders", "buyer", person()) },
  },
}));

describe("what stays without the person", () => {
  it("is counted apart, and keeps what hangs on it", async () => {
    const ann = person();
    const orders = [1, 2, 3].map(() => rows.add("orders", ++next, { buyer: ann }));
    const { dryRun, deleteAllItems } = createErasure(declaredStore(SHOP, driversOf(rows)));
    expect((await dryRun("people", ann)).tables).toEqual({ people: 1, "orders.buyer": 3 });
    const { status, tables } = await deleteAllItems("people", ann);
    expect([status, tables]).toEqual(["done", { people: 1, "orders.buyer": 3 }]);
    expect(orders.map((id) => rows.of("orders").get(id))).toEqual([{}, {}, {}]);
    expect((await dryRun("people", ann)).tables).toEqual({ people: 1 });
  });
});

describe("counted references", () => {
  it("keep what somebody else holds, and let go what nobody holds any more", async () => {
    const [ann, bob] = [person(), person()];
    const shared = rows.add("photos", ++next);
    const own = rows.add("photos", ++next);
    for (const photo of [shared, own]) rows.add("posts", ++next, { author: ann, photo });
    rows.add("posts", ++next, { author: bob, photo: shared });
    const told: Id[] = [];
    const store = declaredStore(SHOP, driversOf(rows));
    const onCounted = (items: readonly { id: Id }[]) =>
      void told.push(...items.map(({ id }) => id));
    const { deleteAllItems } = createErasure(store, { onCounted });
    await deleteAllItems("people", ann);
    expect(rows.of("photos").has(shared)).toBe(true);
    expect(rows.of("photos").has(own)).toBe(false);
    expect(told).toEqual([own]);
    await deleteAllItems("people", bob);
    expect(rows.of("photos").has(shared)).toBe(false);
  });
});

describe("a schema", () => {
  it("names edges that lead nowhere and tables that can't be reached", () => {
    expect(
      problemsOf({
        people: root(),
        posts: table({ author: deep("persons") }),
        likes: table({ post: deep("posts") }),
        words: apart("nobody's"),
        tags: table({ word: deep("words") }),
        empty: { role: "hangs", edges: {} },
      }),
    ).toEqual([
      "posts.author leads nowhere: no table persons",
      "tags.word leads to words, which is apart",
      "posts can't be reached from people",
      "likes can't be reached from people",
      "tags can't be reached from people",
      "empty declares no edge: declare one, or say apart(why)",
    ]);
    expect(problemsOf({ words: apart("nobody's") })).toEqual(["no table is a root"]);
  });

  it("does not compile without an edge, or with one to a table that is not there", () => {
    // @ts-expect-error a table that declares nothing
    expect(() => declareSchema({ people: root(), posts: table({}) })).toThrow("posts declares no");
    const posts = table({ author: deep("persons") });
    // @ts-expect-error an edge that leads nowhere
    const wrong = () => declareSchema({ people: root(), posts });
    expect(wrong).toThrow("posts.author leads nowhere");
  });

  it("begins at a root only", async () => {
    const { dryRun } = createErasure(declaredStore(SHOP, driversOf(rows)));
    await expect(dryRun("likes", 1)).rejects.toThrow("can't begin at likes: begin at people");
  });
});
