import type { Population } from "../../../population/population.ts";
import { populationOf } from "../../scenarios/check-scenario.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import type { Load } from "../work.ts";
import { type Configuration, loadOf } from "./configuration.ts";

/** What configurations ask for, each found once, of people who are made once for each world. */
export class DescribedLoads {
  readonly #populations = new Map<string, Population>();
  readonly #loads = new Map<Configuration, Load>();

  populationOf(scenario: Scenario): Population {
    const world = JSON.stringify(scenario.world);
    return this.#populations.getOrInsertComputed(world, () => populationOf(scenario));
  }

  of(configuration: Configuration): Load {
    const people = () => this.populationOf(configuration.scenario);
    return this.#loads.getOrInsertComputed(configuration, () => loadOf(configuration, people()));
  }
}
