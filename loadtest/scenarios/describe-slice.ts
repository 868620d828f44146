import { measureDeliveries } from "../../population/measure/deliveries.ts";
import { DAY } from "../../population/people/audience.ts";
import type { Population } from "../../population/population.ts";
import type { SliceDescription } from "../results/run-result.ts";
import { batchFill } from "./batch-fill.ts";
import type { Scenario } from "./scenario.ts";

const SAMPLED_AUTHORS = 4_000;
/** For comparison: those of which capacity is stated. */
const MANY_OWNERS = 20;

/** What the slice shows of the whole, and what it does not, with this world's numbers. */
export function describeSlice(scenario: Scenario, population: Population): SliceDescription {
  const { slice, load } = scenario;
  if (load.kind !== "sessions") return describeCalls(population);
  return slice.kind === "owner"
    ? describeOwner(scenario, population, slice.owners)
    : describeRate(scenario, population);
}

function describeCalls({ people, active }: Population): SliceDescription {
  return {
    text: `rate: calls by hand about any of the ${count(active.count)} active of ${count(people)} people.`,
    preserves: ["What one such call costs, in a world of this size."],
    loses: [
      "What people do: nobody is asked about more often for coming more often or having more friends, and calls come in no day's proportions.",
    ],
  };
}

function describeRate(scenario: Scenario, population: Population): SliceDescription {
  const one = batchFill(population, 1, SAMPLED_AUTHORS);
  const many = batchFill(population, MANY_OWNERS, SAMPLED_AUTHORS);
  return {
    text: `rate: everyone of ${count(population.people)} people, with as many of their sessions as ${count(scenario.dailyUsers)} daily users begin at their peak.`,
    preserves: [
      "What a session does, and in what proportions pages, posts and deliveries come.",
      deliveries(population),
    ],
    loses: [
      ...overlap(scenario, population),
      `Batches: one timeline process gets ${round(one.viewers)} viewers a post and call; as one of ${MANY_OWNERS} it would get ${round(many.viewers)}.`,
    ],
  };
}

function describeOwner(
  scenario: Scenario,
  population: Population,
  owners: number,
): SliceDescription {
  const { viewers, ownersTouched } = batchFill(population, owners, SAMPLED_AUTHORS);
  const { people, active } = population;
  return {
    text: `owner: one timeline process as one of ${owners}, with the timelines of about ${count(people / owners)} of ${count(people)} people, ${count(active.count / owners)} of them active.`,
    preserves: [
      `All posts of ${count(scenario.dailyUsers)} daily users at their peak, and only the pages of its own viewers: 1 in ${owners}.`,
      `Batches as with ${owners} owners: ${round(viewers)} viewers a post and call, and a post goes to ${round(ownersTouched)} owners.`,
      deliveries(population),
    ],
    loses: [
      ...overlap(scenario, population),
      `The other ${owners - 1} owners acknowledge at once and store nothing: their CPU and their waits are not in the figures.`,
      `Posts are read by 1 in ${owners} of the viewers, and written by all authors: the post service does all of the writing and little of the reading.`,
    ],
  };
}

function deliveries(population: Population): string {
  const { toAllFriends, toActiveFriends } = measureDeliveries(population, SAMPLED_AUTHORS);
  return `Deliveries a post: ${round(toAllFriends)} to all friends, of which ${round(toActiveFriends)} to active ones are stored.`;
}

function overlap({ dailyUsers }: Scenario, { audience, active }: Population): readonly string[] {
  const ratio = dailyUsers / audience.dailyUsers;
  if (ratio <= 1) return [];
  const natural = (audience.dailyUsers * DAY.sessions) / active.count;
  return [
    `Sessions: an active person begins ${round(natural * ratio)} a day, and would begin ${round(natural)}: ${round(ratio)} times as many of one person's go on at once, and the same timelines are read that much more often.`,
  ];
}

function round(value: number): string {
  return value.toPrecision(value >= 100 ? 3 : 2).replace(/\.0$/, "");
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en");
}
