import type { CallScenario, CallSpec, FlowSpec, TargetSpec } from "./call-scenario.ts";

/** What stands in the place of a secret. */
export const HIDDEN = "***";

const SECRET =
  /authorization|cookie|token|secret|passw(?:or)?d|credential|api[-_]?key|(?:^|[-_])(?:auth|key|session|signature|sig|jwt)(?:[-_]|$)/i;
/** Of a list, not of a person. */
const OF_A_PAGE = /^(?:page|next|continuation|sync)[-_]?token$/i;

/** Whether a header, a field of metadata or a parameter of a URL is so called that its value may be a secret. */
export function isSecretName(name: string): boolean {
  return SECRET.test(name) && !OF_A_PAGE.test(name);
}

const USER = /(\b[a-z][a-z\d+.-]*:\/\/)[^\s/?#@]+@/gi;
const PARAMETER = /([?&])([^=&#\s]+)=([^&#\s"']*)/g;

/** A text without who is named in its URLs, and without the values of their secret parameters. */
export function textWithoutSecrets(text: string): string {
  return text
    .replace(USER, `$1${HIDDEN}@`)
    .replace(PARAMETER, (all, before: string, name: string) =>
      isSecretName(name) ? `${before}${name}=${HIDDEN}` : all,
    );
}

/**
 * A scenario as it is kept with a result, which people share: without the values of headers that may be secrets, and
 * without the command of a token, which may hold one.
 */
export function withoutSecrets(scenario: CallScenario): CallScenario {
  return {
    ...scenario,
    about: textWithoutSecrets(scenario.about),
    target: targetWithout(scenario.target),
    flows: scenario.flows.map(flowWithout),
  };
}

function targetWithout(target: TargetSpec): TargetSpec {
  const { token } = target;
  return {
    ...target,
    ...headersWithout(target),
    ...(token && { token: { ...token, command: HIDDEN } }),
  };
}

function flowWithout(flow: FlowSpec): FlowSpec {
  return { ...flow, steps: flow.steps.map(stepWithout) };
}

function stepWithout(step: CallSpec): CallSpec {
  const { request } = step;
  return {
    ...step,
    ...headersWithout(step),
    ...(request !== undefined && { request: textWithoutSecrets(request) }),
  };
}

function headersWithout({ headers }: Pick<CallSpec, "headers">): Pick<CallSpec, "headers"> {
  if (!headers) return {};
  const entries = Object.entries(headers);
  return {
    headers: Object.fromEntries(
      entries.map(([name, value]) => [name, isSecretName(name) ? HIDDEN : value]),
    ),
  };
}
