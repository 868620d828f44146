import type { Caller, Event, LimitScenario } from "./scenario.ts";
import { SimCoordinator } from "./sim-coordinator.ts";
import { type Send, SimHost } from "./sim-host.ts";

/** What one caller asked for and got in each second. */
export interface CallerSeries {
  readonly caller: Caller;
  readonly wanted: readonly number[];
  readonly got: readonly number[];
}

export interface ScenarioRun {
  readonly scenario: LimitScenario;
  readonly series: readonly CallerSeries[];
  /** Calls to the coordinator. */
  readonly leaseCalls: number;
}

const ONE_WAY_MS = 5;
const TIMEOUT_MS = 2_000;

interface Later {
  readonly atMs: number;
  readonly run: () => void;
}

/** Plays a scenario in virtual time; `random` gives 0 to 1. */
export function runScenario(scenario: LimitScenario, random: () => number): ScenarioRun {
  const coordinator = new SimCoordinator(scenario.limits, scenario.times);
  let later: Later[] = [];
  let nowMs = 0;
  let leaseCalls = 0;
  const send: Send = (host, asks, answered) => {
    leaseCalls++;
    const arrive = () => {
      const grants = coordinator.ask(host, asks, nowMs);
      const { book } = coordinator;
      const atMs = nowMs + (grants ? ONE_WAY_MS : TIMEOUT_MS);
      later.push({ atMs, run: () => answered({ grants, book, atMs: nowMs }) });
    };
    later.push({ atMs: nowMs + ONE_WAY_MS, run: arrive });
  };
  const hosts = hostsOf(scenario, random, send);
  const lanes = scenario.callers.map((caller) => laneOf(caller, scenario.seconds));
  for (; nowMs < scenario.seconds * 1_000; nowMs += scenario.stepMs) {
    for (const event of scenario.events) {
      const isDue =
        event.atSecond * 1_000 >= nowMs && event.atSecond * 1_000 < nowMs + scenario.stepMs;
      if (isDue) happen(event, coordinator, hosts, nowMs);
    }
    const due = later.filter(({ atMs }) => atMs <= nowMs);
    later = later.filter(({ atMs }) => atMs > nowMs);
    for (const { run } of due) run();
    for (const { holder, path } of coordinator.takeRecalls()) {
      later.push({ atMs: nowMs + ONE_WAY_MS, run: () => hosts.get(holder)?.recall(path) });
    }
    for (const host of hosts.values()) host.tick(nowMs);
    for (const lane of lanes) ask(lane, hosts, nowMs, scenario.stepMs);
  }
  return { scenario, leaseCalls, series: lanes };
}

function hostsOf({ callers }: LimitScenario, random: () => number, send: Send) {
  const names = [...new Set(callers.map(({ host }) => host))];
  return new Map(names.map((name) => [name, new SimHost(name, Math.floor(random() * 100), send)]));
}

interface Lane {
  readonly caller: Caller;
  readonly wanted: number[];
  readonly got: number[];
  owed: number;
}

function laneOf(caller: Caller, seconds: number): Lane {
  const zeros = () => Array.from({ length: seconds }, () => 0);
  return { caller, wanted: zeros(), got: zeros(), owed: 0 };
}

function ask(lane: Lane, hosts: ReadonlyMap<string, SimHost>, nowMs: number, stepMs: number): void {
  const { caller, wanted, got } = lane;
  const second = Math.floor(nowMs / 1_000);
  lane.owed += (caller.wants(nowMs / 1_000) * stepMs) / 1_000;
  for (; lane.owed >= 1; lane.owed--) {
    wanted[second]++;
    if (hosts.get(caller.host)?.take(caller.path, nowMs)) got[second]++;
  }
}

function happen(
  event: Event,
  coordinator: SimCoordinator,
  hosts: ReadonlyMap<string, SimHost>,
  nowMs: number,
): void {
  if (event.kind === "coordinator-lost") coordinator.lose();
  else if (event.kind === "coordinator-back") coordinator.comeBack(nowMs);
  else if (event.kind === "limits-change") coordinator.change(event.limits, nowMs);
  else {
    const host = hosts.get(event.host);
    if (!host) throw new RangeError(`no host ${event.host}`);
    const ms = event.bySeconds * 1_000;
    if (event.kind === "wall-clock-steps") host.wallOffsetMs += ms;
    else host.monotonicOffsetMs += ms;
  }
}
