import type { CallScenario } from "../spec/call-scenario.ts";
import { DEFAULT_TIMEOUT_MS } from "./compiled-call.ts";

/** How long a caller may be on the way, from the intended begin of a flow. */
export function longestTimeoutMs({ flows }: CallScenario): number {
  return Math.max(
    ...flows.map(({ steps }) =>
      steps.reduce((sum, { timeoutMs = DEFAULT_TIMEOUT_MS, thinkMs = 0 }) => {
        const pauseMs = typeof thinkMs === "number" ? thinkMs : thinkMs[1];
        return sum + timeoutMs + pauseMs;
      }, 0),
    ),
  );
}
