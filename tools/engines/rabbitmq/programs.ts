/** RabbitMQ as two plain processes: Erlang's port mapper, and the broker. */
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { join } from "node:path";
import { checkAmqp } from "../checks.ts";
import type { Program } from "../processes/programs.ts";
import {
  type BrokerPlace,
  brokerConfig,
  brokerEnvironment,
  LOCALHOST,
  systemEnvironment,
} from "./environment.ts";

const READY_WITHIN_MS = 90_000;
const EPMD_READY_WITHIN_MS = 10_000;

export function amqpUrlOf(place: Pick<BrokerPlace, "amqpPort" | "secure">): string {
  if (place.secure) return `amqps://${LOCALHOST}:${place.amqpPort}`;
  return `amqp://guest:guest@${LOCALHOST}:${place.amqpPort}`;
}

/**
 * Erlang's port mapper. The broker would start one itself, as a daemon whose id nobody knows;
 * when ours listens already, it uses that.
 */
export function epmdProgram(place: BrokerPlace): Program {
  return {
    name: "epmd",
    folder: join(place.folder, "epmd"),
    folders: [],
    files: [],
    command: {
      file: "epmd",
      args: ["-port", String(place.epmdPort), "-address", LOCALHOST],
      env: systemEnvironment(),
    },
    isReady: () => accepts(place.epmdPort),
    readyWithinMs: EPMD_READY_WITHIN_MS,
  };
}

export function brokerProgram(place: BrokerPlace): Program {
  return {
    name: "rabbitmq",
    folder: place.folder,
    folders: ["data", "plugins"],
    files: [
      { path: "rabbitmq.conf", text: brokerConfig(place), mode: 0o600 },
      { path: "enabled_plugins", text: "[].\n" },
      {
        path: ".erlang.cookie",
        text: place.member?.cookie ?? randomBytes(24).toString("base64url"),
        mode: 0o400,
        keep: true,
      },
    ],
    command: {
      // The one on the PATH is a wrapper that changes user and folder.
      file: join(place.installation, "sbin", "rabbitmq-server"),
      args: [],
      env: brokerEnvironment(place),
    },
    isReady: () => checkAmqp(amqpUrlOf(place), place.secure),
    readyWithinMs: READY_WITHIN_MS,
  };
}

function accepts(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, LOCALHOST, () => {
      socket.destroy();
      resolve();
    });
    socket.once("error", reject);
  });
}
