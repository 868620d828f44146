import { deliveryText } from "../results/delivery-text.ts";
import { type Finding, findingOf } from "../results/finding.ts";
import type { CapacityResult, CapacityStep } from "./capacity-result.ts";
import { shown } from "./loads.ts";
import type { CoresTaken } from "./options.ts";
import { heldBeyond } from "./recovery.ts";

type Found = Omit<CapacityResult, "summary">;

/** What was found, in plain sentences. */
export function summaryOf(
  found: Found,
  coresOf: (step: CapacityStep) => CoresTaken = sumOfCpu,
): readonly string[] {
  return [
    headline(found),
    ...(found.alike === undefined ? [] : [found.alike]),
    ...refuted(found),
    ...estimated(found),
    ...perCore(found, coresOf),
    ...(found.delivery ? [deliveryText(found.delivery)] : []),
    found.saturated,
    ...(found.renewals ?? []),
    ...recovered(found),
    ...leftOut(found),
    ...(found.collapse ?? []).map((why) => `It collapses past its knee. ${why}`),
    ...ended(found),
  ];
}

/** Before "load was confirmed"; by default it is a plain "No". */
const NONE_CONFIRMED: Partial<Record<Finding, string>> = {
  inconclusive: "INCONCLUSIVE: no",
  ended: "INCOMPLETE: no",
};

function headline(found: Found): string {
  const { confirmed, failed, unit, steps, unknown } = found;
  if (confirmed === undefined) {
    const word = NONE_CONFIRMED[findingOf(found)] ?? "No";
    const held = steps.filter(({ outcome }) => outcome === "held").map(({ load }) => load);
    const most = held.length > 0 ? ` ${shown(Math.max(...held))} held, unconfirmed.` : "";
    const below = failed === undefined ? "" : ` ${shown(failed)} ${unit} fail.`;
    return `${word} load was confirmed.${most}${below}`;
  }
  const own = steps.filter(({ load, phase }) => load === confirmed && phase === "confirm");
  const seconds = Math.min(...own.map((step) => step.seconds));
  const stands = `${shown(confirmed)} ${unit}: held in ${own.filter(isHeld).length} steps of ${seconds} s or more`;
  if (unknown) {
    const what =
      failed === undefined
        ? "what was tried above it"
        : `what lies below ${shown(failed)}, which failed,`;
    return `INCONCLUSIVE: at least ${stands}; of ${what} nothing can be said.`;
  }
  if (failed === undefined) return `${stands}; nothing above it was found to fail.`;
  return `${stands}; ${shown(failed)} failed.`;
}

/** A cache that filled, a limit that was raised, machines that were added meanwhile. */
function refuted({ steps, unit }: Found): readonly string[] {
  const load = heldBeyond(steps);
  if (load === undefined) return [];
  return [
    `${shown(load)} ${unit} held, which is far above what had failed: it can do more by now than it could. Search again from there.`,
  ];
}

function estimated({ estimate, unit }: Found): readonly string[] {
  if (!estimate) return [];
  const { load, low, high, spread, isRough } = estimate;
  const percent = (100 * spread).toFixed(0);
  const how = isRough ? "a rough estimate; " : "";
  return [
    `Half of all steps hold at ${shown(load)} ${unit} (${how}95%: ${shown(low)} to ${shown(high)}); it differs by about ${percent}% from step to step.`,
  ];
}

function perCore(
  { confirmed, steps, unit }: Found,
  coresOf: (step: CapacityStep) => CoresTaken,
): readonly string[] {
  const held = steps.filter((step) => step.load === confirmed && isHeld(step));
  const used = held.map(coresOf);
  const cores = used.reduce((sum, one) => sum + one.cores, 0) / used.length;
  if (confirmed === undefined || !(cores > 0)) return [];
  const how = used.at(-1)?.text;
  return [
    `${shown(confirmed / cores)} ${unit} per core: the target used ${cores.toFixed(2)} CPU seconds a second at ${shown(confirmed)}.`,
    ...(how === undefined ? [] : [`Reckoned for the whole mesh: ${how}`]),
  ];
}

function sumOfCpu({ cpu }: CapacityStep): CoresTaken {
  return { cores: Object.values(cpu).reduce((sum, share) => sum + share, 0) };
}

function recovered({ recovery }: Found): readonly string[] {
  if (!recovery?.recovered) return [];
  return [`After overload it was itself again in ${recovery.seconds.toFixed(0)} s.`];
}

function leftOut({ leftOut: why }: Found): readonly string[] {
  return why === undefined ? [] : [`What overload does to it was not tried, for ${why}`];
}

function ended({ ended: why, endedBy }: Found): readonly string[] {
  if (why === undefined) return [];
  return [endedBy === undefined ? `The search ended before its time. ${why}` : why];
}

function isHeld({ outcome }: CapacityStep): boolean {
  return outcome === "held";
}
