import type { Driver } from "./driver.ts";

/**
 * One driver of several, each sending its own operations of a run, as REST beside gRPC. All count the
 * operations alike: each was opened with `undefined` for those that are not its own. `drivers` lists
 * each once; closing closes all.
 */
export function composeDrivers(
  drivers: readonly Driver[],
  driverOf: (operation: number) => Driver,
): Driver {
  return {
    name: drivers.map(({ name }) => name).join(" + "),
    capacity: drivers.reduce((sum, { capacity }) => sum + capacity, 0),
    send: (call, done) => driverOf(call.operation).send(call, done),
    cancel: (call) => driverOf(call.operation).cancel(call),
    sentAgain: () => drivers.reduce((sum, driver) => sum + (driver.sentAgain?.() ?? 0), 0),
    close: () => {
      for (const driver of drivers) driver.close();
    },
  };
}
