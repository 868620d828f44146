/** The ways to have an engine, and the order in which they are tried. */

import type { EngineKind } from "../kinds.ts";
import type { Way } from "../state/state.ts";
import type { WayContext } from "./context.ts";
import { composeDown, composeUp } from "./docker.ts";
import { startLocally, stopLocally } from "./local-way.ts";

interface WayActions {
  /** Gives the addresses of an engine that has been started and should answer now. */
  readonly start: (kind: EngineKind, context: WayContext) => Promise<readonly string[]>;
  /** Ends what `start` began, however far it came. */
  readonly stop: (kind: EngineKind, context: WayContext) => Promise<void>;
}

export const WAYS: Record<Way, WayActions> = {
  address: {
    start: askGiven,
    stop: async () => {},
  },
  docker: {
    start: async (kind, { settings, tools }) => {
      await composeUp(kind.dockerService, settings, tools.signal);
      return kind.own(settings);
    },
    stop: (kind, { settings }) => composeDown(kind.dockerService, settings),
  },
  local: { start: startLocally, stop: stopLocally },
};

/** An address that was given is the answer, also when it is wrong: nothing else is tried. */
export function waysToTry(facts: { hasAddress: boolean; hasDocker: boolean }): readonly Way[] {
  if (facts.hasAddress) return ["address"];
  return facts.hasDocker ? ["docker", "local"] : ["local"];
}

async function askGiven(kind: EngineKind, { settings }: WayContext): Promise<readonly string[]> {
  const addresses = kind.given(settings) ?? [];
  try {
    await kind.recognise(addresses);
    await kind.check(addresses);
    return addresses;
  } catch (error) {
    const reason = (error as Error).message;
    throw new Error(`${kind.addressVariable} is set, but what it names cannot be used: ${reason}`);
  }
}
