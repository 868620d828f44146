import type { Command } from "commander";
import type { TargetSpec } from "../../calls/spec/call-scenario.ts";
import { HEADER_NAME, HEADER_VALUE } from "../../drivers/header-syntax.ts";
import { typedFile } from "../files/where-typed.ts";
import { number } from "./arguments.ts";
import { LoadError } from "./load-error.ts";

/** Where any target is, and how it is reached, flag by flag. */
export interface TargetFlags {
  readonly header?: readonly string[];
  readonly http2?: boolean;
  readonly tls?: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
  readonly insecure?: boolean;
  readonly proto?: readonly string[];
  readonly importPath?: readonly string[];
  readonly descriptorSet?: string;
  readonly token?: string;
  readonly tokenEvery?: number;
  readonly target?: readonly string[];
}

export function withTargetFlags(command: Command): Command {
  return command
    .option("--target <address>", "host:port of a gRPC server, or a URL; again for more", collect)
    .option("--header <name: value>", "metadata or header; again for more", collect)
    .option("--http2", "a URL over HTTP/2 in place of HTTP/1.1")
    .option("--tls", "a gRPC server over TLS; any of the next turns it on too")
    .option("--ca <file>", "who may have signed the server's certificate, PEM", typedFile)
    .option("--cert <file>", "our own certificate, PEM", typedFile)
    .option("--key <file>", "its key, PEM", typedFile)
    .option("--server-name <name>", "what the server's certificate is for")
    .option("--insecure", "believe whoever answers")
    .option("--proto <file>", "proto files in place of reflection; again for more", collectFiles)
    .option("--import-path <folder>", "where their imports are; again for more", collectFiles)
    .option("--descriptor-set <file>", "a FileDescriptorSet in place of reflection", typedFile)
    .option("--token <command>", "prints a token, sent as authorization: Bearer TOKEN")
    .option("--token-every <seconds>", "runs it again so often", number(1, 86_400));
}

/** Whether these are URLs. Throws a LoadError when only some are. */
export function areUrls(named: readonly string[]): boolean {
  const urls = named.filter((one) => /^https?:\/\//.test(one));
  if (urls.length === 0 && named.every((one) => !one.includes("://"))) return false;
  if (urls.length === named.length) {
    const wrong = urls.find((one) => !URL.canParse(one));
    if (wrong === undefined) return true;
    throw new LoadError(`--target: "${wrong}" is no URL: give one as http://localhost:8080/v1.`);
  }
  throw new LoadError(
    "--target: give host:port of gRPC servers, or URLs with http(s)://, not both.",
  );
}

/** Throws a LoadError for what does not go together. */
export function targetOf(options: TargetFlags): TargetSpec {
  const { target: named = [] } = options;
  if (named.length === 0)
    throw new LoadError("--target: give host:port of a gRPC server, or a URL.");
  return areUrls(named)
    ? httpTarget(
        named.map((one) => new URL(one)),
        options,
      )
    : grpcTarget(named, options);
}

function grpcTarget(addresses: readonly string[], options: TargetFlags): TargetSpec {
  const { proto, importPath, descriptorSet } = options;
  for (const address of addresses) {
    if (/:\d+$/.test(address)) continue;
    throw new LoadError(`--target: "${address}" has no port: give host:port, as localhost:50051.`);
  }
  return {
    addresses,
    protocol: "grpc",
    ...tlsOf(options, false),
    ...(proto && { protos: { files: proto, ...(importPath && { importPaths: importPath }) } }),
    ...(descriptorSet !== undefined && { descriptorSet }),
    ...sharedOf(options),
  };
}

function httpTarget(urls: readonly URL[], options: TargetFlags): TargetSpec {
  const isTls = urls[0].protocol === "https:";
  if (urls.some(({ protocol }) => protocol !== urls[0].protocol)) {
    throw new LoadError("--target: all URLs are http or all are https.");
  }
  return {
    addresses: urls.map(({ hostname, port }) => `${hostname}:${port || (isTls ? 443 : 80)}`),
    protocol: options.http2 ? "http/2" : "http/1.1",
    ...tlsOf(options, isTls),
    ...sharedOf({ ...options, header: [...userOf(urls[0], options), ...(options.header ?? [])] }),
  };
}

/** As browsers and curl send it, unless a token says who it is. */
function userOf({ username, password }: URL, { token }: TargetFlags): readonly string[] {
  if (username === "" || token !== undefined) return [];
  const user = [username, password].map(decodeURIComponent).join(":");
  return [`authorization: Basic ${Buffer.from(user).toString("base64")}`];
}

/** The path of a URL as it was typed: braces are the template's. */
export function pathTyped(url: string): string {
  const typed = /^https?:\/\/[^/?#]+([^#]*)/.exec(url)?.[1] || "/";
  return typed.startsWith("/") ? typed : `/${typed}`;
}

function tlsOf(options: TargetFlags, isTls: boolean): Pick<TargetSpec, "tls"> {
  const { tls, ca, cert, key, serverName, insecure } = options;
  const asked = tls || [ca, cert, key, serverName, insecure].some((one) => one !== undefined);
  if (!isTls && !asked) return {};
  return { tls: withoutUndefined({ ca, cert, key, serverName, insecure }) };
}

function sharedOf(options: TargetFlags): Pick<TargetSpec, "headers" | "token"> {
  const { header, token, tokenEvery } = options;
  return {
    ...(header && header.length > 0 && { headers: Object.fromEntries(header.map(headerOf)) }),
    ...(token !== undefined && {
      token: withoutUndefined({ command: token, everySeconds: tokenEvery }),
    }),
  };
}

function headerOf(text: string): readonly [name: string, value: string] {
  const [, name, value] = /^\s*([^\s:]+)\s*:\s*(.*?)\s*$/s.exec(text) ?? [];
  if (name === undefined || value === undefined || !HEADER_NAME.test(name)) {
    throw new LoadError(`--header: "${text}" is not of the form "name: value".`);
  }
  if (HEADER_VALUE.test(value)) return [name, value];
  throw new LoadError(
    `--header: the value of ${name} has other characters than printable ASCII, which is all that is sent: encode them.`,
  );
}

/** For options that may be given more than once. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function collectFiles(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, typedFile(text)];
}

/** What was given, and no more: a field that is absent is not one that is undefined. */
export function withoutUndefined<T extends object>(
  value: T,
): { [K in keyof T]: NonNullable<T[K]> } {
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: NonNullable<T[K]> };
}
