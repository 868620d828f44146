import { hostAndPortOf, type ItemForm } from "../services/platform/config/list-items.ts";

/** A process of the mesh, or all that a name has, and where they show how they are. */
export interface ProcessPage {
  readonly label: string;
  readonly host: string;
  readonly port: string;
  /** Whether the host is a name of many: each address that it has at a look is a process. */
  readonly isMany: boolean;
}

const PROCESS = /^([\w.-]+)=(dns:\/\/\/)?(\S+)$/;

/** Of "label=host:port" or "label=dns:///name:port"; undefined when it is neither. */
function processOf(item: string): ProcessPage | undefined {
  const [, label, many, address = ""] = PROCESS.exec(item) ?? [];
  const place = hostAndPortOf(address);
  return place && { label, host: place.host, port: place.port, isMany: many !== undefined };
}

/** What TIDINGS_CONSOLE_PROCESSES lists. */
export const PROCESSES: ItemForm = {
  plural: "processes as label=host:port or label=dns:///name:port",
  problemOf: (item) =>
    processOf(item) ? undefined : "is neither label=host:port nor label=dns:///name:port",
};

export function readProcesses(items: readonly string[]): readonly ProcessPage[] {
  return items.flatMap((item) => processOf(item) ?? []);
}
