export { formatNames } from "./formats.js";
export type { FormatId } from "./formats.js";
export { migrateConfiguration, olderDefects, recogniseOlder, recordFormat } from "./migrate.js";
export type { MigrateOptions, Migration, MigrationNote, NotMigrated } from "./migrate.js";
