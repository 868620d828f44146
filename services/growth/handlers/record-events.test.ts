import { expect, it } from "vitest";
import { eventsAt } from "../testing/events.ts";
import { recordEvents } from "./record-events.ts";

const NOBODY_GONE = { hidesAny: false, goneAmong: () => new Map() };

it("refuses an event whose origin is no line of text, and takes the rest", async () => {
  const recorded: unknown[] = [];
  const store = {
    room: async () => {},
    durable: async () => {},
    record: (one: unknown) => {
      recorded.push(one);
      return { kind: "done", user: 0 } as const;
    },
  };
  const { event } = eventsAt(() => 1);
  const active = { $case: "active", value: { personId: 7n } } as const;
  const nowhere = { client: "", device: "", place: "" };
  const from = (origin: object) => ({ ...event("e", active), origin: { ...nowhere, ...origin } });
  const record = recordEvents({ store, people: NOBODY_GONE });
  const call = {} as Parameters<typeof record>[1];
  const events = [
    from({ client: "ios\0" }),
    from({ device: "phone\n" }),
    from({ place: "\u001b[2J" }),
    from({ place: "Zürich" }),
  ];
  const { results } = await record({ events }, call);
  expect(results.map(({ error }) => error?.message.split(":")[0])).toEqual([
    "events[0].origin.client",
    "events[1].origin.device",
    "events[2].origin.place",
    undefined,
  ]);
  expect(recorded).toHaveLength(1);
});
