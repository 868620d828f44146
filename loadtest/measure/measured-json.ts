import { decodeHistogram, encodeHistogram } from "./histogram.ts";
import type { Measured } from "./measured.ts";
import { OperationRecord } from "./operation-record.ts";
import { RateWindows } from "./rate-windows.ts";
import { Series } from "./series.ts";

/** As JSON values: histograms in their standard text form. `measuredFrom` is the inverse. */
export function measuredToJson(measured: Measured) {
  const { operations, series, windows, distributions, counters, ...plain } = measured;
  return {
    ...plain,
    operations: operations.map(({ name, timeoutMs, counts, statuses, waits, ...rest }) => ({
      name,
      timeoutMs,
      counts,
      statuses: Object.fromEntries(statuses),
      unsent: Object.fromEntries(rest.unsent) as Readonly<Record<string, number>> | undefined,
      waits,
      response: encodeHistogram(rest.response),
      answered: encodeHistogram(rest.answered) as string | undefined,
      service: encodeHistogram(rest.service),
      lateness: encodeHistogram(rest.lateness),
    })),
    series: Object.fromEntries([...series].map(([name, one]) => [name, one.toJSON()])),
    windows: { ...windows },
    distributions: Object.fromEntries(
      [...distributions].map(([name, { values, lateness }]) => [
        name,
        { values: encodeHistogram(values), lateness: encodeHistogram(lateness) },
      ]),
    ),
    counters: Object.fromEntries(counters),
  };
}

export type MeasuredJson = ReturnType<typeof measuredToJson>;

export function measuredFrom(json: MeasuredJson): Measured {
  const { operations, series, windows, distributions, counters, ...plain } = json;
  const kept = new RateWindows();
  kept.add(Object.assign(new RateWindows(), windows));
  return {
    ...plain,
    operations: operations.map((one) => recordFrom(one)),
    series: new Map(Object.entries(series).map(([name, one]) => [name, Series.from(one)])),
    windows: kept,
    distributions: new Map(
      Object.entries(distributions).map(([name, { values, lateness }]) => [
        name,
        { values: decodeHistogram(values), lateness: decodeHistogram(lateness) },
      ]),
    ),
    counters: new Map(Object.entries(counters)),
  };
}

function recordFrom(json: MeasuredJson["operations"][number]): OperationRecord {
  const record = new OperationRecord(json.name, json.timeoutMs, {
    response: decodeHistogram(json.response),
    // Results of before 2026-11-28 have none.
    ...(json.answered !== undefined && { answered: decodeHistogram(json.answered) }),
    service: decodeHistogram(json.service),
    lateness: decodeHistogram(json.lateness),
  });
  Object.assign(record.counts, json.counts);
  Object.assign(record.waits, json.waits);
  for (const [status, n] of Object.entries(json.statuses)) record.statuses.set(Number(status), n);
  for (const [status, n] of Object.entries(json.unsent ?? {})) record.unsent.set(Number(status), n);
  return record;
}
