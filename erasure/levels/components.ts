/** What a node leads to. Nodes are 0 to n-1. */
export type Successors = (node: number) => Iterable<number>;

export interface Components {
  /** The component of each node. A component's number is higher than that of any it leads to. */
  readonly of: Int32Array;
  readonly count: number;
}

const UNSEEN = -1;

/** Strongly connected components: Tarjan (1972), without recursion, in typed arrays. */
export function componentsOf(nodes: number, successors: Successors): Components {
  const of = new Int32Array(nodes).fill(UNSEEN);
  const index = new Int32Array(nodes).fill(UNSEEN);
  const low = new Int32Array(nodes);
  const stack: number[] = [];
  let nextIndex = 0;
  let count = 0;

  const close = (node: number) => {
    let member: number | undefined;
    do {
      member = stack.pop();
      if (member !== undefined) of[member] = count;
    } while (member !== node);
    count += 1;
  };
  const enter = (node: number) => {
    index[node] = low[node] = nextIndex++;
    stack.push(node);
    return { node, rest: successors(node)[Symbol.iterator]() };
  };

  for (let root = 0; root < nodes; root++) {
    if (index[root] !== UNSEEN) continue;
    const calls = [enter(root)];
    for (let call = calls.at(-1); call; call = calls.at(-1)) {
      const { node, rest } = call;
      const next = rest.next();
      if (!next.done) {
        const to = next.value;
        if (index[to] === UNSEEN) calls.push(enter(to));
        else if (of[to] === UNSEEN) low[node] = Math.min(low[node], index[to]);
        continue;
      }
      calls.pop();
      if (low[node] === index[node]) close(node);
      const caller = calls.at(-1)?.node;
      if (caller !== undefined) low[caller] = Math.min(low[caller], low[node]);
    }
  }
  return { of, count };
}

/** The length of the longest path to each component, in components; those nobody leads to are at 0. */
export function longestPaths(components: Components, successors: Successors): Int32Array {
  const levels = new Int32Array(components.count);
  const members: number[][] = Array.from({ length: components.count }, () => []);
  for (let node = 0; node < components.of.length; node++) members[components.of[node]].push(node);
  // Higher numbers come first on every path.
  for (let component = components.count - 1; component >= 0; component--) {
    for (const node of members[component]) {
      for (const to of successors(node)) {
        const other = components.of[to];
        if (other !== component) levels[other] = Math.max(levels[other], levels[component] + 1);
      }
    }
  }
  return levels;
}
