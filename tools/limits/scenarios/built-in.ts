import type { MakeScenario } from "../scenario.ts";
import { doorman1, doorman2, doorman3, doorman4, doorman5, doorman6, doorman7 } from "./doorman.ts";
import { clockSteps, coordinatorLoss, flashCrowd, liveChange, noisyNeighbour } from "./hosts.ts";

/** By name. */
export const SCENARIOS: Readonly<Record<string, MakeScenario>> = {
  "noisy-neighbour": noisyNeighbour,
  "flash-crowd": flashCrowd,
  "coordinator-loss": coordinatorLoss,
  "clock-steps": clockSteps,
  "live-change": liveChange,
  "doorman-1": doorman1,
  "doorman-2": doorman2,
  "doorman-3": doorman3,
  "doorman-4": doorman4,
  "doorman-5": doorman5,
  "doorman-6": doorman6,
  "doorman-7": doorman7,
};
