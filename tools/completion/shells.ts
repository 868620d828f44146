import type { Definition, OptionDefinition } from "./definition.ts";

export type Shell = "bash" | "zsh" | "fish";

/** A script that makes `tidings TOOL ...` a command of the shell, and completes it. */
export function scriptFor(shell: Shell, definitions: readonly Definition[], root: string): string {
  return shell === "fish" ? fishScript(definitions, root) : bashScript(shell, definitions, root);
}

interface Place {
  /** The words before: "tidings backup take". */
  readonly path: string;
  readonly definition: Definition;
}

const HELP: OptionDefinition = {
  flags: ["--help"],
  description: "what it does, and takes",
  takesValue: false,
  choices: [],
};

/** Every command, and every one below it, by the words that lead there. */
function placesOf(definitions: readonly Definition[]): readonly Place[] {
  const root = {
    name: "tidings",
    description: "",
    options: [],
    commands: definitions,
    choices: [],
  };
  const below = (path: string, definition: Definition): readonly Place[] => [
    { path, definition },
    ...definition.commands.flatMap((one) => below(`${path} ${one.name}`, one)),
  ];
  return below("tidings", root);
}

const optionsOf = ({ options }: Definition) => [...options, HELP];

function wordsAt({ definition }: Place): readonly string[] {
  const { commands, choices } = definition;
  const flags = optionsOf(definition).flatMap(({ flags }) => flags);
  return [...commands.map(({ name }) => name), ...choices, ...flags];
}

/** For zsh, too, which has a mode for scripts of bash. */
function bashScript(shell: Shell, definitions: readonly Definition[], root: string): string {
  const places = placesOf(definitions);
  const words = places.map((place) => `    "${place.path}") echo "${wordsAt(place).join(" ")}" ;;`);
  const values = places.flatMap(({ path, definition }) =>
    definition.options
      .filter(({ takesValue }) => takesValue)
      .flatMap(({ flags, choices }) =>
        flags.map((flag) => `    "${path} ${flag}") echo "${choices.join(" ") || "@file"}" ;;`),
      ),
  );
  return `${shell === "zsh" ? "autoload -U +X bashcompinit && bashcompinit\n" : ""}tidings() {
  npm --prefix "${root}" run --silent "$1" -- "\${@:2}"
}
_tidings_words() {
  case "$1" in
${words.join("\n")}
  esac
}
_tidings_values() {
  case "$1" in
${values.join("\n")}
  esac
}
_tidings() {
  local path="tidings" word="\${COMP_WORDS[COMP_CWORD]}" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [ -n "$(_tidings_words "$path \${COMP_WORDS[i]}")" ]; then path="$path \${COMP_WORDS[i]}"; fi
  done
  local values="$(_tidings_values "$path \${COMP_WORDS[COMP_CWORD - 1]}")"
  if [ "$values" = "@file" ]; then COMPREPLY=($(compgen -f -- "$word"))
  elif [ -n "$values" ]; then COMPREPLY=($(compgen -W "$values" -- "$word"))
  else COMPREPLY=($(compgen -W "$(_tidings_words "$path")" -- "$word")); fi
}
complete -o filenames -F _tidings tidings
`;
}

function fishScript(definitions: readonly Definition[], root: string): string {
  const lines = placesOf(definitions).flatMap(({ path, definition }) => {
    const at = `complete -c tidings -f -n '__tidings_at "${path}"'`;
    return [
      ...definition.commands.map((one) => `${at} -a '${one.name}' -d '${one.description}'`),
      ...(definition.choices.length > 0 ? [`${at} -a '${definition.choices.join(" ")}'`] : []),
      ...optionsOf(definition).map((option) => `${at} ${fishOption(option)}`),
    ];
  });
  return `function tidings
  npm --prefix "${root}" run --silent $argv[1] -- $argv[2..]
end
set -g __tidings_paths ${placesOf(definitions)
    .map(({ path }) => `"${path}"`)
    .join(" ")}
function __tidings_at
  set -l path tidings
  for word in (commandline -opc)[2..]
    contains -- "$path $word" $__tidings_paths; and set path "$path $word"
  end
  test "$path" = "$argv[1]"
end
${lines.join("\n")}
`;
}

function fishOption({ flags, description, takesValue, choices }: OptionDefinition): string {
  const named = flags.map((flag) =>
    flag.startsWith("--") ? `-l '${flag.slice(2)}'` : `-s '${flag.slice(1)}'`,
  );
  const value = takesValue ? ` -r ${choices.length > 0 ? `-a '${choices.join(" ")}'` : "-F"}` : "";
  return `${named.join(" ")}${value} -d '${description}'`;
}
