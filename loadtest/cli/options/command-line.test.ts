import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { commandLine } from "./command-line.ts";

it("quotes what a shell would change, and nothing else", () => {
  expect(commandLine(["run", "mix", "--env=A=b,c", "--out", "./a-b_1.json"])).toBe(
    "npm run load -- run mix --env=A=b,c --out ./a-b_1.json",
  );
  expect(commandLine(["--threshold", "p99(lag) < 1s"])).toBe(
    "npm run load -- --threshold 'p99(lag) < 1s'",
  );
});

it.each([
  [["--header", "authorization: Bearer SECRET"], "--header 'authorization: ***'"],
  [["--header=X-Api-Key:SECRET"], "'--header=X-Api-Key: ***'"],
  [["--header", "x-team: a"], "--header 'x-team: a'"],
  [["--token", "printf SECRET"], "--token '***'"],
  [["--token=printf SECRET", "--seconds", "5"], "'--token=***' --seconds 5"],
  [
    ["--target", "https://me:SECRET@shop.test/a?access_token=SECRET&n=5"],
    "--target 'https://***@shop.test/a?access_token=***&n=5'",
  ],
  [["--env", "TIDINGS_X_PASSWORD=SECRET"], "--env 'TIDINGS_X_PASSWORD=***'"],
  [["--env=TIDINGS_AMQP_URL=amqp://me:SECRET@mq"], "'--env=TIDINGS_AMQP_URL=amqp://***@mq'"],
])("holds no secret: %j", (words, shown) => {
  expect(commandLine(words)).toBe(`npm run load -- ${shown}`);
});

it("is what a shell reads back", () => {
  const words = ["it's", "", "a b", "$HOME", '"', "\\", "*", "lost == 0", "é\n"];
  const typed = commandLine(words).slice("npm run load -- ".length);
  const read = execFileSync("sh", ["-c", `printf '%s\\0' ${typed}`], { encoding: "utf8" });
  expect(read.split("\0").slice(0, -1)).toEqual(words);
});
