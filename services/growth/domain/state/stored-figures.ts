import { deflateRawSync, inflateRawSync } from "node:zlib";
import { DayFigures, KINDS, newPart } from "../figures/day-figures.ts";
import type { CohortFigures } from "../figures/figures.ts";
import { createSketch, type Sketch } from "../figures/hyper-log-log.ts";

/** A day and a cohort as they are stored: JSON with the sketches in base64, deflated. */

interface StoredPart {
  readonly value: string;
  readonly newUsers: number;
  readonly posts: number;
  readonly active: string;
}

interface StoredDay {
  readonly newUsers: number;
  readonly referredUsers: number;
  readonly posts: number;
  readonly active: string;
  readonly parts: Readonly<Record<string, readonly StoredPart[]>>;
}

interface StoredCohort {
  readonly newUsers: number;
  readonly active: readonly string[];
}

export function encodeDay({ newUsers, referredUsers, posts, active, parts }: DayFigures): Buffer {
  const stored: StoredDay = {
    newUsers,
    referredUsers,
    posts,
    active: textOf(active),
    parts: Object.fromEntries(
      KINDS.map((kind) => [
        kind,
        [...parts[kind]].map(([value, part]) => ({ value, ...part, active: textOf(part.active) })),
      ]),
    ),
  };
  return pack(stored);
}

export function decodeDay(bytes: Buffer): DayFigures {
  const stored = unpack(bytes) as StoredDay;
  const day = new DayFigures();
  day.newUsers = stored.newUsers;
  day.referredUsers = stored.referredUsers;
  day.posts = stored.posts;
  fill(day.active, stored.active);
  for (const kind of KINDS) {
    for (const { value, newUsers, posts, active } of stored.parts[kind]) {
      const part = newPart();
      part.newUsers = newUsers;
      part.posts = posts;
      fill(part.active, active);
      day.parts[kind].set(value, part);
    }
  }
  return day;
}

export function encodeCohort({ newUsers, active }: CohortFigures): Buffer {
  const stored: StoredCohort = { newUsers, active: active.map(textOf) };
  return pack(stored);
}

export function decodeCohort(bytes: Buffer, precision: number): CohortFigures {
  const { newUsers, active } = unpack(bytes) as StoredCohort;
  return {
    newUsers,
    active: active.map((text) => {
      const sketch = createSketch(precision);
      fill(sketch, text);
      return sketch;
    }),
  };
}

function pack(value: unknown): Buffer {
  return deflateRawSync(JSON.stringify(value), { level: 1 });
}

function unpack(bytes: Buffer): unknown {
  return JSON.parse(inflateRawSync(bytes).toString());
}

function textOf({ registers }: Sketch): string {
  return Buffer.from(registers).toString("base64");
}

function fill({ registers }: Sketch, text: string): void {
  registers.set(Buffer.from(text, "base64"));
}
