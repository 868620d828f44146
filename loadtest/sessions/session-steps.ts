import type { Population } from "../../population/population.ts";
import type { Step } from "../run/step.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import { SLOT_SECONDS } from "../traffic/curve/diurnal.ts";
import { PAGE, POST, SCROLL, type StepBatch, textNumber, timeUs } from "../traffic/stream/steps.ts";
import { createTraffic, type Traffic } from "../traffic/traffic.ts";
import type { AskPage, AskPost, Protocol } from "./asking.ts";
import { LiveSessions } from "./live-sessions.ts";
import { highestFactor, pacerFor } from "./pace.ts";

export interface SessionsOptions {
  readonly scenario: Scenario;
  readonly population: Population;
  readonly generator: number;
  readonly generators: number;
  /** Unlike any other run's. */
  readonly run: string;
}

type Steps = Generator<Step, void, void>;

/** What people do, as calls, beginning so that the middle of the run is the peak of the day. */
export function sessionSteps(
  { scenario, population, generator, generators, run }: SessionsOptions,
  via: "grpc" | "rest",
  protocol: Protocol,
): Steps {
  const { world, warmUpSeconds, dailyUsers } = scenario;
  const { seed } = world;
  const pacer = pacerFor(scenario);
  // Drawn for the highest pace and thinned for the others.
  const highest = highestFactor(scenario);
  const traffic = createTraffic(population, {
    seed,
    zones: "home",
    dailyUsers: dailyUsers * highest,
  });
  const seconds = warmUpSeconds + scenario.seconds;
  // The curve is flat there: through a run of an hour the load is within 2% of the peak's.
  const fromSecond = peakSecond(traffic) - Math.floor(seconds / 2);
  return stepsOf({
    seed,
    run,
    batches: traffic.stream({ generator, generators, fromSecond, seconds }),
    fromSecond,
    shareAt: (second) => pacer.rateAt(second) / highest,
    ...OPERATIONS[via](
      protocol,
      scenario.load.kind === "sessions" && scenario.load.reactions === true,
    ),
  });
}

const OPERATIONS = {
  grpc: (protocol: Protocol, isReacting: boolean) => ({
    askPage: protocol.pages({
      page: "timeline.get",
      posts: "posts.get",
      ...(isReacting && {
        shown: "reactions.get",
        reactions: { like: "reaction.like", comment: "reaction.comment" },
      }),
    }),
    askPost: protocol.posts("post.create"),
  }),
  rest: (protocol: Protocol, isReacting: boolean) => ({
    askPage: protocol.pages({
      page: "gateway.page",
      ...(isReacting && { reactions: { like: "gateway.like", comment: "gateway.comment" } }),
    }),
    askPost: protocol.posts("gateway.post"),
  }),
};

/** The second of the day at which most sessions begin. */
function peakSecond({ curve }: Traffic): number {
  return curve.indexOf(curve.reduce((most, rate) => Math.max(most, rate))) * SLOT_SECONDS;
}

interface StepsOptions {
  readonly seed: number;
  /** One a second. */
  readonly batches: Iterable<StepBatch>;
  /** Where in the traffic's day the run begins. */
  readonly fromSecond: number;
  /** The share of its sessions that are kept of those first seen then, seconds of the run. */
  readonly shareAt: (second: number) => number;
  readonly askPage: AskPage;
  readonly askPost: AskPost;
  readonly run: string;
}

/** A session's pages, scrolls and posts. Opening an app calls nobody. */
function* stepsOf(options: StepsOptions): Steps {
  const { batches, fromSecond, shareAt, askPage, askPost, run } = options;
  const sessions = new LiveSessions(options.seed);
  for (const batch of batches) {
    sessions.at(batch.second - fromSecond);
    for (let i = 0; i < batch.count; i++) {
      const intendedMicros = timeUs(batch, i) - fromSecond * 1e6;
      const person = batch.person[i];
      const session = batch.session[i];
      const live = sessions.of(person, session, shareAt(intendedMicros / 1e6));
      if (!live) continue;
      const when = { intendedMicros, session: live.number };
      const kind = batch.kind[i];
      if (kind === PAGE) yield* askPage(live.feed, "top", when);
      else if (kind === SCROLL) yield* askPage(live.feed, "below", when);
      else if (kind === POST) {
        const step = batch.step[i];
        const requestId = `${run}-${session.toString(36)}-${step}`;
        yield askPost({ author: person, textNumber: textNumber(session, step), requestId }, when);
      }
    }
  }
}
