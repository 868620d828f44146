/** A process that locks the folder it is given, says so, and holds it until it is ended. */
import { lockFolder } from "../folder-lock.ts";

const [, , folder] = process.argv;
lockFolder(folder);
process.send?.("locked");
process.on("message", () => {}); // stays
