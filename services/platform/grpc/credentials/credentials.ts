import type { SecureContextOptions } from "node:tls";
import {
  type ChannelCredentials,
  type ChannelOptions,
  credentials as grpcCredentials,
  ServerCredentials,
} from "@grpc/grpc-js";
import type { Peers } from "./peers/peers.ts";
import type { UserTokens } from "./users/user-tokens.ts";

/** What a channel needs to reach one service, and no other in its place. */
export interface TowardService {
  readonly channel: ChannelCredentials;
  readonly options: ChannelOptions;
}

/** The TLS of a server in this process: what it shows now, and later. */
export interface ServerTls {
  readonly server: ServerCredentials;
  /** To whichever service: of who answers only its host name is looked at. For what is no client of the mesh's. */
  readonly anyone: ChannelCredentials;
  /** Who has called. */
  readonly peers: Peers;
  /** For whom a call is made, by the token that comes with it. */
  readonly users: UserTokens;
  readonly context: SecureContextOptions;
  onChange(listener: (context: SecureContextOptions) => void): () => void;
}

/** How a process shows who it is, and knows others. */
export interface Credentials {
  /** Undefined: plaintext, and everybody may be anybody. */
  readonly tls: ServerTls | undefined;
  toward(service: string | undefined): TowardService;
  /** What shows that a call is made for this user; undefined: nobody asks, or this process may not say. */
  userToken(userId: bigint): string | undefined;
}

const INSECURE: TowardService = { channel: grpcCredentials.createInsecure(), options: {} };

/** For one machine, or a network that is trusted as a whole. */
export const PLAINTEXT: Credentials = {
  tls: undefined,
  toward: () => INSECURE,
  userToken: () => undefined,
};

/** What a gRPC server is bound with. */
export function serverCredentialsOf({ tls }: Credentials): ServerCredentials {
  return tls?.server ?? ServerCredentials.createInsecure();
}
