import { createPopulation } from "../../../population/population.ts";
import type { PrefillManifest } from "../../prefill/manifest.ts";
import { sizeText, smallestOwners, timelineMemory } from "../../prefill/sizes.ts";
import { shortNumber } from "./plot.ts";

/** What was filled in, for people. */
export function prefillText({ world, slice, ringEntries, days, filled }: PrefillManifest): string {
  if (!filled) return "";
  const { posts, activeViewers, entries, bytes, seconds, probes } = filled;
  const { owners, timelines } = slice;
  const whose =
    owners === timelines
      ? "all active people"
      : `the active people of ${timelines} of ${owners} owners`;
  const sizes = Object.entries(bytes).map(([service, size]) => `${service} ${sizeText(size)}`);
  const { lost, repeated, unknown, wrong } = probes;
  const memoryBytes = timelineMemory();
  const fitting = smallestOwners(createPopulation(world), { ringEntries, memoryBytes });
  return [
    `${shortNumber(posts)} posts of ${days} days by ${shortNumber(world.people)} people, and the ` +
      `timelines of ${whose}: ${shortNumber(activeViewers)} with ${shortNumber(entries)} entries ` +
      `(${(entries / activeViewers).toFixed(0)} each, ${ringEntries} at most). ${seconds} s.`,
    `On disk: ${sizes.join(", ") || "nothing"}.`,
    `${probes.viewers} timelines were scrolled whole, ${shortNumber(probes.entries)} entries: ` +
      `${lost} lost, ${repeated} repeated, ${unknown} unknown, ${wrong} wrong.`,
    `What fits here: ${fitting.reasons.join("; ")}.`,
  ].join("\n");
}
