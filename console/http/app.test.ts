import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../services/platform/clock/manual-clock.ts";
import { html } from "../page/html.ts";
import { createConsoleApp } from "./app.ts";
import type { App } from "./types.ts";

const TOKEN = "t".repeat(40);
const HTML = { accept: "text/html" };

let app: App;
afterEach(() => app.close());

function start() {
  const clock = new ManualClock();
  const lines: string[] = [];
  const log = pino({ level: "warn" }, { write: (line: string) => void lines.push(line) });
  const views = [
    {
      path: "/person/:person",
      open: async () => ({ title: "A person", data: {}, body: html`<p>there</p>` }),
    },
  ];
  app = createConsoleApp({ token: TOKEN, views, actions: [], clock, log });
  return { clock, lines };
}

const logIn = (token: string, remoteAddress = "192.0.2.1") =>
  app.inject({
    ...{ method: "POST", url: "/console/login", remoteAddress },
    headers: { ...HTML, "content-type": "application/x-www-form-urlencoded" },
    payload: `token=${token}`,
  });
const show = (token: string) =>
  app.inject({
    ...{ method: "GET", url: "/console/person/1", remoteAddress: "192.0.2.1" },
    headers: { authorization: `Bearer ${token}` },
  });

describe("wrong tokens of one address", () => {
  it("are looked at ten times a minute, as a form and as a header, and are in the log", async () => {
    const { clock, lines } = start();
    for (let i = 0; i < 9; i++) expect((await logIn(`guess-${i}`)).statusCode).toBe(401);
    expect((await show("guess-9")).statusCode).toBe(401);
    const refused = await logIn("guess-10");
    expect([refused.statusCode, refused.headers["retry-after"]]).toEqual([429, "60"]);
    expect(refused.headers["content-type"]).toContain("text/html");
    expect((await show(TOKEN)).statusCode).toBe(429);
    expect((await logIn(TOKEN, "192.0.2.2")).statusCode).toBe(303);
    await clock.advance(60_000);
    expect((await logIn(TOKEN)).statusCode).toBe(303);
    expect(JSON.parse(lines[0])).toMatchObject({ level: 40, address: "192.0.2.1", count: 1 });
  });

  it("do not end a session that is open", async () => {
    start();
    const cookie = String((await logIn(TOKEN)).headers["set-cookie"]).split(";")[0];
    for (let i = 0; i < 11; i++) await logIn("guess");
    const page = { method: "GET", url: "/console/person/1", remoteAddress: "192.0.2.1" } as const;
    expect((await app.inject({ ...page, headers: { ...HTML, cookie } })).statusCode).toBe(200);
  });
});

it("an address that can't be read is a page to a browser, and JSON to a program", async () => {
  start();
  const url = "/console/person/%E0%A4%A";
  const page = await app.inject({ url, headers: HTML });
  expect([page.statusCode, page.headers["content-type"]]).toEqual([
    400,
    "text/html; charset=utf-8",
  ]);
  expect(page.headers["content-security-policy"]).toContain("default-src");
  expect(page.body).toContain("The map");
  const data = await app.inject({ url });
  expect([data.statusCode, data.json().error]).toEqual([400, expect.stringContaining("%E0%A4%A")]);
});
