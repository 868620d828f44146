import { expect, test } from "vitest";
import {
  type DeepPartial,
  type LimitStatus,
  ListLimitsResponse,
} from "#gen/ratelimit/v1/ratelimit.ts";
import { limitsView } from "./limits-view.ts";

async function shown(limits: DeepPartial<LimitStatus>[]) {
  const listLimits = async () => ListLimitsResponse.fromPartial({ limits, revision: 7n });
  const view = limitsView({ listLimits });
  const { data } = await view.open({ query: new URLSearchParams(), params: {} });
  return data;
}

test("what is assured is in the units of what is leased: operations an hour, bytes a second", async () => {
  const leased = { ops: 1_800n, bytes: 2n };
  const rates = [
    { rate: { ops: 30n, bytes: 120n }, ceiling: { ops: 60n, bytes: 240n }, perSeconds: 60 },
    {
      rate: { ops: 1_800n, bytes: 7_200n },
      ceiling: { ops: 3_600n, bytes: 14_400n },
      perSeconds: 3_600,
    },
  ];
  for (const one of rates) {
    expect(await shown([{ limit: { path: "fleet", ...one }, leased }])).toMatchObject({
      limits: [
        {
          rate: { ops: "1800", bytes: "2" },
          ceiling: { ops: "3600", bytes: "4" },
          leased: { ops: "1800", bytes: "2" },
        },
      ],
    });
  }
});
