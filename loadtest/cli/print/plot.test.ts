import { expect, test } from "vitest";
import { plotText, shortNumber } from "./plot.ts";

const X = { label: "x", isLogarithmic: false };
const Y = { label: "y", isLogarithmic: true };

test("ends of both axes are named, and points lie where they belong", () => {
  const rising = [1, 10, 100].map((y, x) => [x, y] as const);
  const lines = plotText([{ mark: "*", points: rising }], X, Y).split("\n");
  const [top, bottom] = [lines[1], lines.at(-3) ?? ""];
  expect(lines[0].trim()).toBe("y over x");
  expect(top).toMatch(/^ +100 \| +\*$/);
  expect(bottom).toMatch(/^ +1 \|\*$/);
  expect(lines.at(-1)).toMatch(/^ +0 +2$/);
  expect(lines.join("").match(/\*/g)).toHaveLength(3);
});

test("a later series covers an earlier one, and one value needs no range", () => {
  const point = [[5, 5]] as const;
  const text = plotText(
    [
      { mark: ".", points: point },
      { mark: "O", points: point },
    ],
    X,
    Y,
  );
  expect(text).toContain("O");
  expect(text).not.toContain(".");
});

test.each([
  [0.13851, "0.139"],
  [12, "12"],
  [189.96, "190"],
  [41_933.08, "41,933"],
])("%d is %s for people", (value, text) => {
  expect(shortNumber(value)).toBe(text);
});
