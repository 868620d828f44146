import { type Levels, setLeafKey, summarizeInner, summarizeLeaf } from "./summary.ts";
import {
  CHILDREN,
  INNER_CHILDREN,
  INNER_DOUBLE_SHIFT,
  INNER_WORD_SHIFT,
  KEY_USERS,
  KEY_VALUES,
  LEAF_ENTRIES,
  LEAF_WORD_SHIFT,
  NEXT,
  PLACE_SHIFT,
  PREVIOUS,
  SIZE,
  type TreeMemory,
  USERS,
  VALUES,
} from "./tree-memory.ts";

/** Room is left, so that the first inserts do not split every leaf. */
const LOADED_ENTRIES = Math.floor(0.85 * LEAF_ENTRIES);
const LOADED_CHILDREN = Math.floor(0.8 * INNER_CHILDREN);

/** Fills an empty tree with `users` in this order; `valueByUser` is by user. */
export function bulkLoad(
  memory: TreeMemory,
  users: Uint32Array,
  valueByUser: Float64Array,
  levels: Levels,
): void {
  if (memory.count !== 0) throw new Error("only an empty tree is loaded");
  if (users.length === 0) return;
  let nodes = loadLeaves(memory, users, valueByUser);
  for (let level = 0; nodes.length > 1; level++) nodes = loadLevel(memory, level, nodes, levels);
  memory.root = nodes[0];
  memory.count = users.length;
  let sum = 0;
  for (let i = 0; i < users.length; i++) sum += valueByUser[users[i]];
  memory.sum = sum;
}

function loadLeaves(
  memory: TreeMemory,
  users: Uint32Array,
  valueByUser: Float64Array,
): readonly number[] {
  const { leafWords, leafDoubles } = memory;
  const { words, stride, column } = memory.leafOf;
  const leaves: number[] = [];
  const count = Math.ceil(users.length / LOADED_ENTRIES);
  let from = 0;
  for (let i = 0; i < count; i++) {
    const leaf = i === 0 ? memory.root : memory.takeLeaf();
    const end = Math.floor((users.length * (i + 1)) / count);
    const base = leaf << LEAF_WORD_SHIFT;
    const values = (leaf << PLACE_SHIFT) + VALUES;
    for (let at = from; at < end; at++) {
      const user = users[at];
      leafWords[base + USERS + at - from] = user;
      leafDoubles[values + at - from] = valueByUser[user];
      words[user * stride + column] = leaf;
    }
    leafWords[base + SIZE] = end - from;
    if (i > 0) {
      leafWords[base + PREVIOUS] = leaves[i - 1];
      leafWords[(leaves[i - 1] << LEAF_WORD_SHIFT) + NEXT] = leaf;
    }
    leaves.push(leaf);
    from = end;
  }
  memory.lastLeaf = leaves[count - 1];
  return leaves;
}

/** The nodes above `nodes`, which are at `level`. */
function loadLevel(
  memory: TreeMemory,
  level: number,
  nodes: readonly number[],
  levels: Levels,
): readonly number[] {
  const { innerWords, innerDoubles } = memory;
  const parents: number[] = [];
  const count = Math.ceil(nodes.length / LOADED_CHILDREN);
  let from = 0;
  for (let i = 0; i < count; i++) {
    const parent = memory.takeInner();
    const end = Math.floor((nodes.length * (i + 1)) / count);
    innerWords[(parent << INNER_WORD_SHIFT) + SIZE] = end - from;
    for (let n = from; n < end; n++) {
      const node = nodes[n];
      innerWords[(parent << INNER_WORD_SHIFT) + CHILDREN + n - from] = node;
      memory.setParent(level, node, parent);
      if (level === 0) {
        summarizeLeaf(memory, parent, n - from, levels);
        setLeafKey(memory, parent, n - from);
      } else {
        summarizeInner(memory, parent, n - from);
        const keyValue = innerDoubles[(node << INNER_DOUBLE_SHIFT) + KEY_VALUES];
        const keyUser = innerWords[(node << INNER_WORD_SHIFT) + KEY_USERS];
        memory.setKey(parent, n - from, keyValue, keyUser);
      }
    }
    parents.push(parent);
    from = end;
  }
  memory.height++;
  return parents;
}
