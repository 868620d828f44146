/** Source files in one folder; tests beside them are not counted. */
const MAX_FOLDER_FILES = 15;

const SOURCE = /(?<!\.test)\.ts$/;

/** Every folder that holds too many source files, as `folder rule: remedy`. Paths are from the root. */
export function crowdedFolders(files: readonly string[]): readonly string[] {
  const sources = files.filter((file) => SOURCE.test(file));
  const byFolder = Map.groupBy(sources, (file) => file.slice(0, file.lastIndexOf("/") + 1));
  return [...byFolder]
    .filter(([, within]) => within.length > MAX_FOLDER_FILES)
    .map(
      ([folder, within]) =>
        `${folder} crowded-folder: ${within.length} source files; ` +
        `give it rooms by meaning at ${MAX_FOLDER_FILES}`,
    );
}
