import { ACCESS, type Access } from "../../services/model/access.ts";
import { EVENT_ACCESS } from "../../services/model/event-access.ts";

const INTRODUCTION = `# Who may call what

Made by \`npm run configuration\` from services/model/access.ts, the one table that is checked, in one place, before
a handler hears of a call. It holds with \`TIDINGS_TLS=1\`; in plaintext nobody can say who calls, and everything is
let in. What is not here is refused, and so is everybody else: PERMISSION_DENIED, with the caller and the RPC.

- *by itself*: acts for nobody, or for everybody.
- *for a user*: only with a token of that user (\`x-tidings-user\`, signed by the gateway, good for 5 minutes);
  where a field is named, it must hold that user. Without a token UNAUTHENTICATED, for another PERMISSION_DENIED.

The operator may call everything, and is left out below. See [security.md](security.md).
`;

const EVENTS = `## Queues

Publish and Consume of tidings.event.v1.EventService name a queue: which ones, of whom, is in
services/model/event-access.ts, and checked at the same place. Topics are published by the process that knows of
it, in itself, and by nobody from outside. On RabbitMQ the broker says who may what.
`;

/** docs/access.md: a table for each service. */
export function accessDocument(): string {
  const sections = Object.entries(ACCESS).map(([service, rpcs]) => {
    const rows = Object.entries(rpcs).map(
      ([rpc, access]) => `| ${rpc} | ${access.byItself.join(", ")} | ${forUser(access)} |`,
    );
    const head = ["| RPC | by itself | for a user |", "| --- | --- | --- |"];
    return `## ${service}\n\n${[...head, ...rows].join("\n")}\n`;
  });
  return [INTRODUCTION, ...sections, eventSection()].join("\n");
}

function eventSection(): string {
  const named = (queues: readonly string[]) => queues.map((queue) => `\`${queue}\``).join(", ");
  const rows = Object.entries(EVENT_ACCESS).map(
    ([caller, { publish, consume }]) => `| ${caller} | ${named(publish)} | ${named(consume)} |`,
  );
  return `${EVENTS}\n${["| caller | publishes in | takes from |", "| --- | --- | --- |", ...rows].join("\n")}\n`;
}

function forUser({ forUser: callers, userField }: Access): string {
  if (callers.length === 0) return "";
  return userField === undefined ? callers.join(", ") : `${callers.join(", ")}: \`${userField}\``;
}
