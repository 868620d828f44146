import { postTimeMs } from "../../../services/model/ids.ts";
import type { FaultyTimeline, OwnerCheck } from "./check-owner.ts";

const MOST_NAMED = 20;
const MOST_IDS = 3;

/** Nothing is wrong, or what was is repaired, and everything was looked at. */
export function isWell({ faulty, degraded, isCut }: OwnerCheck): boolean {
  return !isCut && degraded.length === 0 && faulty.every(({ isRepaired }) => isRepaired);
}

/** One owner's part, for people. */
export function ownerText(address: string, check: OwnerCheck): string {
  const { viewers, compared, differing, degraded, faulty, isCut } = check;
  const named = faulty.slice(0, MOST_NAMED).map(faultText);
  return [
    `${address}: ${viewers} timelines by ${compared} digests; ${differing} differ and were read`,
    ...named,
    ...(faulty.length > named.length ? [`  and ${faulty.length - named.length} more`] : []),
    ...(degraded.length > 0 ? [`  ${degraded.length} can't be judged: a source is behind`] : []),
    ...(isCut ? ["  more differ than were read: rebuild --all is cheaper"] : []),
  ].join("\n");
}

export function sumText(checks: readonly OwnerCheck[]): string {
  const faulty = checks.flatMap((one) => one.faulty);
  const count = (of: (fault: FaultyTimeline) => readonly bigint[]) =>
    faulty.reduce((sum, fault) => sum + of(fault).length, 0);
  const repaired = faulty.filter(({ isRepaired }) => isRepaired).length;
  const counts = [
    `lost ${count(({ lost }) => lost)}`,
    `repeated ${count(({ repeated }) => repeated)}`,
    `extra ${count(({ extra }) => extra)}`,
  ];
  const timelines = `${faulty.length} timelines wrong${repaired > 0 ? `, ${repaired} repaired` : ""}`;
  return `${counts.join(", ")}: ${timelines}`;
}

function faultText({ viewer, lost, extra, repeated, isRepaired }: FaultyTimeline): string {
  const parts = [
    ...(lost.length > 0 ? [`lost ${idsText(lost)}`] : []),
    ...(repeated.length > 0 ? [`repeated ${idsText(repeated)}`] : []),
    ...(extra.length > 0 ? [`extra ${idsText(extra)}`] : []),
  ];
  return `  viewer ${viewer}: ${parts.join("; ")}${isRepaired ? "; repaired" : ""}`;
}

function idsText(ids: readonly bigint[]): string {
  const named = ids
    .slice(0, MOST_IDS)
    .map((id) => `${id} (${new Date(postTimeMs(id)).toISOString()})`);
  return [...named, ...(ids.length > MOST_IDS ? [`and ${ids.length - MOST_IDS} more`] : [])].join(
    ", ",
  );
}
