import type { EntryStore } from "../../services/timeline/ports.ts";

/** The store with some methods replaced; the rest keep their `this`. */
export function override(store: EntryStore, methods: Partial<EntryStore>): EntryStore {
  return new Proxy(store, {
    get: (target, name) => {
      const replaced = methods[name as keyof EntryStore];
      if (replaced) return replaced;
      const value = Reflect.get(target, name) as unknown;
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
