import { setLeafKey, summarizeInner } from "./summary.ts";
import {
  CHILDREN,
  COUNTS,
  INNER_CHILDREN,
  INNER_DOUBLE_SHIFT,
  INNER_WORD_SHIFT,
  MIN_LEVELS,
  NEXT,
  PLACE_SHIFT,
  PREVIOUS,
  SIZE,
  SUMS,
  type TreeMemory,
} from "./tree-memory.ts";

/** In a leaf: room is left, so that the first inserts do not split every one. */
export function loadedEntries({ maxEntries }: TreeMemory): number {
  return Math.floor(0.85 * maxEntries);
}

const LOADED_CHILDREN = Math.floor(0.8 * INNER_CHILDREN);

/**
 * Lays out the leaves of an empty tree for so many entries, which are still to be written: that at
 * `index` goes to slot `index % loaded` of leaf `index / loaded`. Returns how many leaves there
 * are.
 */
export function layOutLeaves(memory: TreeMemory, count: number): number {
  if (memory.count !== 0) throw new Error("only an empty tree is loaded");
  const { leafWords } = memory;
  const loaded = loadedEntries(memory);
  const leaves = Math.ceil(count / loaded);
  for (let leaf = 0; leaf < leaves; leaf++) {
    if (leaf > 0 && memory.takeLeaf() !== leaf) throw new Error("only a new tree is loaded");
    const base = leaf << PLACE_SHIFT;
    leafWords[base + SIZE] = Math.min(loaded, count - leaf * loaded);
    if (leaf === 0) continue;
    leafWords[base + PREVIOUS] = leaf - 1;
    leafWords[((leaf - 1) << PLACE_SHIFT) + NEXT] = leaf;
  }
  memory.lastLeaf = Math.max(0, leaves - 1);
  memory.count = count;
  return leaves;
}

/** By leaf of a tour. */
export interface LeafSummaries {
  readonly minLevels: Uint32Array;
  readonly sums: Float64Array;
}

/**
 * Puts the inner nodes above leaves that are filled; those of a tour with their `summaries`: to
 * make them here would be a look anywhere into memory for each user.
 */
export function raiseInnerNodes(
  memory: TreeMemory,
  leaves: number,
  summaries: LeafSummaries | undefined,
): void {
  if (leaves === 0) return;
  let nodes = Uint32Array.from({ length: leaves }, (_, leaf) => leaf);
  for (let level = 0; nodes.length > 1; level++)
    nodes = raiseLevel(memory, level, nodes, summaries);
  memory.root = nodes[0];
}

/** The nodes above `nodes`, which are at `level`. */
function raiseLevel(
  memory: TreeMemory,
  level: number,
  nodes: Uint32Array,
  summaries: LeafSummaries | undefined,
): Uint32Array<ArrayBuffer> {
  const { innerWords } = memory;
  const parents = new Uint32Array(Math.ceil(nodes.length / LOADED_CHILDREN));
  let from = 0;
  for (let i = 0; i < parents.length; i++) {
    const parent = memory.takeInner();
    const end = Math.floor((nodes.length * (i + 1)) / parents.length);
    innerWords[(parent << INNER_WORD_SHIFT) + SIZE] = end - from;
    for (let n = from; n < end; n++) {
      const node = nodes[n];
      const slot = n - from;
      innerWords[(parent << INNER_WORD_SHIFT) + CHILDREN + slot] = node;
      memory.setParent(level, node, parent);
      if (level === 0) putLeaf(memory, parent, slot, summaries);
      else {
        summarizeInner(memory, parent, slot);
        if (summaries !== undefined) continue;
        memory.setKey(parent, slot, memory.keyRevenueAt(node, 0), memory.keyUserAt(node, 0));
      }
    }
    parents[i] = parent;
    from = end;
  }
  memory.height++;
  return parents;
}

/** Count, and key or summary, of the leaf that is this child of `node`. */
function putLeaf(
  memory: TreeMemory,
  node: number,
  slot: number,
  summaries: LeafSummaries | undefined,
): void {
  const leaf = memory.childAt(node, slot);
  const base = node << INNER_WORD_SHIFT;
  memory.innerWords[base + COUNTS + slot] = memory.leafSize(leaf);
  if (summaries === undefined) setLeafKey(memory, node, slot);
  else {
    memory.innerWords[base + MIN_LEVELS + slot] = summaries.minLevels[leaf];
    memory.innerDoubles[(node << INNER_DOUBLE_SHIFT) + SUMS + slot] = summaries.sums[leaf];
  }
}
