import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";

/** Where Chromium is on this machine; undefined when it is not. */
export function findChromium(path = process.env.PATH ?? ""): string | undefined {
  return path
    .split(delimiter)
    .flatMap((folder) =>
      ["chromium", "chromium-browser", "google-chrome"].map((n) => join(folder, n)),
    )
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface View {
  readonly width: number;
  readonly scheme: "light" | "dark";
}

/** A page in a browser. */
export interface OpenPage {
  /** Errors of its scripts, and all that it asked of a network, until now. */
  readonly complaints: readonly string[];
  /** Shows it so; resolves when it has been drawn. */
  show(view: View): Promise<void>;
  evaluate<T>(expression: string): Promise<T>;
  /** With the mouse, in CSS pixels of the view. */
  drag(from: Point, to: Point): Promise<void>;
  /** A key by its name: Tab, Enter, ArrowDown; with Shift when asked. */
  press(key: string, withShift?: boolean): Promise<void>;
  /** As a keyboard does, where the focus is. */
  type(text: string): Promise<void>;
  /** Resolves when the next document has been loaded, which `act` leads to. */
  load(act: () => Promise<unknown>): Promise<void>;
  /** All of it, as PNG. */
  picture(): Promise<Buffer>;
}

/** One browser of its own; disposing ends it and removes what it wrote. */
export interface Browser extends AsyncDisposable {
  /** A file, or an address that begins with http:// and may then ask its own server. */
  open(page: string): Promise<OpenPage>;
}

type Send = <T>(method: string, params?: object, sessionId?: string) => Promise<T>;
type Listen = (listener: (event: Event) => void) => void;

interface Event {
  readonly method: string;
  readonly sessionId?: string;
  readonly params: {
    readonly exceptionDetails?: { readonly text: string };
    readonly entry?: { readonly level: string; readonly text: string };
    readonly request?: { readonly url: string };
  };
}

export async function startChromium(executable: string): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), "tidings-chromium-"));
  const args = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0"];
  const child = spawn(executable, [...args, `--user-data-dir=${profile}`], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise<void>((resolve) => void child.once("close", () => resolve()));
  const { send, listen, close } = await connect(await addressOf(child));
  return {
    open: (page) => openPage(page, send, listen),
    async [Symbol.asyncDispose]() {
      await send("Browser.close").catch(() => child.kill("SIGKILL"));
      close();
      await ended;
      rmSync(profile, { recursive: true, maxRetries: 5 }); // its own processes end a moment later
    },
  };
}

/** What Chromium acts upon. */
const KEYS: Readonly<Record<string, object>> = {
  Tab: { windowsVirtualKeyCode: 9 },
  Enter: { windowsVirtualKeyCode: 13, text: "\r" },
  ArrowDown: { windowsVirtualKeyCode: 40 },
};
const SHIFT = 8;

function addressOf(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let said = "";
  child.stderr?.on("data", (chunk) => {
    said += chunk;
    const [, address] = /listening on (ws:\S+)/.exec(said) ?? [];
    if (address) resolve(address);
  });
  child.once("error", reject);
  child.once("close", () => reject(new Error(`Chromium ended: ${said}`)));
  return promise;
}

/** The Chrome DevTools Protocol over its WebSocket. */
async function connect(address: string) {
  const socket = new WebSocket(address);
  const calls = new Map<number, PromiseWithResolvers<unknown>>();
  const listeners: ((event: Event) => void)[] = [];
  socket.addEventListener("message", ({ data }) => {
    const { id, result, error, ...event } = JSON.parse(String(data));
    if (id === undefined) for (const listener of listeners) listener(event);
    else if (error) calls.get(id)?.reject(new Error(error.message));
    else calls.get(id)?.resolve(result);
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", reject);
  });
  let last = 0;
  const send: Send = (method, params = {}, sessionId = undefined) => {
    const call = Promise.withResolvers<unknown>();
    calls.set(++last, call);
    socket.send(JSON.stringify({ id: last, method, params, ...(sessionId ? { sessionId } : {}) }));
    return call.promise as Promise<never>;
  };
  const listen: Listen = (listener) => void listeners.push(listener);
  return { send, listen, close: () => socket.close() };
}

async function openPage(page: string, send: Send, listen: Listen): Promise<OpenPage> {
  const isServed = page.startsWith("http://");
  const url = isServed ? page : pathToFileURL(page).href;
  const isOwn = (asked: string) =>
    /^(file|data|blob):/.test(asked) ||
    (isServed && new URL(asked).origin === new URL(page).origin);
  const { targetId } = await send<{ targetId: string }>("Target.createTarget", {
    url: "about:blank",
  });
  const attached = { targetId, flatten: true };
  const { sessionId } = await send<{ sessionId: string }>("Target.attachToTarget", attached);
  const ask = <T>(method: string, params: object = {}) => send<T>(method, params, sessionId);
  const complaints: string[] = [];
  let loaded = Promise.withResolvers<void>();
  listen(({ method, params, sessionId: from }) => {
    if (from !== sessionId) return;
    if (method === "Page.loadEventFired") loaded.resolve();
    const { exceptionDetails, entry, request } = params;
    if (exceptionDetails) complaints.push(exceptionDetails.text);
    if (entry && entry.level !== "info") complaints.push(entry.text);
    if (request && !isOwn(request.url)) complaints.push(request.url);
  });
  for (const domain of ["Page", "Runtime", "Log", "Network"]) await ask(`${domain}.enable`);
  await ask("Page.navigate", { url });
  await loaded.promise;
  const evaluate = async <T>(expression: string) => {
    const how = { expression, returnByValue: true, awaitPromise: true };
    const { result } = await ask<{ result: { value: T } }>("Runtime.evaluate", how);
    return result.value;
  };
  return {
    complaints,
    evaluate,
    async show({ width, scheme }) {
      const features = [{ name: "prefers-color-scheme", value: scheme }];
      await ask("Emulation.setEmulatedMedia", { features });
      const size = { width, height: 900, deviceScaleFactor: 1, mobile: width < 500 };
      await ask("Emulation.setDeviceMetricsOverride", size);
      await evaluate("new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))");
    },
    async drag(from, to) {
      const mouse = (type: string, at: Point, buttons: number) =>
        ask("Input.dispatchMouseEvent", { type, ...at, buttons, button: "left", clickCount: 1 });
      await mouse("mouseMoved", from, 0);
      await mouse("mousePressed", from, 1);
      await mouse("mouseMoved", to, 1);
      await mouse("mouseReleased", to, 0);
    },
    async press(key, withShift = false) {
      const stroke = { key, code: key, ...KEYS[key], modifiers: withShift ? SHIFT : 0 };
      await ask("Input.dispatchKeyEvent", { type: "keyDown", ...stroke });
      await ask("Input.dispatchKeyEvent", { type: "keyUp", ...stroke });
    },
    async type(text) {
      await ask("Input.insertText", { text });
    },
    async load(act) {
      loaded = Promise.withResolvers<void>();
      await act();
      await loaded.promise;
    },
    async picture() {
      const { data } = await ask<{ data: string }>("Page.captureScreenshot", {
        captureBeyondViewport: true,
      });
      return Buffer.from(data, "base64");
    },
  };
}
