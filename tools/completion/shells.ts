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
  takesPath: false,
  choices: [],
};

/** In place of words: files and folders; any value. */
const PATH = "@path";
const ANY = "@any";

/** Every command, and every one below it, by the words that lead there. */
function placesOf(definitions: readonly Definition[]): readonly Place[] {
  const root = {
    name: "tidings",
    description: "",
    options: [],
    commands: definitions,
    choices: [],
    takesPath: false,
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

/**
 * For zsh, too, which has a mode for scripts of bash. A tool runs in the checkout: paths are those of the folder in which
 * they are typed, and are made whole.
 */
function bashScript(shell: Shell, definitions: readonly Definition[], root: string): string {
  const places = placesOf(definitions);
  const words = places.map((place) => `    "${place.path}") echo "${wordsAt(place).join(" ")}" ;;`);
  const values = places.flatMap(({ path, definition }) => [
    ...(definition.takesPath ? [`    "${path} ") echo "${PATH}" ;;`] : []),
    ...definition.options
      .filter(({ takesValue }) => takesValue)
      .flatMap((option) =>
        option.flags.map((flag) => `    "${path} ${flag}") echo "${valuesOf(option)}" ;;`),
      ),
  ]);
  return `${shell === "zsh" ? "autoload -U +X bashcompinit && bashcompinit\n" : ""}tidings() {
  local at="tidings $1" flag="" word whole
  local -a words
  words=()
  for word in "\${@:2}"; do
    whole="$word"
    case "$word" in
      /* | -* | "") ;;
      *)
        if [ -n "$(_tidings_words "$at $word")" ]; then at="$at $word"
        elif [ "$(_tidings_values "$at $flag")" = "${PATH}" ]; then whole="$PWD/$word"; fi ;;
    esac
    case "$word" in
      --*=/*) ;;
      --*=*) if [ "$(_tidings_values "$at \${word%%=*}")" = "${PATH}" ]; then whole="\${word%%=*}=$PWD/\${word#*=}"; fi ;;
    esac
    case "$word" in -*) flag="$word" ;; *) flag="" ;; esac
    words+=("$whole")
  done
  npm --prefix "${root}" run --silent "$1" -- "\${words[@]}"
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
  local at="tidings" word="\${COMP_WORDS[COMP_CWORD]}" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [ -n "$(_tidings_words "$at \${COMP_WORDS[i]}")" ]; then at="$at \${COMP_WORDS[i]}"; fi
  done
  local before="\${COMP_WORDS[COMP_CWORD - 1]}" values
  values="$(_tidings_values "$at $before")"
  if [ -z "$values" ] && [ "\${word#-}" = "$word" ]; then values="$(_tidings_values "$at ")"; fi
  case "$values" in
    "${PATH}") COMPREPLY=($(compgen -f -- "$word")) ;;
    "${ANY}") COMPREPLY=() ;;
    "") COMPREPLY=($(compgen -W "$(_tidings_words "$at")" -- "$word")) ;;
    *) COMPREPLY=($(compgen -W "$values" -- "$word")) ;;
  esac
}
complete -o filenames -F _tidings tidings
`;
}

function valuesOf({ choices, takesPath }: OptionDefinition): string {
  if (takesPath) return PATH;
  return choices.length > 0 ? choices.join(" ") : ANY;
}

function fishScript(definitions: readonly Definition[], root: string): string {
  const lines = placesOf(definitions).flatMap(({ path, definition }) => {
    const at = `complete -c tidings -n '__tidings_at "${path}"'`;
    const files = definition.takesPath ? "-F" : "-f";
    return [
      ...definition.commands.map((one) => `${at} -f -a '${one.name}' -d '${one.description}'`),
      ...(definition.choices.length > 0 ? [`${at} -f -a '${definition.choices.join(" ")}'`] : []),
      `${at} ${files}`,
      ...optionsOf(definition).map((option) => `${at} ${fishOption(option)}`),
    ];
  });
  const files = placesOf(definitions).flatMap(({ path, definition }) => [
    ...(definition.takesPath ? [`"${path} "`] : []),
    ...definition.options
      .filter(({ takesPath }) => takesPath)
      .flatMap(({ flags }) => flags.map((flag) => `"${path} ${flag}"`)),
  ]);
  return `function tidings
  set -l at "tidings $argv[1]"
  set -l flag ""
  set -l words
  for word in $argv[2..]
    set -l whole $word
    if string match -qr '^[^/-]' -- $word
      if contains -- "$at $word" $__tidings_paths
        set at "$at $word"
      else if contains -- "$at $flag" $__tidings_files
        set whole "$PWD/$word"
      end
    else if string match -qr '^--[^=]+=[^/]' -- $word
      set -l pair (string split -m 1 = -- $word)
      contains -- "$at $pair[1]" $__tidings_files; and set whole "$pair[1]=$PWD/$pair[2]"
    end
    set flag ""
    string match -qr '^-' -- $word; and set flag $word
    set -a words $whole
  end
  npm --prefix "${root}" run --silent $argv[1] -- $words
end
set -g __tidings_files ${files.join(" ")}
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

function fishOption(option: OptionDefinition): string {
  const { flags, description, takesValue, takesPath, choices } = option;
  const named = flags.map((flag) =>
    flag.startsWith("--") ? `-l '${flag.slice(2)}'` : `-s '${flag.slice(1)}'`,
  );
  const offered = takesPath ? " -r -F" : ` -r -f -a '${choices.join(" ")}'`;
  const value = takesValue ? offered : " -f";
  return `${named.join(" ")}${value} -d '${description}'`;
}
