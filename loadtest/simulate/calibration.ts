import type { UnitCosts } from "../plan/unit-costs.ts";
import type { Distribution } from "./kernel/distribution.ts";
import type { Model } from "./model.ts";

const MICROS = 1e6;

/**
 * The model with what a calibration measured in place of its own figures: a file of `load plan
 * calibrate`, or an object with `unitCosts` (as its `costs`), or `model` (any fields of the model, as deep
 * as needed; a distribution or a list is replaced as a whole), or both, of which `model` has the last word.
 * Throws RangeError naming the field.
 */
export function calibrated(model: Model, calibration: unknown): Model {
  if (!isObject(calibration)) throw new RangeError("a calibration must be a JSON object");
  const given = calibration.kind === "calibration" ? { unitCosts: calibration.costs } : calibration;
  const { unitCosts = {}, model: fields = {}, ...others } = given;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new RangeError(`calibration: ${unknown} is not known: give "unitCosts" or "model"`);
  }
  if (!isObject(unitCosts)) throw new RangeError("calibration: unitCosts must be an object");
  const costed = replaced(model, { costs: costsFrom(unitCosts as UnitCosts, model) }, "unitCosts");
  return replaced(costed, fields, "model") as Model;
}

/** A plan's CPU seconds a unit of work, where it has them; see PAYS_FOR. */
function costsFrom({ post, broker, friend, fanout, timeline }: UnitCosts, { costs }: Model) {
  const { publish, deliver, ack } = costs.post;
  const micros = (seconds: number | undefined) =>
    seconds === undefined ? undefined : seconds * MICROS;
  const posting = micros(post?.each.posts);
  return withoutUndefined({
    // What a post costs its service is in one sum there.
    post: { create: posting && Math.max(0, posting - publish - deliver - ack) },
    broker: { message: micros(broker?.each.posts) },
    friend: { list: micros(friend?.each.posts), friend: micros(friend?.each.friendsListed) },
    fanout: {
      message: micros(fanout?.each.posts),
      friend: micros(fanout?.each.friendsListed),
      piece: micros(fanout?.each.pieces),
      appendCall: micros(fanout?.each.appendCalls),
    },
    timeline: {
      call: micros(timeline?.each.appendCallsHere),
      piece: micros(timeline?.each.piecesHere),
      stored: micros(timeline?.each.stored),
      dropped: micros(timeline?.each.dropped),
      page: micros(timeline?.each.pages),
    },
  });
}

function withoutUndefined(tiers: Record<string, Record<string, number | undefined>>) {
  return Object.fromEntries(
    Object.entries(tiers).map(([tier, costs]) => [
      tier,
      Object.fromEntries(Object.entries(costs).filter(([, cost]) => cost !== undefined)),
    ]),
  );
}

/** `base` with the fields of `by` in place of its own, each of the kind that was there. */
function replaced(base: unknown, by: unknown, path: string): unknown {
  if (typeof base === "number") return checkedNumber(by, path);
  if (typeof base === "string") {
    if (by === base) return base;
    throw new RangeError(`calibration: ${path} is ${base} here: it is chosen by an option`);
  }
  if (Array.isArray(base) && Array.isArray(by))
    return by.map((one, i) => checkedItem(one, path, i));
  if (!isObject(base) || !isObject(by)) {
    throw new RangeError(`calibration: ${path} must be ${kindOf(base)}, not ${kindOf(by)}`);
  }
  if ("kind" in base) return checkedDistribution(by, path);
  for (const name of Object.keys(by)) {
    if (name in base) continue;
    const known = Object.keys(base).join(", ");
    throw new RangeError(`calibration: ${path}.${name} is not known: there are ${known}`);
  }
  const fields = Object.entries(base).map(([name, value]) => [
    name,
    name in by ? replaced(value, by[name], `${path}.${name}`) : value,
  ]);
  return Object.fromEntries(fields);
}

function checkedNumber(value: unknown, path: string): number {
  if (typeof value === "number" && value >= 0 && value < Number.POSITIVE_INFINITY) return value;
  throw new RangeError(`calibration: ${path} must be a number from 0 on, not ${kindOf(value)}`);
}

/** Of a list: authors, or stalls. */
function checkedItem(item: unknown, path: string, index: number): unknown {
  const at = `${path}[${index}]`;
  if (!isObject(item)) throw new RangeError(`calibration: ${at} must be an object`);
  if ("friends" in item) {
    return {
      friends: checkedNumber(item.friends, `${at}.friends`),
      share: checkedNumber(item.share, `${at}.share`),
    };
  }
  return {
    everySeconds: checkedNumber(item.everySeconds, `${at}.everySeconds`),
    micros: checkedDistribution(item.micros, `${at}.micros`),
    slowdown: item.slowdown === null ? null : checkedNumber(item.slowdown, `${at}.slowdown`),
  };
}

function checkedDistribution(value: unknown, path: string): Distribution {
  const { kind, mean, sigma, points } = isObject(value) ? value : {};
  if (kind === "constant" || kind === "exponential") {
    return { kind, mean: checkedNumber(mean, `${path}.mean`) };
  }
  if (kind === "lognormal") {
    const checked = checkedNumber(sigma, `${path}.sigma`);
    return { kind, mean: checkedNumber(mean, `${path}.mean`), sigma: checked };
  }
  if (kind === "quantiles" && isRising(points)) return { kind, points };
  const kinds = "constant, exponential, lognormal, or quantiles with points [share, us] that rise";
  throw new RangeError(`calibration: ${path} must be a distribution: ${kinds}`);
}

function isRising(points: unknown): points is [number, number][] {
  if (!Array.isArray(points) || points.length === 0) return false;
  return points.every((point, i) => {
    const [share, micros] = Array.isArray(point) ? point : [];
    const [shareBefore, microsBefore] = i === 0 ? [0, 0] : points[i - 1];
    return share > shareBefore && share <= 1 && micros > 0 && micros >= microsBefore;
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return isObject(value) ? "an object" : `a ${typeof value} (${JSON.stringify(value)})`;
}
