import { Option } from "commander";
import { expect, it } from "vitest";
import { Command } from "./command.ts";
import { between } from "./limited.ts";

const helpOf = (change: (command: Command) => unknown) => {
  const command = new Command("tool");
  change(command);
  return command.helpInformation();
};

it("help says between which limits a value lies", () => {
  const help = helpOf((command) =>
    command
      .option("--step <n>", "seconds of a step", between(5, 3_600, Number), 30)
      .option("--highest <n>", "tried at most", between(1, 1e9, Number)),
  );
  expect(help).toContain("seconds of a step (5 to 3600, default: 30)");
  expect(help).toContain("tried at most (1 to 1B)");
});

it("help tells no default that says nothing", () => {
  const help = helpOf((command) =>
    command
      .option("--list", "runs nothing", false)
      .option("--only <pattern>", "whose names match", (text: string) => new RegExp(text), /(?:)/)
      .option(
        "--env <name=value>",
        "again for more",
        (text: string) => ({ text }),
        {} as { text?: string },
      )
      .option("--header <name:value>", "may be repeated", (text) => [text], [])
      .option("--token <token>", "which page", "")
      .option("--no-world", "leaves it empty"),
  );
  expect(help).not.toContain("default");
});

it("help tells what a default means, what there is to choose, and that of commands below", () => {
  const help = helpOf((command) => {
    command.addOption(new Option("--kind <kind>", "of").choices(["a", "b"]).default("a"));
    command.option("--from <time>", "when", String, "noon");
  });
  expect(help).toContain('of (choices: "a", "b", default: "a")');
  expect(help).toContain('when (default: "noon")');
  const below = new Command("tool")
    .command("take")
    .option("--n <n>", "many", between(1, 9, Number));
  expect(below.helpInformation()).toContain("many (1 to 9)");
});
