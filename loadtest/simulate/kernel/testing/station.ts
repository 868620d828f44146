import { Arrivals } from "../arrivals.ts";
import type { Distribution } from "../distribution.ts";
import { Events } from "../events.ts";
import { LagHistogram } from "../lag-histogram.ts";
import { QueueMeter } from "../queue-meter.ts";
import { Random } from "../random.ts";
import { Sampler } from "../sampler.ts";
import { Servers } from "../servers.ts";

export interface StationSpec {
  /** Arrivals a us: Poisson. */
  readonly rate: number;
  readonly service: Distribution;
  readonly servers?: number;
  readonly customers: number;
  readonly seed: number;
}

/** One queue before servers, as a textbook has it, out of the kernel's parts. */
export function simulateStation({ rate, service, servers = 1, customers, seed }: StationSpec) {
  const events = new Events();
  const until = customers / rate;
  const rates = { perMicro: Float64Array.of(rate), slotMicros: until };
  const arrivals = new Arrivals(rates, { fromMicros: 0, untilMicros: until }, seed, 1);
  const services = new Sampler(service, new Random(seed, 2));
  const station = new Servers(servers);
  const waits = new LagHistogram();
  const meter = new QueueMeter();
  let waited = 0;
  let inSystem = 0;
  let changedAt = 0;
  let area = 0;
  const change = (by: number) => {
    area += inSystem * (events.now - changedAt);
    changedAt = events.now;
    inSystem += by;
  };
  const leave = events.kind(() => {
    change(-1);
    meter.leave(events.now);
  });
  const arrive = events.kind(() => {
    change(1);
    meter.enter(events.now);
    const work = services.draw();
    const end = station.serve(events.now, work);
    waits.record(end - work - events.now, 1);
    waited += end - work - events.now;
    events.at(end, leave);
    arrivals.advance();
    if (arrivals.next < until) events.at(arrivals.next, arrive);
  });
  events.at(arrivals.next, arrive);
  events.run(Number.MAX_VALUE);
  return {
    meanWait: waited / meter.entered,
    waits,
    meanInSystem: area / changedAt,
    arrivalsPerMicro: meter.entered / changedAt,
    meanStay: meter.staysUntil(changedAt) / meter.left,
    held: meter.held,
    utilisation: station.busy / servers / changedAt,
  };
}
