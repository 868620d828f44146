/** Why a process does not answer, by the code or the name of its error. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/\bCERT_HAS_EXPIRED\b/, "its certificate has expired: have it issued anew"],
  [/\bCERT_NOT_YET_VALID\b/, "its certificate does not hold yet: one of two clocks is wrong"],
  [/\b(SELF_SIGNED_CERT|DEPTH_ZERO|UNABLE_TO_)/, "its certificate is of an authority unknown here"],
  [/wrong version number/, "it speaks plaintext, and was asked by TLS"],
  [/\bECONNREFUSED\b/, "nobody listens there"],
  [/\bECONNRESET\b/, "it ended the connection"],
  [/\b(TimeoutError|ABORT_ERR)\b/, "no answer in time"],
];
const MAX_CHARACTERS = 200;

type CodedError = Error & { readonly code?: unknown };

/** In words; of an error that is not known its own. */
export function whySilent(error: unknown): string {
  const causes = causesOf(error);
  const said = causes.map(signOf).join(" ");
  const known = REASONS.find(([form]) => form.test(said));
  return known?.[1] ?? (causes.at(-1)?.message ?? String(error)).slice(0, MAX_CHARACTERS);
}

/** OpenSSL's errors while something is written have one code, and their own in the text. */
function signOf({ code, name, message }: CodedError): string {
  return code === "EPROTO" ? message : `${code} ${name}`;
}

/** An error, and what it wraps: fetch keeps the reason in its cause. */
function causesOf(error: unknown): readonly CodedError[] {
  if (!(error instanceof Error)) return [];
  return [error, ...causesOf(error.cause)];
}
