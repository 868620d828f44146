import { expect, it } from "vitest";
import { Event } from "#gen/event/v1/event.ts";
import { traceparentIn } from "./traced-event.ts";

const TRACED = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const value = { postId: 1n, authorId: 2n, createTimeMs: 3n, deleted: false };
const event = {
  event: { $case: "post", value },
  requestId: "r",
  messageId: Buffer.from("id"),
} as const;

it("is found at the end of an event that has one", () => {
  expect(traceparentIn(Event.encode({ ...event, traceParent: TRACED }).finish())).toBe(TRACED);
});

it("is found in no other bytes", () => {
  expect(traceparentIn(Event.encode(event).finish())).toBe("");
  expect(traceparentIn(Event.encode({ ...event, requestId: TRACED }).finish())).toBe("");
  expect(traceparentIn(Event.encode({ ...event, traceParent: "x".repeat(55) }).finish())).toBe("");
  expect(traceparentIn(new Uint8Array(0))).toBe("");
});
