/**
 * Loaded before a tool (`node --import`): when the tool is about to read its arguments, what it would take is
 * printed as JSON in place of that, and the tool ends. So every tool is described by its own definition.
 */
import { writeSync } from "node:fs";
import { Command } from "commander";
import { definitionOf } from "./definition.ts";

function describe(this: Command): never {
  writeSync(process.stdout.fd, JSON.stringify(definitionOf(this)));
  process.exit(0);
}

Command.prototype.parse = describe;
Command.prototype.parseAsync = describe;
