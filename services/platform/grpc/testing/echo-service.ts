/** A service for the platform's own tests, one method of each kind, and a second unary one. Its messages travel as JSON. */
export interface Note {
  readonly text: string;
}

const json = {
  requestSerialize: (note: Note) => Buffer.from(JSON.stringify(note)),
  requestDeserialize: (bytes: Buffer): Note => JSON.parse(bytes.toString()),
  responseSerialize: (note: Note) => Buffer.from(JSON.stringify(note)),
  responseDeserialize: (bytes: Buffer): Note => JSON.parse(bytes.toString()),
};

export const EchoService = {
  say: {
    path: "/tidings.test.v1.EchoService/Say" as const,
    requestStream: false as const,
    responseStream: false as const,
    ...json,
  },
  tell: {
    path: "/tidings.test.v1.EchoService/Tell" as const,
    requestStream: false as const,
    responseStream: false as const,
    ...json,
  },
  repeat: {
    path: "/tidings.test.v1.EchoService/Repeat" as const,
    requestStream: false as const,
    responseStream: true as const,
    ...json,
  },
  chat: {
    path: "/tidings.test.v1.EchoService/Chat" as const,
    requestStream: true as const,
    responseStream: true as const,
    ...json,
  },
};
