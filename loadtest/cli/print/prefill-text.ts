import { createPopulation } from "../../../population/population.ts";
import type { Filled, PrefillManifest } from "../../prefill/manifest.ts";
import { sizeText, smallestOwners, timelineMemory } from "../../prefill/sizes.ts";
import { shortNumber } from "./plot.ts";

/** What was filled in, for people. */
export function prefillText(manifest: PrefillManifest): string {
  const { world, days, delivery, filled } = manifest;
  if (!filled) return "";
  const { posts, bytes, seconds, probes } = filled;
  const isPulled = delivery === "pull";
  const kept = isPulled
    ? "in the post log, and nobody's timeline"
    : timelinesText(manifest, filled);
  const sizes = Object.entries(bytes).map(([service, size]) => `${service} ${sizeText(size)}`);
  const { lost, repeated, unknown, wrong } = probes;
  return [
    `${shortNumber(posts)} posts of ${days} days by ${shortNumber(world.people)} people, ${kept}. ${seconds} s.`,
    `On disk: ${sizes.join(", ") || "nothing"}.`,
    `${probes.viewers} timelines were scrolled whole, ${shortNumber(probes.entries)} entries: ` +
      `${lost} lost, ${repeated} repeated, ${unknown} unknown, ${wrong} wrong.`,
    ...(isPulled ? [] : [fittingText(manifest)]),
  ].join("\n");
}

function timelinesText(
  { slice, ringEntries }: PrefillManifest,
  { activeViewers, entries }: Filled,
): string {
  const { owners, timelines } = slice;
  const whose =
    owners === timelines
      ? "all active people"
      : `the active people of ${timelines} of ${owners} owners`;
  return (
    `and the timelines of ${whose}: ${shortNumber(activeViewers)} with ${shortNumber(entries)} entries ` +
    `(${(entries / activeViewers).toFixed(0)} each, ${ringEntries} at most)`
  );
}

function fittingText({ world, ringEntries }: PrefillManifest): string {
  const memoryBytes = timelineMemory();
  const fitting = smallestOwners(createPopulation(world), { ringEntries, memoryBytes });
  return `What fits here: ${fitting.reasons.join("; ")}.`;
}
