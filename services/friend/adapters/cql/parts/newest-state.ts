import type { EdgeState } from "../edge-rows.ts";

export const NO_EDGE: EdgeState = { isPresent: false, version: 0n };

/** What an edge is whose rows are these: of one version two, it is removed, as the store settles it in one row. */
export function newestState(states: readonly (EdgeState | undefined)[]): EdgeState {
  return states.reduce<EdgeState>((newest, state) => {
    if (state === undefined || state.version < newest.version) return newest;
    return state.version > newest.version || newest.isPresent ? state : newest;
  }, NO_EDGE);
}
