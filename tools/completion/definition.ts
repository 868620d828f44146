import type { Command } from "commander";

/** What can be said on a command line: what completion needs of a commander definition. */
export interface Definition {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionDefinition[];
  readonly commands: readonly Definition[];
  /** Words that an argument may be, when there are only so many. */
  readonly choices: readonly string[];
  /** An argument is a file or a folder. */
  readonly takesPath: boolean;
}

export interface OptionDefinition {
  /** "--in", "-h". */
  readonly flags: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  /** Its value is a file or a folder. */
  readonly takesPath: boolean;
  readonly choices: readonly string[];
}

const PATHS = ["file", "folder", "path"];

/** What commander knows of a command and of those below it. */
export function definitionOf(command: Command): Definition {
  return {
    name: command.name(),
    description: firstSentence(command.description()),
    options: command.options
      .filter(({ hidden }) => !hidden)
      .map((option) => ({
        flags: [option.long, option.short].filter((flag) => flag !== undefined),
        description: firstSentence(option.description),
        takesValue: option.required || option.optional,
        takesPath: PATHS.includes(/[<[](\w+)/.exec(option.flags)?.[1] ?? ""),
        choices: option.argChoices ?? [],
      })),
    commands: command.commands.map(definitionOf),
    choices: command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
    takesPath: command.registeredArguments.some((argument) => PATHS.includes(argument.name())),
  };
}

/** One line: shells show it beside the word. */
function firstSentence(text: string): string {
  return text.split(/[.:;\n]/, 1)[0].replaceAll(/["'`\\$]/g, "");
}
