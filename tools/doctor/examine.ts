import { configuration } from "./checks/configuration.ts";
import { dataFolder } from "./checks/data-folder.ts";
import { engines } from "./checks/engines.ts";
import { installation } from "./checks/installation.ts";
import { keys } from "./checks/keys.ts";
import { machine } from "./checks/machine.ts";
import { ports } from "./checks/ports.ts";
import { type Finding, type Look, type Patient, wrong } from "./finding.ts";

const LOOKS: readonly Look[] = [
  installation,
  configuration,
  machine,
  dataFolder,
  ports,
  engines,
  keys,
];

/** Looks at everything, side by side; the findings in the order in which a person would read them. */
export async function examine(patient: Patient): Promise<readonly Finding[]> {
  const found = await Promise.all(LOOKS.map((look) => safely(look, patient)));
  return found.flat();
}

async function safely({ what, examine }: Look, patient: Patient): Promise<readonly Finding[]> {
  try {
    return await examine(patient);
  } catch (error) {
    return [wrong(what, (error as Error).message, "mend this first: nothing more is known of it")];
  }
}
