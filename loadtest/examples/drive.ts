import { writeFile } from "node:fs/promises";
import { calls, drive, figuresOf, reportPage, summaryText } from "tidings/loadtest";

/** Drives a greeter for a moment, prints what came of it, and writes a report. Returns its p99, ms. */
export async function driveAndReport(address: string, reportFile: string) {
  const result = await drive(
    calls({
      name: "greetings",
      target: { addresses: [address], protocol: "grpc" },
      perSecond: 100,
      warmUpSeconds: 0,
      seconds: 1,
      flows: [
        {
          steps: [
            {
              name: "hello",
              method: "loadtest.greeter.v1.GreeterService/SayHello",
              data: { name: "{{pick Ada Bob}}", user_id: "{{sequence 1}}" },
              checks: ["status == OK", "$.text matches /^Hello, /"],
              save: { text: "$.text" },
            },
            {
              name: "again",
              method: "loadtest.greeter.v1.GreeterService/SayHello",
              data: { name: "{{saved text}}" },
              thinkMs: [5, 20],
            },
          ],
        },
      ],
      thresholds: ["failures == 0", "failed_checks == 0", "p99(flow) < 30s"],
    }),
  );
  console.log(summaryText(result));
  await writeFile(reportFile, reportPage([result]));
  return figuresOf(result);
}
