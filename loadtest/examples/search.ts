import { calls, capacity } from "tidings/loadtest";

/** Searches the rate at which a greeter still answers within a second, in very short steps. */
export async function searchCapacityOf(address: string) {
  const scenario = calls({
    target: { addresses: [address], protocol: "grpc" },
    flows: [
      {
        steps: [{ name: "hello", method: "loadtest.greeter.v1.GreeterService/SayHello", data: {} }],
      },
    ],
    perSecond: 20,
    warmUpSeconds: 0,
    thresholds: ["failed(hello) <= 1%"],
  });
  const found = await capacity(scenario, {
    highest: 40,
    stepSeconds: 1,
    confirmSeconds: 1,
    confirmations: 1,
    mostInconclusive: 6,
  });
  return found.summary;
}
