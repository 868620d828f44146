import { Command as Commander, Help, type Option } from "commander";
import { limitsOf } from "./limited.ts";

/**
 * commander's, with a help that says between which limits a value lies, which else only its refusal says, and no
 * default that is the program's own business, as that a flag is not given.
 */
export class Command extends Commander {
  override createCommand(name?: string): Command {
    return new Command(name);
  }

  override createHelp(): Help {
    return Object.assign(new PlainHelp(), this.configureHelp());
  }
}

class PlainHelp extends Help {
  override optionDescription(option: Option): string {
    const { description, argChoices, parseArg, defaultValue, defaultValueDescription } = option;
    const choices = argChoices?.map((choice) => JSON.stringify(choice)).join(", ");
    const limits = limitsOf(parseArg);
    const shown = option.negate
      ? undefined
      : (defaultValueDescription ?? shownDefault(defaultValue));
    const facts = [
      ...(choices === undefined ? [] : [`choices: ${choices}`]),
      ...(limits === undefined ? [] : [limits]),
      ...(shown === undefined ? [] : [`default: ${shown}`]),
    ];
    return [description, ...(facts.length > 0 ? [`(${facts.join(", ")})`] : [])].join(" ").trim();
  }
}

/** Undefined: it is that nothing was given. */
function shownDefault(value: unknown): string | undefined {
  if (value === undefined || typeof value === "boolean" || value === "") return undefined;
  if (value instanceof RegExp) return String(value) === MATCHES_ALL ? undefined : String(value);
  if (typeof value === "object" && value !== null && Object.keys(value).length === 0) {
    return undefined;
  }
  return JSON.stringify(value);
}

const MATCHES_ALL = String(/(?:)/);
