import type { ByTable, Id, Item, ItemStore } from "./ports.ts";
import type { TemporaryFolder } from "./spill/temporary-folder.ts";

/** What the stages of a walk share. Asking is tried again as the options say. */
export interface WalkDeps {
  readonly store: ItemStore;
  readonly folder: TemporaryFolder;
  readonly workers: number;
  readonly batchItems: number;
  /** Items in memory before they go to disk. */
  readonly memoryItems: number;
  /** Hands over what refers to these, in one or more parts. */
  ask(table: string, ids: readonly Id[], take: (answer: ByTable) => void): Promise<void>;
  /** What refers to each of these. */
  askEach(table: string, ids: readonly Id[]): Promise<readonly ByTable[]>;
  onFound(count: number): void;
  /** Items that go because their last holder goes: once it is gone nothing leads to them. */
  onCounted(items: readonly Item[]): Promise<void>;
}
