import { INNER_WORD_SHIFT, PLACE_SHIFT, type TreeMemory, USERS } from "./tree-memory.ts";

/*
 * A look at memory that is in no cache costs as much as five hundred steps of the processor, and it
 * can have a dozen under way, but a search asks for one line when it has seen the one before. So
 * whoever knows what it will look at reads a word of each of its lines first, and waits for none.
 * What is read is kept in a field: were it thrown away, the compiler would leave the reading out.
 */

export function fetchLeaf(memory: TreeMemory, leaf: number): void {
  const { leafWords: words } = memory;
  const at = leaf << PLACE_SHIFT;
  memory.fetched = words[at] ^ words[at + 16] ^ words[at + 32] ^ words[at + 48];
}

/** What is asked of a node of an order. */
export function fetchInner(memory: TreeMemory, node: number): void {
  const { innerWords: words } = memory;
  const at = node << INNER_WORD_SHIFT;
  memory.fetched = words[at] ^ words[at + 16] ^ words[at + 32] ^ words[at + 48] ^ words[at + 64];
}

/** The first `count` of these leaves. */
export function fetchLeaves(memory: TreeMemory, leaves: Uint32Array, count: number): void {
  const { leafWords: words } = memory;
  let read = 0;
  for (let i = 0; i < count; i++) {
    const at = leaves[i] << PLACE_SHIFT;
    read ^= words[at] ^ words[at + 16] ^ words[at + 32] ^ words[at + 48];
  }
  memory.fetched = read;
}

/** The first `count` of these inner nodes; of a tour with the sums, of an order but the rests. */
export function fetchInnerNodes(memory: TreeMemory, nodes: Uint32Array, count: number): void {
  const { innerWords: words, isTour } = memory;
  let read = 0;
  for (let i = 0; i < count; i++) {
    const at = nodes[i] << INNER_WORD_SHIFT;
    if (isTour) read ^= words[at + 80] ^ words[at + 96] ^ words[at + 112];
    read ^= words[at] ^ words[at + 16] ^ words[at + 32] ^ words[at + 48] ^ words[at + 64];
  }
  memory.fetched = read;
}

/** Of each leaf what is at a place, of `count` of these. */
export function fetchUsersAt(memory: TreeMemory, places: Uint32Array, count: number): void {
  const { leafWords } = memory;
  let read = 0;
  for (let i = 0; i < count; i++) read ^= leafWords[places[i] + USERS];
  memory.fetched = read;
}
