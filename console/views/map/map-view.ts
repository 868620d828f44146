import type { MeshWatch } from "../../sources/mesh-watch.ts";
import type { View } from "../view.ts";
import { mapOf } from "./map.ts";
import { mapPage } from "./map-page.ts";

/** /console: everything at once, live. */
export function mapView(watch: Pick<MeshWatch, "window">): View {
  return {
    path: "",
    name: "Map",
    refreshSeconds: 3,
    open: async () => {
      const data = mapOf(await watch.window());
      return { title: "The mesh", data, body: mapPage(data) };
    },
  };
}
