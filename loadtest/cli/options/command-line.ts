import { HIDDEN, isSecretName, textWithoutSecrets } from "../../calls/spec/without-secrets.ts";

/** What was typed, as it can be typed again, but for secrets: it is kept with a result, which people share. */
export function commandLine(words: readonly string[] = process.argv.slice(2)): string {
  const shown = words.map((word, i) => {
    const [, option, value] = /^(--[\w-]+)=(.*)$/s.exec(word) ?? [];
    if (option !== undefined) return `${option}=${withoutSecret(option, value)}`;
    return withoutSecret(words[i - 1] ?? "", word);
  });
  return ["npm run load --", ...shown.map(quoted)].join(" ");
}

function withoutSecret(option: string, value: string): string {
  const hide = Object.hasOwn(OF, option) ? OF[option] : textWithoutSecrets;
  return hide(value);
}

/** Of options whose values may be secrets. */
const OF: Readonly<Record<string, (value: string) => string>> = {
  "--header": (value) => {
    const [, name = value] = /^\s*([\w-]+)\s*:/.exec(value) ?? [];
    return isSecretName(name) ? `${name}: ${HIDDEN}` : value;
  },
  "--token": () => HIDDEN,
  "--env": (value) => {
    const [name] = value.split("=", 1);
    const isSecret = /(?:PASSWORD|SECRET|TOKEN|KEY)$/i.test(name);
    return isSecret ? `${name}=${HIDDEN}` : textWithoutSecrets(value);
  },
};

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
