/**
 * The cache tables of ONE: what analysts search without asking the server.
 *
 * - `makeTables(database, place, options)` writes them, `writablePlace(...)` says where
 * - `tablesPlace(root, access)` is where the setting says that they lie, for those who serve them
 */
export { type MakeOptions, makeTables } from './make-tables.ts'
export { FileReplaced, type TablesPlace } from './place.ts'
export { tablesPlace, writablePlace } from './places.ts'
export { TABLE_NAMES } from './tables.ts'
export { isTagFolder } from './tag-folder.ts'
export { INFO_FILE, tablesWritten } from './written.ts'
