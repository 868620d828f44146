import { fromBinary } from "@bufbuild/protobuf";
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { type ChannelCredentials, Client, Metadata, status } from "@grpc/grpc-js";
import { answered, unreachable } from "../../drivers/unreachable.ts";

/** Reflection could not say what there is. The message says what to do. */
export class ReflectionError extends Error {
  override readonly name = "ReflectionError";
}

export interface Reflected {
  readonly address: string;
  readonly credentials: ChannelCredentials;
  readonly channelOptions?: Readonly<Record<string, string | number>>;
  readonly isTls?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

const REFLECTION = "grpc.reflection.";
/** Nobody listens there; and not: somebody who refuses our certificate. */
const NOBODY = /\b(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ENOTFOUND)\b/;
const VERSIONS = ["v1", "v1alpha"] as const;
const DEADLINE_MS = 10_000;
/** Of the request: which question it is (grpc/reflection/v1/reflection.proto). */
const FIELD = { fileByName: 3, fileOfSymbol: 4, listServices: 7 } as const;
const MAX_FILES = 10_000;

/** All methods of a server, as "package.Service/Method", by its reflection; that itself is left out. */
export async function listMethods(server: Reflected): Promise<readonly string[]> {
  const { services } = await reflect(server, (ask) => ask("listServices", "*"));
  const own = services.filter((name) => !name.startsWith(REFLECTION));
  const methods = await Promise.all(own.map((name) => methodsOf(server, name)));
  return methods.flat();
}

async function methodsOf(server: Reflected, name: string): Promise<readonly string[]> {
  const files = await describeSymbol(server, name);
  return files.flatMap((file) =>
    file.service
      .filter((service) => name === [file.package, service.name].filter(Boolean).join("."))
      .flatMap(({ method }) => method.map((one) => `${name}/${one.name}`)),
  );
}

/** The file that declares a service or message, and all that it imports, directly or not. */
export async function describeSymbol(
  server: Reflected,
  symbol: string,
): Promise<readonly FileDescriptorProto[]> {
  return await reflect(server, async (ask) => {
    const files = new Map<string, FileDescriptorProto>();
    const take = (answer: Answer) => {
      for (const bytes of answer.files) {
        const file = fromBinary(FileDescriptorProtoSchema, bytes);
        files.set(file.name, file);
      }
    };
    take(await ask("fileOfSymbol", symbol).catch((error) => withServices(error, ask)));
    for (let missing = missingIn(files); missing; missing = missingIn(files)) {
      if (files.size > MAX_FILES)
        throw new ReflectionError(`${symbol} has over ${MAX_FILES} files.`);
      const before = files.size;
      take(await ask("fileByName", missing));
      if (files.size === before) throw new ReflectionError(`Reflection has no file ${missing}.`);
    }
    return [...files.values()];
  });
}

/** What is not there is said together with what is. */
async function withServices(error: Error, ask: Ask): Promise<never> {
  if (!(error instanceof ReflectionError)) throw error;
  const { services } = await ask("listServices", "*");
  throw new ReflectionError(`${error.message} There are ${services.join(", ")}.`);
}

function missingIn(files: ReadonlyMap<string, FileDescriptorProto>): string | undefined {
  for (const { dependency } of files.values()) {
    const missing = dependency.find((name) => !files.has(name));
    if (missing !== undefined) return missing;
  }
  return undefined;
}

type Ask = (field: keyof typeof FIELD, value: string) => Promise<Answer>;

/** By the version of reflection that the server has. */
async function reflect<T>(server: Reflected, questions: (ask: Ask) => Promise<T>): Promise<T> {
  const { address, credentials, channelOptions = {}, isTls = false } = server;
  const client = new Client(address, credentials, { ...channelOptions });
  try {
    for (const version of VERSIONS) {
      try {
        return await questions((field, value) =>
          askOnce(client, server, { version, field, value }),
        );
      } catch (error) {
        if ((error as { code?: number }).code !== status.UNIMPLEMENTED) throw error;
      }
    }
    throw new ReflectionError(
      `${address} has no reflection: give its methods by --proto FILE or --descriptor-set FILE.`,
    );
  } catch (error) {
    if (error instanceof ReflectionError) throw error;
    const { message } = error as Error;
    throw new ReflectionError(
      NOBODY.test(message)
        ? unreachable(address, error as Error).message
        : (answered(address, error as Error, isTls) ??
            `Reflection of ${address} failed: ${message}`),
    );
  } finally {
    client.close();
  }
}

interface Question {
  readonly version: string;
  readonly field: keyof typeof FIELD;
  readonly value: string;
}

function askOnce(
  client: Client,
  { headers = {} }: Reflected,
  { version, field, value }: Question,
): Promise<Answer> {
  const metadata = new Metadata();
  for (const [name, text] of Object.entries(headers)) metadata.set(name, text);
  return new Promise((resolve, reject) => {
    const call = client.makeBidiStreamRequest(
      `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => bytes,
      metadata,
      { deadline: Date.now() + DEADLINE_MS },
    );
    call.once("data", (bytes: Buffer) => {
      const answer = answerIn(bytes);
      if (answer.error === undefined) resolve(answer);
      else reject(new ReflectionError(`${value}: ${answer.error}.`));
      call.end();
    });
    call.on("error", reject);
    call.once("end", () => reject(new ReflectionError("It ended without an answer.")));
    call.write(
      Buffer.from(
        new BinaryWriter().tag(FIELD[field], WireType.LengthDelimited).string(value).finish(),
      ),
    );
  });
}

interface Answer {
  readonly files: Uint8Array[];
  readonly services: string[];
  error: string | undefined;
}

/** The fields of ServerReflectionResponse that are asked for here. */
function answerIn(bytes: Uint8Array): Answer {
  const answer: Answer = { files: [], services: [], error: undefined };
  eachField(bytes, (field, reader) => {
    if (field === 4) {
      eachField(reader.bytes(), (inner, files) => inner === 1 && answer.files.push(files.bytes()));
    } else if (field === 6) {
      eachField(reader.bytes(), (inner, list) => {
        if (inner !== 1) return false;
        eachField(list.bytes(), (name, text) => name === 1 && answer.services.push(text.string()));
        return true;
      });
    } else if (field === 7) {
      answer.error = "it is not known";
      eachField(reader.bytes(), (inner, text) => {
        if (inner !== 2) return false;
        answer.error = text.string();
        return true;
      });
    } else return false;
    return true;
  });
  return answer;
}

/** `take` says whether it has read the field. */
function eachField(
  bytes: Uint8Array,
  take: (field: number, reader: BinaryReader) => unknown,
): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (!take(field, reader)) reader.skip(wireType);
  }
}
