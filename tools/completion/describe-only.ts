/**
 * Loaded before a tool (`node --import`): when the tool is about to read its arguments, what it would take is
 * printed as JSON in place of that, and the tool ends. So every tool is described by its own definition.
 */
import { writeSync } from "node:fs";
import { Command } from "commander";
import { definitionOf } from "./definition.ts";

/** Of a program rather than a person, as that a flag is not given. */
const SAYS_NOTHING = /default: (?:false|true|\{\}|\[\]|""|\/\(\?:\)\/)/;

/**
 * Throws when the help of it, or of a command below it, can't be printed, or tells a default that says nothing: nobody
 * else asks for all of them.
 */
function explain(command: Command): void {
  command.helpInformation();
  const help = command.createHelp();
  for (const option of command.options) {
    const told = help.optionDescription(option);
    if (SAYS_NOTHING.test(told)) throw new Error(`${command.name()} ${option.flags}: ${told}`);
  }
  for (const below of command.commands) explain(below);
}

function describe(this: Command): never {
  explain(this);
  writeSync(process.stdout.fd, JSON.stringify(definitionOf(this)));
  process.exit(0);
}

Command.prototype.parse = describe;
Command.prototype.parseAsync = describe;
