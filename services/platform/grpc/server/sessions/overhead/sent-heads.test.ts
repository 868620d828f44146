import { expect, it } from "vitest";
import { SentHeads } from "./sent-heads.ts";

const PATH = [":path", "/tidings.test.v1.EchoService/Say"];
/** Of `bytes`, as a token is: told apart at its end. */
const token = (bytes: number, user: number) => String(user).padStart(bytes, "t");
const head = (...values: readonly string[]) => [...PATH, ...values.flatMap((one) => ["x", one])];

it("were sent, where no text of theirs has been there before", () => {
  const heads = new SentHeads();
  expect(heads.sentWith(head())).toBe(0);
  for (let user = 0; user < 1_000; user++) {
    expect(heads.sentWith(head(token(4_000, user)))).toBe(4_000);
  }
});

it("may come from a table, where one has been there lately", () => {
  const heads = new SentHeads();
  const texts = Array.from({ length: 7 }, (_, user) => token(512, user));
  expect(heads.sentWith(head(...texts))).toBe(7 * 512);
  for (let again = 0; again < 1_000; again++) expect(heads.sentWith(head(...texts))).toBe(0);
  expect(heads.sentWith(head(...texts, ...texts))).toBe(0);
});

it("were sent each time, where a text fits into no table", () => {
  const heads = new SentHeads();
  for (let again = 0; again < 3; again++) expect(heads.sentWith(head(token(4_097, 1)))).toBe(4_097);
});

it("of many short texts count for what exceeds a table, each text once", () => {
  const heads = new SentHeads();
  const texts = Array.from({ length: 100 }, (_, field) => token(100, field));
  const fixed = PATH.join("").length + "x".length;
  expect(heads.sentWith(head(...texts))).toBe(fixed + 100 * 100 - 4_096);
  expect(heads.sentWith(head(...texts, ...texts))).toBe(fixed + 100 * 100 - 4_096);
  expect(heads.sentWith(head(...texts.slice(0, 30)))).toBe(0);
});

it("give little to whoever has one in the table, and has it forgotten by sending others", () => {
  const heads = new SentHeads();
  const kept = token(4_000, 0);
  let [sent, credited] = [0, 0];
  for (let round = 0; round < 50; round++) {
    credited += heads.sentWith(head(kept)) - (round === 0 ? kept.length : 0);
    for (let other = 0; other < 64; other++) {
      const text = token(512, 1 + round * 64 + other);
      sent += text.length;
      credited += heads.sentWith(head(text));
    }
  }
  expect(credited / sent).toBeLessThan(1.13);
});
