import { X509Certificate } from "node:crypto";
import type { SecureContextOptions } from "node:tls";
import { experimental, type ServerCredentials } from "@grpc/grpc-js";
import type { Clock } from "../../clock/clock.ts";
import type { Credentials, ServerTls, TowardService } from "./credentials.ts";
import { Peers, wrongService } from "./peers/peers.ts";
import { certifiedBy } from "./svid/certificate.ts";
import type { Svid } from "./svid/svid.ts";
import type { SvidSource } from "./svid/svid-files.ts";
import { UserTokens } from "./users/user-tokens.ts";

type CertificateProvider = Parameters<
  typeof experimental.createCertificateProviderChannelCredentials
>[0];
type Listen<K extends keyof CertificateProvider> = Parameters<CertificateProvider[K]>[0];

/**
 * mTLS by the newest certificate of the files: new connections use it, those that are open live on, at
 * most as long as the server lets any connection live.
 */
export class MutualTls implements Credentials {
  readonly tls: ServerTls;
  readonly #files: SvidSource;
  readonly #provider: SvidProvider;
  readonly #toward = new Map<string, TowardService>();

  constructor(files: SvidSource, clock: Clock) {
    this.#files = files;
    const provider = new SvidProvider(files);
    this.#provider = provider;
    const server = experimental.createCertificateProviderServerCredentials(
      provider,
      provider,
      true,
    );
    this.tls = {
      server: withFirstContext(server),
      anyone: experimental.createCertificateProviderChannelCredentials(provider, provider),
      peers: new Peers(files.current.trustDomain),
      users: new UserTokens(files, () => clock.nowMs()),
      get context() {
        return contextOf(files.current);
      },
      onChange: (listener) => files.onChange((svid) => listener(contextOf(svid))),
    };
  }

  userToken(userId: bigint): string | undefined {
    return this.tls.users.sign(userId);
  }

  /** Throws when it is not said whom the channel is for: any certificate of the mesh would do. */
  toward(service: string | undefined): TowardService {
    if (service === undefined)
      throw new Error("with TLS a channel must say which service it is for");
    return this.#toward.getOrInsertComputed(service, () => {
      const { trustDomain } = this.#files.current;
      const channel = experimental.createCertificateProviderChannelCredentials(
        this.#provider,
        this.#provider,
        {
          checkServerIdentity: (_, { raw }) =>
            wrongService(certifiedBy(new X509Certificate(raw)), { trustDomain, service }),
        },
      );
      // SNI takes no IP address, which most targets are; nobody looks at the name.
      const options = { "grpc.ssl_target_name_override": `${service}.${trustDomain}` };
      return { channel, options };
    });
  }
}

function contextOf({ texts }: Svid): SecureContextOptions {
  return { cert: texts.certificate, key: texts.key, ca: texts.bundle };
}

/** They ask for a certificate when they are first watched, and a server is bound without one before. */
function withFirstContext(server: ServerCredentials): ServerCredentials {
  server._addWatcher(() => {});
  return server;
}

/** The files as grpc-js asks for them. */
class SvidProvider implements CertificateProvider {
  readonly #files: SvidSource;
  readonly #stops = new Map<unknown, () => void>();

  constructor(files: SvidSource) {
    this.#files = files;
  }

  addCaCertificateListener(listener: Listen<"addCaCertificateListener">): void {
    this.#follow(listener, ({ texts }) => listener({ caCertificate: Buffer.from(texts.bundle) }));
  }

  addIdentityCertificateListener(listener: Listen<"addIdentityCertificateListener">): void {
    this.#follow(listener, ({ texts }) =>
      listener({
        certificate: Buffer.from(texts.certificate),
        privateKey: Buffer.from(texts.key),
      }),
    );
  }

  removeCaCertificateListener(listener: Listen<"removeCaCertificateListener">): void {
    this.#stops.get(listener)?.();
  }

  removeIdentityCertificateListener(listener: Listen<"removeIdentityCertificateListener">): void {
    this.#stops.get(listener)?.();
  }

  #follow(listener: unknown, tell: (svid: Svid) => void): void {
    tell(this.#files.current);
    this.#stops.set(listener, this.#files.onChange(tell));
  }
}
