/** What pages are made of: the escaping template tag and the tables of the reports of load runs. */
export { type Content, Html, html } from "../../loadtest/report/html.ts";
export { type Column, facts, table } from "../../loadtest/report/table.ts";
