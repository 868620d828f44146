import { expect, test } from "vitest";
import { html, jsonInScript } from "./html.ts";

const HOSTILE = `</script><img src=x onerror="alert('1')"> & more`;
const ESCAPED =
  "&lt;/script&gt;&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; more";

test("text is escaped in content and attributes, once; markup stays", () => {
  const inner = html`<b title="${HOSTILE}">${HOSTILE}</b>`;
  expect(html`<p>${inner}</p>`.text).toBe(`<p><b title="${ESCAPED}">${ESCAPED}</b></p>`);
});

test("lists are joined, numbers shown, and undefined and false are nothing", () => {
  const absent = undefined;
  expect(html`${[1, html`<i></i>`, ["<", absent]]}${absent}${false}${0}`.text).toBe(
    "1<i></i>&lt;0",
  );
});

test("JSON in a script can't end it, and reads back", () => {
  const { text } = jsonInScript({ name: HOSTILE });
  expect(text).not.toContain("<");
  expect(JSON.parse(text)).toEqual({ name: HOSTILE });
});
