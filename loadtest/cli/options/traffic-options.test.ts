import { expect, it } from "vitest";
import { Command } from "../../../tools/command-line/command.ts";
import { withUsersOption } from "./traffic-options.ts";

it("names bounds of people that are whole", () => {
  expect(withUsersOption(new Command("load")).helpInformation()).toMatch(/\(10 to \d+\)/);
});
