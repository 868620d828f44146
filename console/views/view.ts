import type { Html } from "../page/html.ts";

/** What is asked of a view. */
export interface ViewRequest {
  /** The parts of the path that the view names. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

/** One thing with one address: as data, and as the page that is made of it. */
export interface Shown {
  readonly title: string;
  /** The same as JSON: ids are strings, names as in the API. */
  readonly data: object;
  readonly body: Html;
  /** In place of the console's own page: a whole one, and what it may do. */
  readonly page?: { readonly text: string; readonly policy: string };
  /** 200 unless given. */
  readonly status?: number;
}

export interface View {
  /** Below /console; ":name" is a parameter. */
  readonly path: string;
  /** In the navigation; without one, other pages lead there. */
  readonly name?: string;
  /** The page is read again so often while somebody looks, seconds; never unless given. */
  readonly refreshSeconds?: number;
  open(request: ViewRequest): Promise<Shown>;
}

/** Changes something: it is asked for by a form, and answers with where to look. */
export interface Action {
  /** Below /console; ":name" is a parameter. */
  readonly path: string;
  act(params: Readonly<Record<string, string>>): Promise<string>;
}
