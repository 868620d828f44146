/** One server-sent event; a comment has no event name. */
export interface ReceivedEvent {
  readonly id?: string;
  readonly event?: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON it was; assertions say what is expected
  readonly data?: any;
  readonly comment?: string;
  readonly retry?: string;
}

/** Reads the events of an answer one by one; undefined at its end. */
export function eventReader(response: Response): () => Promise<ReceivedEvent | undefined> {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  const decoder = new TextDecoder();
  let text = "";
  return async () => {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end >= 0) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        return parse(block);
      }
      reader ??= (response.body as ReadableStream<Uint8Array>).getReader();
      const { value, done } = await reader.read();
      if (done) return undefined;
      text += decoder.decode(value, { stream: true });
    }
  };
}

function parse(block: string): ReceivedEvent {
  const fields = block.split("\n").map((line) => {
    const colon = line.indexOf(": ");
    const name = line.slice(0, colon);
    const value = line.slice(colon + 2);
    if (name === "") return ["comment", value];
    return [name, name === "data" ? JSON.parse(value) : value];
  });
  return Object.fromEntries(fields);
}
