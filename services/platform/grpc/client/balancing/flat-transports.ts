import type { ClientHttp2Session } from "node:http2";
import type { experimental } from "@grpc/grpc-js";
import { type Listed, Roster } from "../../../memory/roster.ts";
import { letGoWhenClosed } from "../../closed-streams.ts";
import { keepStreamsFlat } from "../../flat-streams.ts";

/**
 * Has grpc-js and Node keep the calls of a connection, before it has any, where the garbage collector does not take
 * them for old (see `Roster`): grpc-js has a Set, Node a Map, and neither an option. What they keep elsewhere is left as
 * it is.
 */
export class FlatTransports {
  readonly #known = new WeakSet<object>();

  /** The picker, with each call's connection seen to before there is a call on it. */
  keptBy(picker: experimental.Picker): experimental.Picker {
    return {
      pick: (args) => {
        const picked = picker.pick(args);
        if (picked.subchannel) this.#see(picked.subchannel);
        return picked;
      },
    };
  }

  /** Again and again: a subchannel that connects anew has another transport. */
  #see(subchannel: experimental.SubchannelInterface): void {
    const transport: unknown = subchannel.getRealSubchannel()["transport"];
    if (typeof transport !== "object" || transport === null || this.#known.has(transport)) return;
    this.#known.add(transport);
    if ("session" in transport && isSession(transport.session)) lighten(transport.session);
    if (!("activeCalls" in transport) || !(transport.activeCalls instanceof Set)) return;
    if (transport.activeCalls.size === 0) transport.activeCalls = new Roster<Listed>();
  }
}

function lighten(session: ClientHttp2Session): void {
  keepStreamsFlat(session);
  const request = session.request.bind(session);
  session.request = (...args) => {
    const stream = request(...args);
    letGoWhenClosed(stream);
    return stream;
  };
}

function isSession(session: unknown): session is ClientHttp2Session {
  return typeof session === "object" && session !== null;
}
