/** Is it AMQP at all that listens there? */
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";

const GREETING = Buffer.from("AMQP\0\0\x09\x01", "latin1");
/** A method frame on channel 0: Connection.Start, which a broker says first. */
const START_FRAME = Buffer.from([1, 0, 0]);
const DEFAULT_PORTS: Readonly<Record<string, number>> = { "amqp:": 5_672, "amqps:": 5_671 };
const ANSWER_WITHIN_MS = 5_000;

/**
 * Throws when the answer is not AMQP's. rabbitmq-client takes the first bytes for the length of
 * a frame, and an HTTP server's (the management port, an easy mistake) end the whole process.
 */
export async function assertSpeaksAmqp(url: string): Promise<void> {
  const { protocol, hostname: host, port: givenPort } = new URL(url);
  const port = Number(givenPort) || DEFAULT_PORTS[protocol];
  const answer = await new Promise<Buffer>((resolve, reject) => {
    const place = { host, port, timeout: ANSWER_WITHIN_MS };
    const socket = protocol === "amqps:" ? connectTls(place) : connect(place);
    socket.once("error", reject);
    socket.once("timeout", () => socket.destroy(new Error(`${host}:${port} says nothing`)));
    socket.once("close", () => reject(new Error(`${host}:${port} hangs up`)));
    socket.once("data", (data: Buffer) => {
      resolve(data);
      socket.destroy();
    });
    socket.write(GREETING);
  });
  if (!answer.subarray(0, START_FRAME.length).equals(START_FRAME)) {
    throw new Error(`${host}:${port} answers, but not as AMQP 0-9-1: is it the right port?`);
  }
}
